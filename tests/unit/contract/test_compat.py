"""`make check-compat`: what changed since a revision, for whom, and which version it needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import check_compat, versions
from scripts.contract.changes import Severity
from tests.support.paths import ROOT
from tests.support.repository import Repository, identity

__all__ = ["identity"]

PACKAGE = '''
from __future__ import annotations

class Leap:
    """A client."""

    def get_model(self, model_id: str) -> str:
        return model_id
'''
USES = """
from typing import assert_type

from tryleap import Leap

assert_type(Leap().get_model("id"), str)
"""


class Checkout(Repository):
    """A small checkout with a history: the document, the configuration, a package of one class."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.git("init", "--quiet", "--initial-branch=main")
        for name in ("openapi.yaml", "generator-config.yaml"):
            self.write(name, (ROOT / name).read_text(encoding="utf-8"))
        self.write("generated/tryleap/__init__.py", PACKAGE)
        self.write("generated/tryleap/py.typed", "")
        self.write("generated/tryleap/_version.py", '__version__ = "0.1.0"\n')
        self.set_version("0.1.0")

    def commit(self, tag: str) -> None:
        self.commit_all(tag)
        self.git("tag", tag)

    def check(self, base: str = "v0.1.0") -> int:
        return check_compat.main([base, "--root", str(self.root)])


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path)
    made.commit("v0.1.0")
    return made


def test_nothing_changed(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a change the version may stay, and there is nothing to draft."""
    status = checkout.check()
    text = capsys.readouterr().out

    assert "The contract (openapi.yaml) since v0.1.0: no changes" in text
    assert "The Python interface: no changes" in text
    assert "The typed uses: skipped, v0.1.0 has no tests/typing/uses.py" in text
    assert "Most severe change: none. After 0.1.0, the next version must be at least 0.1.0" in text
    assert "CHANGELOG" not in text
    assert status == 0


FIELD, CLIENT = "        createdAt:\n", "generated/tryleap/__init__.py"
# Changes of the checkout: file, text, what takes its place.
RENAMED = (
    ("openapi.yaml", FIELD, "        madeAt:\n"),
    ("openapi.yaml", "name, createdAt,", "name, madeAt,"),
)
ADDED = (("openapi.yaml", FIELD, f"        progress: {{type: integer}}\n{FIELD}"),)
DESCRIBED = (("openapi.yaml", "summary: List all models", "summary: List the models"),)
ARGUMENT = ((CLIENT, "model_id: str", "id: str"),)
INSIDE = ((CLIENT, "return model_id", "return str(model_id)"),)


def change(checkout: Checkout, *changes: tuple[str, str, str]) -> None:
    for name, old, new in changes:
        text = checkout.read(name)
        assert old in text
        checkout.write(name, text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("changes", "line", "least"),
    [
        (RENAMED, "breaking      ModelV2Entity.createdAt: field removed: responses no longer", "0.2.0"),
        (ADDED, "compatible    ModelV2Entity.progress: field added: it can be read", "0.1.1"),
        (DESCRIBED, "documentation listAllModels: summary changed", "0.1.1"),
        (ARGUMENT, "breaking      tryleap.Leap.get_model(model_id): argument removed", "0.2.0"),
        (INSIDE, "Generated files: some differ", "0.1.1"),
    ],
)
def test_a_change_needs_its_version(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], changes: Any, line: str, least: str
) -> None:
    """A version that is too small fails with the one to write; that one passes, and the entry is drafted."""
    change(checkout, *changes)

    status = checkout.check()
    said = capsys.readouterr()
    assert line in said.out
    assert f"generator-config.yaml needs version {least} or later: make version VERSION={least}" in said.err
    assert f"## [{least}]" in said.out
    assert status == 1

    checkout.set_version(least)
    assert checkout.check() == 0


def test_the_operations_concerned_are_named(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """A field of a shared schema is told once, with all that it touches."""
    change(checkout, *RENAMED)
    checkout.check()
    lines = [line for line in capsys.readouterr().out.splitlines() if "createdAt: field removed" in line]

    assert lines[0].endswith("responses no longer have it [deleteModel, getModel, listAllModels, trainModel]")
    assert len(lines) == 1


def test_the_draft_sorts_by_section(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """Removed, changed and added stand apart, and descriptions share one line."""
    change(checkout, *RENAMED, *DESCRIBED)
    checkout.check()
    draft = capsys.readouterr().out.partition("to reword for users:\n\n")[2].strip()

    assert draft.splitlines()[0] == "## [0.2.0]"
    assert re.findall(r"^### .*$", draft, re.MULTILINE) == ["### Removed", "### Changed", "### Added"]
    assert "- **Breaking:** `ModelV2Entity.createdAt`: field removed" in draft
    assert "\n\n- Descriptions were revised.\n\n### Added" in draft


def test_older_typed_uses_are_held_against_the_new_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A use that passed the types before and does not now is breaking, even where no name is gone."""
    checkout = Checkout(tmp_path)
    checkout.write("tests/typing/uses.py", USES)
    checkout.commit("v0.1.0")
    assert checkout.check() == 0
    assert (
        "The typed uses of v0.1.0, checked against the present package: no changes" in capsys.readouterr().out
    )

    checkout.replace(CLIENT, ") -> str:\n        return", ") -> object:\n        return")
    status = checkout.check()
    text = capsys.readouterr().out

    assert "breaking      tests/typing/uses.py:6 of v0.1.0: typed use refused: " in text
    assert "breaking      tryleap.Leap.get_model: result changed (str -> object)" in text
    assert status == 1


def test_the_checkout_is_left_alone(checkout: Checkout) -> None:
    """Comparing writes nothing that git would see."""
    checkout.check()

    assert checkout.git("status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize(
    ("lacking", "said", "status"),
    [
        (
            "openapi.yaml",
            r"HEAD has no openapi\.yaml or no generator-config\.yaml: there is nothing to compare with\.\n",
            0,
        ),
        ("generated", r"(?s).*The Python interface: skipped, HEAD has no generated package\b.*", 1),
    ],
)
def test_what_a_base_lacks_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lacking: str, said: str, status: int
) -> None:
    """A first revision has nothing to be compatible with, which is no failure."""
    checkout = Checkout(tmp_path)
    (tmp_path / lacking).rename(tmp_path / "aside")
    checkout.commit_all("first")
    (tmp_path / "aside").rename(tmp_path / lacking)

    assert checkout.check("HEAD") == status
    assert re.fullmatch(said, capsys.readouterr().out)


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("", "make check-compat BASE=<tag, branch or commit>"),
        ("v9", "there is no revision 'v9'"),
        ("--output=x", "there is no revision '--output=x'"),
        ("HEAD:openapi.yaml", "there is no revision 'HEAD:openapi.yaml'"),
    ],
)
def test_an_unknown_base_is_refused(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], base: str, said: str
) -> None:
    """The message says what to name."""
    status = check_compat.main(["--root", str(checkout.root), "--", base])

    assert said in capsys.readouterr().err
    assert status == 1


def test_a_package_that_is_missing_is_named(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    """The way out is to generate."""
    (checkout.root / "generated").rename(checkout.root / "aside")

    assert checkout.check() == 1
    assert "there is no generated/tryleap: run make generate first" in capsys.readouterr().err


BREAKING, COMPATIBLE, DOCUMENTATION = Severity.BREAKING, Severity.COMPATIBLE, Severity.DOCUMENTATION


@pytest.mark.parametrize(
    ("base", "severity", "least"),
    [
        ("0.1.0", None, "0.1.0"),
        ("0.1.0", DOCUMENTATION, "0.1.1"),
        ("0.1.0", COMPATIBLE, "0.1.1"),
        ("0.1.9", BREAKING, "0.2.0"),
        ("1.2.3", DOCUMENTATION, "1.2.4"),
        ("1.2.3", COMPATIBLE, "1.3.0"),
        ("1.2.3", BREAKING, "2.0.0"),
        ("1.2", COMPATIBLE, "1.3.0"),
        ("0.2.0rc1", BREAKING, "0.2.0"),
    ],
)
def test_the_version_that_a_change_needs(base: str, severity: Severity | None, least: str) -> None:
    """Semantic versioning, with minor versions for breaking changes before 1.0.0."""
    assert str(versions.needed(versions.read(base), severity)) == least


@pytest.mark.parametrize(
    ("present", "base", "least", "enough"),
    [
        ("0.2.0", "0.1.0", "0.2.0", True),
        ("0.1.9", "0.1.0", "0.2.0", False),
        ("1.0.0", "0.1.0", "0.2.0", True),
        ("0.2.0rc1", "0.1.0", "0.2.0", True),
        ("0.2.0rc1", "0.2.0rc1", "0.2.0", False),
        ("0.2.0rc2", "0.2.0rc1", "0.2.0", True),
    ],
)
def test_which_versions_suffice(present: str, base: str, least: str, *, enough: bool) -> None:
    """A pre-release of the right version is right, where it is later than the base."""
    assert versions.suffices(versions.read(present), versions.read(base), versions.read(least)) is enough


def test_a_version_that_is_none_is_refused() -> None:
    """The message names the key of the configuration."""
    with pytest.raises(ValueError, match="'next' is not a version number: write one like"):
        versions.read("next")
