"""The client's tests on other versions of what it may depend on."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from scripts.dev import test_dependencies
from scripts.release import environments
from scripts.release.problems import DistributionError
from tests.support.paths import ROOT
from tests.support.repository import Repository
from tests.support.subprocesses import run

pytestmark = pytest.mark.heavy


def test_tests_run_on_the_lowest(repository: Repository) -> None:
    """The tests run in an environment with the declared lowest versions, and their end is the command's."""
    repository.write(
        "tests/integration/wire/test_present.py",
        "import httpx\n\ndef test_it():\n    assert httpx.__version__ == ''\n",
    )
    command = [sys.executable, "-m", "scripts.dev.test_dependencies", "lowest", "-q", "-k", "test_present"]
    done = run(command, repository.root)
    declared = dict(re.findall(r'"([a-z-]+)(?:\[http2\])?>=([0-9.]+)', (ROOT / "pyproject.toml").read_text()))

    assert done.returncode == 1, done.stderr
    assert f"httpx {declared['httpx']}" in done.stdout.splitlines()[0]
    assert re.search(rf"assert '{re.escape(declared['httpx'])}[0-9.]*' == ''", done.stdout)
    assert not list(repository.root.glob("**/.venv*"))


def test_bound_that_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A declared lower bound that the others raise is an error here too."""
    monkeypatch.setattr(test_dependencies, "dependencies", lambda: ["rich>=12", "typer>=0.26"])

    with pytest.raises(
        DistributionError, match=r"rich>=12 is declared, but the lowest that can be installed"
    ):
        test_dependencies.make(tmp_path / "environment", environments.LOWEST)


def test_little_is_left_out() -> None:
    """Only what generates clients is left out, and the layout of tables."""
    modules = [path for each in test_dependencies.FOLDERS for path in (ROOT / each).glob("test_*.py")]
    left_out = [path for path in modules if test_dependencies.needs_generator(path)]

    assert (ROOT / test_dependencies.LAYOUT) in modules
    assert len(left_out) < len(modules) / 5
