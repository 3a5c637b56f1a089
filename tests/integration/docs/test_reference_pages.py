"""The facts of two other clients' reference pages, row by row: each is on ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.docs.pages import GENERATED, blocks, plain, rows, section

FACTS = yaml.safe_load(Path(__file__).with_name("reference-pages.yaml").read_text(encoding="utf-8"))
PAGE = (GENERATED / "docs" / "ImageModelsApi.md").read_text(encoding="utf-8")
TYPES = {"string": "str", "array of string": "list of str", "array of file": "list of file"}
OPERATIONS = [
    pytest.param(facts, name[0].lower() + name[1:], id=f"{language} {name}")
    for language, page in FACTS["pages"].items()
    for name, facts in page["operations"].items()
]


@cache
def operation(name: str) -> str:
    """The part of our page on an operation, found by its id in the document."""
    found = [
        section(PAGE, plain(row["Method"]))
        for row in rows(PAGE)
        if f"operation `{name}`" in section(PAGE, plain(row["Method"]))
    ]
    assert len(found) == 1
    return found[0]


def parameters(name: str) -> dict[str, dict[str, str]]:
    """The rows of our table of parameters, by the names that are sent."""
    table = rows(section(operation(name), "Parameters"))
    return {plain(row["Sent as"]).partition(",")[0]: row for row in table}


def test_base_url() -> None:
    """The address of the service is the same."""
    assert f"relative to `{FACTS['base_url']}`" in PAGE


def test_classes() -> None:
    """The newer page's class is ours, and the older page's is a second name of the resource."""
    assert PAGE.startswith(f"# {FACTS['pages']['csharp']['class']}\n")
    assert "`.train_image_models`" in PAGE.partition("\n| ")[0]
    assert FACTS["pages"]["typescript"]["resource"] == "trainImageModels"


@pytest.mark.parametrize(("facts", "name"), OPERATIONS)
def test_request(facts: dict[str, Any], name: str) -> None:
    """Method and path are the same, in the table on top and where the operation is described."""
    method, path = facts["request"].split()

    assert operation(name).strip().startswith(f"**{method}** `{path}`")
    assert f"**{method}** `{path}`" in [row["HTTP request"] for row in rows(PAGE)]


@pytest.mark.parametrize(("facts", "name"), OPERATIONS)
def test_parameters(facts: dict[str, Any], name: str) -> None:
    """Each parameter is there, in the same order, with type, description, notes and default."""
    ours = parameters(name)

    assert list(ours) == [each["name"] for each in facts["parameters"]]
    for each in facts["parameters"]:
        row = ours[each["name"]]
        assert plain(row["Type"]) == TYPES[each["type"]]
        assert len(row["Description"]) > len("-")
        assert row["Notes"].startswith("optional" if each["optional"] else "required")
        assert ("default: `" in row["Notes"]) == ("default" in each)
        assert f'default: `"{each.get("default", "")}"`' in row["Notes"] or "default" not in each
        if "not_with" in each:
            other = plain(ours[each["not_with"]]["Name"])
            assert "exactly one of" in row["Notes"]
            assert f"`{other}`" in row["Notes"]
    if not facts["parameters"]:
        assert section(operation(name), "Parameters").strip().startswith("There are none.")


@pytest.mark.parametrize(("facts", "name"), OPERATIONS)
def test_return_type(facts: dict[str, Any], name: str) -> None:
    """The type that comes back is the same, and leads to its page."""
    returns = section(operation(name), "Return type").strip()

    assert returns == f"[{facts['returns']}]({facts['returns']}.md)"
    assert (GENERATED / "docs" / f"{facts['returns']}.md").is_file()


@pytest.mark.parametrize(("facts", "name"), OPERATIONS)
def test_headers_of_the_request(facts: dict[str, Any], name: str) -> None:
    """Content-Type and Accept are the same, where the page says them."""
    headers = section(operation(name), "HTTP request headers")

    if "accept" in facts:
        kind = facts["content_type"]
        assert f"- **Accept**: `{facts['accept']}`\n" in headers
        assert f"- **Content-Type**: {f'`{kind}`' if kind else 'none'}" in headers


@pytest.mark.parametrize(("facts", "name"), OPERATIONS)
def test_statuses(facts: dict[str, Any], name: str) -> None:
    """Each status is there, with a description and the documented headers of its answer."""
    table = rows(section(operation(name), "HTTP response details"))
    ours = {plain(row["Status code"]): row for row in table}

    for status, headers in facts["statuses"].items():
        assert len(ours[status]["Description"]) > len("-")
        assert ours[status]["Response headers"] == ("-" if not headers else ", ".join(headers))


@pytest.mark.parametrize(("facts", "name"), OPERATIONS)
def test_examples(facts: dict[str, Any], name: str) -> None:
    """There is an example, one that is awaited, one of the whole answer, one for curl and a real answer."""
    part = operation(name)
    python = blocks(part, "python")

    assert any("asyncio.run" in code for code in python)
    assert any("with_raw_response" in code for code in python)
    assert any("asyncio" not in code and "raw" not in code for code in python)
    assert any(code.startswith("curl ") for code in blocks(part, "sh"))
    assert len(blocks(part, "json")) == 1
    assert "[[Back to top]](#imagemodelsapi) [[Back to API list]](../README.md#operations)" in part
    assert not facts.get("raw_variant") or "`ApiResponse`" in part


def test_disagreement() -> None:
    """Where the two pages disagree, both are on ours, and nowhere else do they."""
    (known,) = FACTS["disagreements"]
    typescript, csharp = (FACTS["pages"][language]["operations"] for language in ("typescript", "csharp"))
    shared = ("request", "parameters", "returns", "statuses")
    differing = [
        (name, key)
        for name in typescript
        for key in shared
        if typescript[name][key] != csharp[name[0].upper() + name[1:]][key]
    ]

    assert differing == [(known["operation"], "statuses")]
    table = rows(section(operation(known["operation"]), "HTTP response details"))
    assert {known["typescript"], known["csharp"]} <= {plain(row["Status code"]) for row in table}


def test_what_is_said_in_words() -> None:
    """What both pages say in words of an operation or a parameter is said on ours, in other words."""
    for name, words in FACTS["said"].items():
        ours = operation(name) if name.endswith("Model") else parameters("trainModel")[name]["Description"]
        assert [word for word in words if word not in ours] == []


@pytest.mark.parametrize("language", FACTS["pages"])
def test_who_comes_from_there_finds_each_call(language: str) -> None:
    """The page on coming from another client has each call and each parameter of theirs, beside ours."""
    page = (GENERATED / "docs" / "migration.md").read_text(encoding="utf-8")
    theirs = {"typescript": "TypeScript", "csharp": "C#"}[language]
    calls, arguments = section(page, "Operations"), rows(section(page, "Arguments of training"))
    column = next(name for name in rows(calls)[0] if name.startswith(theirs))

    assert FACTS["pages"][language]["resource"] in column
    for name, facts in FACTS["pages"][language]["operations"].items():
        (row,) = [row for row in rows(calls) if row[column].startswith(f"`{name}(")]
        assert plain(row["Here"]).partition("(")[0] in PAGE
        if facts["parameters"] and len(facts["parameters"]) == 1:
            assert facts["parameters"][0]["name"] in row[column]
    told = [plain(row["TypeScript, C#"]).partition(":")[0] for row in arguments]
    train = next(facts for name, facts in FACTS["pages"][language]["operations"].items() if "rain" in name)
    assert told == [each["name"] for each in train["parameters"]]
    ours = [plain(row["Name"]) for row in parameters("trainModel").values()]
    assert [plain(row["Here"]) for row in arguments] == ours


# Single changes of our page, each of which loses or alters one fact; `^` is the beginning of a line.
BREAKS = {
    "a status": (r"(?s)(## get_model\n.*?)^\| \*\*404\*\*[^\n]*\n", r"\1"),
    "the status that only one page has": (r"(?s)(## train_model\n.*?)^\| \*\*201\*\*[^\n]*\n", r"\1"),
    "a parameter": (r"^\| \*\*subject_keyword\*\*.*\n", ""),
    "the order of parameters": (r"^(\| \*\*name\*\*.*\n)(\| \*\*subject_keyword\*\*.*\n)", r"\2\1"),
    "a type": (r"(\*\*image_sample_urls\*\* \| )[^|]*", r"\1str "),
    "that it is optional": (r"(\*\*webhook_url\*\*.*)optional", r"\1required"),
    "a default": ('default: `"person"`', 'default: `"cat"`'),
    "a rule": ("exactly one of", "one of"),
    "a path": ("/api/v2/images/models/new", "/api/v2/images/new"),
    "what is accepted": (r"\*\*Accept\*\*: `application/json`", "**Accept**: `text/html`"),
    "what is sent": ("multipart/form-data", "application/json"),
    "a link to a type": (r"\[ListModelsV2Response\]\([^)]*\)", "ListModelsV2Response"),
    "the way back": (r"\[\[Back to top\]\].*\n", ""),
    "the address": ("https://api.tryleap.ai", "https://example.com"),
    "how long it takes": ("20 to 40", "some"),
    "the example that is awaited": (r"asyncio\.run", "run"),
}


@pytest.mark.parametrize(("pattern", "instead"), BREAKS.values(), ids=BREAKS)
def test_a_fact_that_is_lost_is_noticed(
    pattern: str, instead: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Each test above passes on our page, and one of them fails on a page with a single change."""
    broken = re.sub(pattern, instead, PAGE, flags=re.MULTILINE)
    assert broken != PAGE
    request.addfinalizer(operation.cache_clear)

    check_all()
    monkeypatch.setitem(globals(), "PAGE", broken)
    operation.cache_clear()
    with pytest.raises((AssertionError, KeyError)):
        check_all()


def check_all() -> None:
    """Run every test above, for every operation."""
    for check in (test_base_url, test_classes, test_disagreement, test_what_is_said_in_words):
        check()
    for facts, name in (each.values for each in OPERATIONS):
        for check in (
            test_request,
            test_parameters,
            test_return_type,
            test_headers_of_the_request,
            test_statuses,
            test_examples,
        ):
            check(facts, name)
