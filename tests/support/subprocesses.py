"""Programs that tests start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

# Programs that tests start find the package where the tests have found it.
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this interpreter in the folder and with the variables that a test has set, to its end."""
    environment = {**os.environ, "PYTHONPATH": ENVIRONMENT["PYTHONPATH"]}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def assert_tests_pass(folder: Path, *files: str) -> None:
    """Run the contents of files of tests, in a folder and with the package's plugin: all their tests pass."""
    for number, content in enumerate(files):
        (folder / f"test_{number}.py").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"]
    # Where the package is installed, pytest loads the plugin by its entry point.
    installed = any(point.value == "tryleap.pytest_plugin" for point in entry_points(group="pytest11"))
    command += [] if installed else ["-p", "tryleap.pytest_plugin"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, env=ENVIRONMENT)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert all("def test_" in content for content in files)
    count = len(re.findall(r"^ *def test_", "\n".join(files), re.MULTILINE))
    assert f"{count} passed" in ended.stdout
