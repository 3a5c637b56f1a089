"""The package's metadata agrees with the code, the pages and the workflow."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
PACKAGE = ROOT / "generated" / "tryleap"

# Names that are imported under another name than they are installed by.
INSTALLED_AS = {"python_multipart": "python-multipart"}


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0] for each in requirements}


def imported(files: list[Path]) -> set[str]:
    """The packages that files import, other than the standard library and the client itself."""
    found = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.partition(".")[0])
    found -= set(sys.stdlib_module_names) | {"tryleap"}
    return {INSTALLED_AS.get(name, name) for name in found}


def python_versions() -> list[str]:
    pattern = re.compile(r"Programming Language :: Python :: (3\.\d+)")
    return [match.group(1) for each in PROJECT["classifiers"] if (match := pattern.fullmatch(each))]


def test_dependencies_are_what_is_imported() -> None:
    """`pip install tryleap` installs what the package imports, and nothing else."""
    special = {"simulator", "cli", "pytest_plugin.py"}
    files = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in special]

    assert imported(files) == requirement_names(PROJECT["dependencies"])


def test_simulator_extra_is_what_it_imports() -> None:
    """`pip install tryleap[simulator]` installs what the simulator needs beside the client."""
    files = list((PACKAGE / "simulator").rglob("*.py"))
    extra = requirement_names(PROJECT["optional-dependencies"]["simulator"])

    assert imported(files) - requirement_names(PROJECT["dependencies"]) == extra


def test_python_versions_agree() -> None:
    """Classifiers, requires-python, README and workflow name the same versions."""
    versions = python_versions()
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert PROJECT["requires-python"] == f">={versions[0]}"
    assert set(re.findall(r'"(3\.\d+)"', workflow)) == set(versions)
    assert f"Python {versions[0]} to {versions[-1]}" in readme
    assert PYPROJECT["tool"]["mypy"]["python_version"] == versions[0]
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{versions[0].replace('.', '')}"


def test_line_length_is_the_generators() -> None:
    """What the generator lays out passes the format check: both know one line length."""
    from scripts.generator import text

    assert PYPROJECT["tool"]["ruff"]["line-length"] == text.LINE_LENGTH


@pytest.mark.parametrize("name", PROJECT.get("entry-points", {}).get("pytest11", {}).values())
def test_entry_points_exist(name: str) -> None:
    """What an installation registers is in the package."""
    assert (ROOT / "generated" / (name.replace(".", "/") + ".py")).is_file()


def test_every_lint_exception_has_its_reason() -> None:
    """A rule that is switched off says why on the same line."""
    section = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.ruff.lint]")[2]
    rules = re.findall(r'^  "[A-Z]+[0-9]*",.*$', section.partition("[tool.mypy]")[0], re.MULTILINE)

    assert len(rules) > 10
    assert [line for line in rules if not re.search(r"# .{10,}", line)] == []
