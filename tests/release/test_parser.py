"""Looking at the parser's newest version, with one that stands in for it."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.dev import check_parser
from tests.support.paths import ROOT
from tests.support.subprocesses import run

pytestmark = pytest.mark.heavy


def newer(folder: Path, change: tuple[str, str, str] | None = None) -> None:
    """Make a wheel of the installed parser, as version 99, with a change of one file."""
    installed = importlib.metadata.distribution("openapi-python-client")
    with zipfile.ZipFile(folder / "openapi_python_client-99.0-py3-none-any.whl", "w") as archive:
        record = []
        for each in installed.files or []:
            name = str(each).replace(f"-{installed.version}.dist-info", "-99.0.dist-info")
            if name.startswith("..") or name.endswith((".pyc", "RECORD", "INSTALLER", "REQUESTED")):
                continue
            text = each.locate().read_bytes()
            if name.endswith("/METADATA"):
                text = re.sub(rb"\nVersion: .*", b"\nVersion: 99.0", text, count=1)
            if change and name == change[0]:
                assert change[1].encode() in text
                text = text.replace(change[1].encode(), change[2].encode())
            archive.writestr(name, text)
            record.append(f"{name},,\n")
        assert change is None or f"{change[0]},,\n" in record
        archive.writestr("openapi_python_client-99.0.dist-info/RECORD", "".join(record))


def look(folder: Path) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-m", "scripts.dev.check_parser"], ROOT, UV_FIND_LINKS=str(folder))


def test_newer_without_consequences(tmp_path: Path) -> None:
    """A newer version that parses alike is named, and changes nothing."""
    newer(tmp_path)
    done = look(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(r"openapi-python-client [\d.]+ -> 99\.0\n", done.stdout)
    assert "These versions would not change generated/" in done.stdout


def test_newer_that_changes_the_output(tmp_path: Path) -> None:
    """A newer version that names things otherwise is reported: what would change, or why nothing can."""
    newer(
        tmp_path,
        ("openapi_python_client/strings.py", '"_".join(words).lower()', '"_".join(words).lower() + "_x"'),
    )
    done = look(tmp_path)

    assert done.returncode == 1
    assert re.search(r"would change \d+ generated files|Nothing can be generated", done.stdout)


def test_pins_of_the_lock() -> None:
    """What the environment is made like is all that the lock pins for every system."""
    pins = check_parser.pins(ROOT / "scripts" / "locks" / "dev.txt")
    names = {pin.partition("==")[0] for pin in pins}

    assert set(check_parser.GENERATOR) <= names
    assert [pin for pin in pins if ";" in pin or "\\" in pin] == []
