"""The package's metadata agrees with the code, the pages and the workflow."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.dev.test_pythons import supported
from tests.support.paths import ROOT
from tests.support.subprocesses import run

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
PACKAGE = ROOT / "generated" / "tryleap"

# Names that are imported under another name than they are installed by.
INSTALLED_AS = {"PIL": "pillow", "pillow_heif": "pillow-heif", "python_multipart": "python-multipart"}


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


def extras(*names: str) -> set[str]:
    optional = PROJECT["optional-dependencies"]
    return set().union(*(requirement_names(optional[name]) for name in names))


def test_everything_imported_is_declared() -> None:
    """Whatever the package imports is a dependency or in an extra, and each of those is imported."""
    declared = requirement_names(PROJECT["dependencies"]) | extras("cli", "images", "simulator", "trainings")

    # pytest is there wherever its plugin is loaded.
    assert imported(list(PACKAGE.rglob("*.py"))) - {"pytest"} == declared


@pytest.mark.parametrize("name", ["simulator", "trainings"])
def test_a_subpackage_needs_its_extra_alone(name: str) -> None:
    """`pip install tryleap[simulator]` installs what the simulator needs beside the client."""
    files = list((PACKAGE / name).rglob("*.py"))

    assert imported(files) - requirement_names(PROJECT["dependencies"]) == extras(name)


def test_postgres_only_adds_a_driver() -> None:
    """The extra is that of trainings and what PostgreSQL needs."""
    assert extras("postgres") - extras("trainings") == {"psycopg"}


WITHOUT_EXTRAS = """
import importlib.abc, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {modules!r}:
            raise ModuleNotFoundError("not installed: " + name, name=name)

sys.meta_path.insert(0, Missing())
import tryleap, tryleap.models, tryleap.webhooks, tryleap.errors
for name in tryleap.__all__:
    getattr(tryleap, name)
for name in tryleap.models.__all__:
    getattr(tryleap.models, name)
with tryleap.Leap("any-key", base_url="http://127.0.0.1:9") as leap:
    leap.image_models
"""


def test_client_needs_no_extra() -> None:
    """`pip install tryleap` is enough for the client, its models, errors and webhooks."""
    modules = {name.replace("-", "_") for name in extras("cli", "images", "simulator", "trainings")}
    command = [sys.executable, "-c", WITHOUT_EXTRAS.format(modules=modules)]
    result = run(command, PYTHONPATH=str(PACKAGE.parent))

    assert result.returncode == 0, result.stderr


def test_python_versions_agree() -> None:
    """Classifiers, requires-python, README and workflow name the same versions."""
    versions = [f"{major}.{minor}" for major, minor in supported()]
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert supported() == sorted(supported())
    assert PROJECT["requires-python"] == f">={versions[0]}"
    assert set(re.findall(r'"(3\.\d+)"', workflow)) == set(versions)
    assert f"Python {versions[0]} to {versions[-1]}" in readme
    assert PYPROJECT["tool"]["mypy"]["python_version"] == versions[0]
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{versions[0].replace('.', '')}"


def test_line_length_is_the_generators() -> None:
    """What the generator lays out passes the format check: both know one line length."""
    from scripts.generator.render import text

    assert PYPROJECT["tool"]["ruff"]["line-length"] == text.LINE_LENGTH


ENTRY_POINTS = [*PROJECT["scripts"].values(), *PROJECT["entry-points"]["pytest11"].values()]


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_entry_points_exist(name: str) -> None:
    """What an installation registers is in the package."""
    module, _, attribute = name.partition(":")
    path = ROOT / "generated" / (module.replace(".", "/") + ".py")

    assert not attribute or f"def {attribute}(" in path.read_text(encoding="utf-8")
    assert path.is_file()


def test_every_lint_exception_has_its_reason() -> None:
    """A rule that is switched off says why on the same line."""
    section = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.ruff.lint]")[2]
    rules = re.findall(r'^  "[A-Z]+[0-9]*",.*$', section.partition("[tool.mypy]")[0], re.MULTILINE)

    assert len(rules) > 10
    assert [line for line in rules if not re.search(r"# .{10,}", line)] == []


def test_named_files_exist() -> None:
    """Building finds every file that pyproject.toml names."""
    hatch = PYPROJECT["tool"]["hatch"]
    face = hatch["metadata"]["hooks"]["fancy-pypi-readme"]["fragments"]
    named = [*(each["path"] for each in face), *PROJECT["license-files"], hatch["version"]["path"]]
    for target in hatch["build"]["targets"].values():
        named += [*target.get("packages", []), *target.get("only-include", [])]

    assert [name for name in named if not (ROOT / name).exists()] == []
