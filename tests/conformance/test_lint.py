"""Redocly's default rules find nothing wrong with openapi.yaml."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conformance.tools import DOCUMENT, node_program
from tests.support.subprocesses import run

pytestmark = pytest.mark.heavy


def lint(document: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Redocly's linter in a folder without a configuration, so that its default rules hold."""
    # It reports home otherwise, and asks there for newer versions.
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    return run([node_program("redocly"), "lint", "--format", "stylish", str(document)], folder, **quiet)


def test_the_document_is_clean(tmp_path: Path) -> None:
    """There is no error, and no warning either."""
    result = lint(DOCUMENT, tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "warning" not in result.stdout.lower()


def test_the_linter_sees_what_is_wrong(tmp_path: Path) -> None:
    """A document without security and with a dangling reference is refused."""
    broken = tmp_path / "openapi.yaml"
    broken.write_text(DOCUMENT.read_text().replace('schemas/ErrorBody"', 'schemas/NoBody"'))

    result = lint(broken, tmp_path)

    assert result.returncode == 1
    assert "no-unresolved-refs" in result.stdout
