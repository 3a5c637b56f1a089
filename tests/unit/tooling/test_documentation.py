"""What README, CONTRIBUTING and their like say: the commands, files and names exist."""

from __future__ import annotations

import importlib.util
import re
import textwrap
from itertools import takewhile

import pytest

from tests.support.paths import ROOT

PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
WORKFLOWS = [f".github/workflows/{each.name}" for each in (ROOT / ".github" / "workflows").glob("*.yml")]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z0-9-]*):", text_of("Makefile"), re.MULTILINE))


def test_readme_begins_with_the_two_commands() -> None:
    """The first commands that a reader sees are the demonstration and the tests."""
    shell = re.findall(r"^```sh\n(.*?)^```$", text_of("README.md"), re.DOTALL | re.MULTILINE)

    assert shell[0] == "make demo\nmake test\n"


def test_readme_stays_short() -> None:
    """README is what a newcomer reads in one go; everything longer has a page of its own."""
    assert len(text_of("README.md").splitlines()) < 120


def test_readme_says_how_to_install_as_configured() -> None:
    """`published` in the configuration and README.md agree; whoever releases changes both."""
    yaml = pytest.importorskip("yaml")
    text = text_of("README.md")
    is_published = yaml.safe_load(text_of("generator-config.yaml"))["published"]
    targets = set(re.findall(r'pip install "?(\.|tryleap)', text))

    assert targets == ({"tryleap"} if is_published else {"."}), "README.md installs from elsewhere"
    assert ("has not been released yet" in text) is not is_published


@pytest.mark.parametrize("page", [*PAGES, *WORKFLOWS])
def test_named_targets_exist(page: str) -> None:
    """Every `make X` of the pages, and of the workflows, is a target."""
    text = text_of(page)
    code = re.findall(r"`([^`\n]+)`|^(?:.* run: )?(make .*)$", text, re.MULTILINE)
    named = {
        word
        for pair in code
        for command in pair
        if command.startswith("make ")
        # Up to the first variable, whose value may have several words, the comment, or what the shell takes.
        for word in takewhile(lambda word: not re.search("[=#|>]", word), command.split()[1:])
        if word != "--silent"
    }

    assert named - targets() == set()


@pytest.mark.parametrize("page", PAGES)
def test_named_modules_exist(page: str) -> None:
    """Every `python -m X` of the pages can be run."""
    named = set(re.findall(r"python -m ([a-z0-9_.]+)", text_of(page)))

    assert [name for name in sorted(named) if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Every link to a file of the repository finds it, and code named as a file of it too."""
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text_of(page)) if "://" not in link]
    files = re.findall(r"`((?:scripts|templates|tests)/[a-zA-Z0-9_./-]+)`", text_of(page))

    assert [name for name in (*links, *files) if not (ROOT / name).exists()] == []


def test_contributing_lists_every_target() -> None:
    """CONTRIBUTING.md names every target but those that only prepare."""
    named = set(re.findall(r"make ([a-z0-9-]+)", text_of("CONTRIBUTING.md")))

    assert targets() - named - {"python", "setup-check", "setup-docs"} == set()


def test_documented_extension_is_the_one_in_use() -> None:
    """The example of x-long-running in CONTRIBUTING.md is what openapi.yaml says."""
    yaml = pytest.importorskip("yaml")
    block = re.search(
        r"^```yaml\n(x-long-running:.*?)^```$", text_of("CONTRIBUTING.md"), re.DOTALL | re.MULTILINE
    )
    assert block
    document = yaml.safe_load(text_of("openapi.yaml"))

    operations = [
        each for path in document["paths"].values() for each in path.values() if isinstance(each, dict)
    ]
    (used,) = [each["x-long-running"] for each in operations if "x-long-running" in each]
    assert yaml.safe_load(textwrap.dedent(block.group(1)))["x-long-running"] == used


def test_the_rooms_of_the_tests_are_those_that_are_described() -> None:
    """tests/README.md names each folder with tests, and nothing that is not there."""
    tests = ROOT / "tests"
    named = set(
        re.findall(
            r"`((?:unit|integration|conformance|release|typing|support)/[a-z_./]*)`",
            text_of("tests/README.md"),
        )
    )
    rooms = {f"{path.parent.relative_to(tests)}/" for path in tests.rglob("test_*.py")}

    assert [name for name in sorted(named) if not (tests / name).exists()] == []
    assert rooms - named == set()
