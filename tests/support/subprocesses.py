"""Programs that tests start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

# Programs that tests start find the package where the tests have found it.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def run(
    command: Sequence[str | Path], folder: Path | None = None, *, given: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, with the test's own variables and these; it reads what is given."""
    environment = {**os.environ, **variables}
    return subprocess.run(
        command, cwd=folder, env=environment, input=given, capture_output=True, text=True, timeout=900
    )


def run_python(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run this interpreter to its end, unless told otherwise with the folder and variables of the test."""
    environment = {**os.environ, "PYTHONPATH": ENVIRONMENT["PYTHONPATH"]}
    options = {"env": environment, "timeout": 120, **options}
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def import_error(statement: str, missing: str) -> str:
    """What a statement says, as an import error, where a package is not installed."""
    program = (
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        f"util.find_spec = lambda name, package=None: None if name == {missing!r} else find(name, package)\n"
        f"try:\n    {statement}\nexcept ImportError as problem:\n    print(problem, end='')\n"
    )
    ended = run_python("-c", program)
    assert ended.stderr == ""
    return ended.stdout


def assert_tests_pass(folder: Path, *files: str) -> None:
    """Run the contents of files of tests, in a folder and with the package's plugin: all their tests pass."""
    for number, content in enumerate(files):
        (folder / f"test_{number}.py").write_text(content, encoding="utf-8")
    command = ["-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"]
    # Where the package is installed, pytest loads the plugin by its entry point.
    installed = any(point.value == "tryleap.pytest_plugin" for point in entry_points(group="pytest11"))
    command += [] if installed else ["-p", "tryleap.pytest_plugin"]
    ended = run_python(*command, cwd=folder)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert all("def test_" in content for content in files)
    count = len(re.findall(r"^ *def test_", "\n".join(files), re.MULTILINE))
    assert f"{count} passed" in ended.stdout
