"""What holds for all pages: links lead somewhere, tables are whole, nothing of the package is missing."""

from __future__ import annotations

import inspect
import re
import tomllib
from pathlib import Path

import attrs
import pytest

from scripts.generator import ir, pipeline
from scripts.generator.config import Config
from scripts.generator.document.problems import GenerationError
from scripts.generator.render import templates
from scripts.generator.views import reference
from scripts.generator.views.package import package_view
from tests.integration.docs.pages import (
    GENERATED,
    PAGES,
    ROOT,
    anchors,
    links,
    plain,
    rows,
    section,
    tables,
    without_blocks,
)
from tryleap import Leap, errors
from tryleap._runtime import options
from tryleap._runtime.response.raw import ApiResponse
from tryleap.models import ModelV2Entity

CALL_OPTIONS = tuple(inspect.signature(options.RequestOptions).parameters)


def text_of(name: str) -> str:
    """A page by its name."""
    return (GENERATED / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def understood() -> tuple[ir.Api, Config]:
    """The ir of our own document, and its configuration."""
    _, api, config = pipeline.understand(pipeline.SPEC, pipeline.CONFIG)
    return api, config


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a page finds the page, and its heading."""
    for link in links(page.read_text(encoding="utf-8")):
        if not link.startswith("https://"):
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page

            assert target in PAGES, link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tables_are_whole(page: Path) -> None:
    """Every row of a table has as many cells as the table has columns, and none is empty."""
    for names, *others in tables(page.read_text(encoding="utf-8")):
        assert others
        assert [cells for cells in others if len(cells) != len(names) or not all(cells)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_layout(page: Path) -> None:
    """A page has one title, no trailing space, no three empty lines, and one line break at its end."""
    text = page.read_text(encoding="utf-8")
    outside = without_blocks(text)

    assert len(re.findall(r"^# ", outside, re.MULTILINE)) == 1
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert "\n\n\n" not in re.sub(r"```.*?```", "block", text, flags=re.DOTALL)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def column(page: str, heading: str, name: str) -> list[str]:
    """The cells of a column, in the first table below a heading."""
    return [plain(row[name]) for row in rows(section(text_of(page), heading))]


def test_every_extra_is_reported() -> None:
    """The start page, to which the others lead, says what each extra adds."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reported = ", ".join(column("README.md", "Install", "Extra")).split(", ")

    assert sorted(reported) == sorted(declared["project"]["optional-dependencies"])


def taken(name: str) -> list[str]:
    """The arguments of a method for image models."""
    with Leap("any-key") as leap:
        return list(inspect.signature(getattr(leap.image_models, name)).parameters)


@pytest.mark.parametrize(
    "name", ["list_all_models", "get_model", "delete_model", "train_model", "wait_for_model"]
)
def test_parameters_are_those_of_the_method(name: str) -> None:
    """The table of parameters has the arguments of the method, and no other."""
    table = rows(section(section(text_of("docs/ImageModelsApi.md"), name), "Parameters"))
    own = [each for each in taken(name) if name == "wait_for_model" or each not in CALL_OPTIONS]

    assert [plain(row["Name"]) for row in table] == own


@pytest.mark.parametrize(
    ("page", "heading", "name", "expected"),
    [
        ("configuration", "Options of the client", "Argument", list(inspect.signature(Leap).parameters)),
        (
            "configuration",
            "Options of a call",
            "Argument",
            [each for each in taken("train_model") if each in CALL_OPTIONS],
        ),
        (
            "ModelV2Entity",
            "Attributes",
            "Name",
            [each.name for each in attrs.fields(ModelV2Entity) if not each.name.startswith("_")],
        ),
    ],
)
def test_tables_have_what_the_code_has(page: str, heading: str, name: str, expected: list[str]) -> None:
    """Options of the client and of a call, and attributes of a model, are all told, in their order."""
    assert column(f"docs/{page}.md", heading, name) == expected


def test_every_option_of_a_call_is_an_argument() -> None:
    """A call takes each option that the runtime knows."""
    assert set(CALL_OPTIONS) <= set(taken("train_model"))


def test_defaults_are_those_of_the_client() -> None:
    """Switches and numbers have the default that the page says.

    The other numbers of the pages are read from the runtime where they are rendered (views/defaults.py).
    """
    table = rows(section(text_of("docs/configuration.md"), "Options of the client"))
    reported = {plain(row["Argument"]): plain(row["Default"]).replace("_", "") for row in table}
    defaults = {name: each.default for name, each in inspect.signature(Leap).parameters.items()}
    shown = {name: str(value) for name, value in defaults.items() if isinstance(value, bool | int)}
    shown["max_response_bytes"] = f"{defaults['max_response_bytes'] // 2**20} MiB"

    assert {name: reported[name] for name in shown} == shown


def test_every_error_is_reported() -> None:
    """Each error of the package has its paragraph, its place in the tree, and a row in the README."""
    page = text_of("docs/errors.md")
    named = {name for name in errors.__all__ if name not in ("LeapError", "OperationFailedError")}
    tree = section(page, "Errors")

    assert {name for name in named if not section(page, name).strip()} == set()
    assert {name for name in named if f"  {name}" not in tree} == set()
    listed = {plain(row["Error"]).partition(" ")[0] for row in rows(section(text_of("README.md"), "Errors"))}
    assert listed == named


def test_attributes_of_errors_are_reported() -> None:
    """The table of attributes has all that errors have."""
    page = section(text_of("docs/errors.md"), "Catching them")
    reported = {name for row in rows(page) for name in re.findall(r"\w+", row["Attribute"])}
    made = (errors.APIStatusError("x"), errors.WaitTimeoutError("x"))

    assert reported == {name for error in made for name in vars(error)}


def test_whole_responses_are_reported() -> None:
    """The sentence on the whole response names what it has."""
    page = section(text_of("docs/ImageModelsApi.md"), "list_all_models")
    sentence = next(line for line in page.splitlines() if line.startswith("`with_raw_response` returns"))

    assert {name for name in ApiResponse.__slots__ if f"`{name}`" not in sentence} == set()


def test_json_lines_are_reported() -> None:
    """The start page says what programs get from the commands."""
    assert "With `--json` they write JSON Lines, one object a line" in text_of("README.md")


@pytest.mark.parametrize("published", [False, True])
def test_one_key_says_how_to_install(understood: tuple[ir.Api, Config], published: bool) -> None:
    """Every page and message that says how to install says it as `published` of the configuration has it."""
    api, config = understood
    chosen = attrs.evolve(config, published=published)
    package = package_view(api, chosen)
    files = [*templates.render_pages(api, chosen, package), *templates.render_package(api, chosen, package)]
    # Other packages have names of their own: a target of ours is the checkout, or begins with our name.
    said = {line for _, text in files for line in re.findall(r'pip install "?(?:\.|tryleap)[^`\n]*', text)}

    assert [line for line in said if ("tryleap" in line.partition("(")[0]) != published] == []
    assert any("[{extra}]" in line for line in said)
    assert any("[cli]" in line for line in said)


def test_readme_links_are_relative_unless_configured(understood: tuple[ir.Api, Config]) -> None:
    """With the key of the configuration all links of the README are whole addresses, for an index's page."""
    api, config = understood
    reported = attrs.evolve(config, documentation_url="https://example.com/client/generated/")
    by_key = dict(templates.render_pages(api, reported, package_view(api, reported)))["README.md"]

    assert {link.partition("/")[0] for link in links(text_of("README.md"))} == {"docs"}
    assert {link.partition("docs/")[0] for link in links(by_key)} == {"https://example.com/client/generated/"}
    assert [link.rpartition("/docs/")[2] for link in links(by_key)] == [
        link.removeprefix("docs/") for link in links(text_of("README.md"))
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (None, "", "there is no folder"),
        ("page.md", "No heading.\n", "has no heading at the top"),
        ("errors.md", "# Errors\n", "the name of a generated page"),
    ],
)
def test_pages_by_hand_are_checked(
    name: str | None,
    text: str,
    said: str,
    *,
    understood: tuple[ir.Api, Config],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page by hand without a title, or with the name of another, is refused, and so is a missing folder."""
    api, config = understood
    monkeypatch.setattr(reference, "TEMPLATES", tmp_path)
    if name:
        (tmp_path / "leap-pages").mkdir()
        (tmp_path / "leap-pages" / name).write_text(text, encoding="utf-8")

    with pytest.raises(GenerationError, match=said):
        package_view(api, config)
