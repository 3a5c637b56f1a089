"""The page on web frameworks: each application passes its own test, on the simulator, as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.integration.docs.pages import GENERATED, blocks, section
from tests.support.subprocesses import ENVIRONMENT

PAGE = (GENERATED / "docs" / "frameworks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("framework", ["FastAPI", "Flask", "Django"])
def test_an_application_passes_its_test(framework: str, tmp_path: Path) -> None:
    """The block is one file that pytest runs: uploads, a signed webhook, and the end of the training."""
    (code,) = blocks(section(PAGE, framework), "python")
    (tmp_path / "test_application.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider"]
    installed = any(point.value == "tryleap.pytest_plugin" for point in entry_points(group="pytest11"))
    command += [] if installed else ["-p", "tryleap.pytest_plugin"]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, env=ENVIRONMENT
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    count = len(re.findall(r"^def test_", code, re.MULTILINE))
    assert f"{count} passed" in ended.stdout
