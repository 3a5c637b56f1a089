"""Mistakes in a document stop the generator with a message that names place, rule and way out.

Each document under `bad/` has its whole message beside it, as `python -m scripts.generate --spec` prints it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts import generate
from tests.support.paths import ROOT
from tests.support.subprocesses import run

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_message(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad document is refused with the message beside it, and the earlier output stays as it was."""
    monkeypatch.chdir(ROOT)
    output = tmp_path / "out"
    output.mkdir()
    (output / ".written-by-generator").write_text("mark")
    (output / "kept.py").write_text("kept = True\n")

    status = generate.main(["--spec", str(path.relative_to(ROOT)), "--output", str(output)])

    assert status == 1
    assert capsys.readouterr().err == path.with_suffix(".txt").read_text()
    assert sorted(each.name for each in output.iterdir()) == [".written-by-generator", "kept.py"]
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_messages_are_always_the_same(tmp_path: Path) -> None:
    """Validation and its messages do not depend on what else is installed or set."""
    path = next(each for each in BAD if each.stem == "several").relative_to(ROOT)
    command = [sys.executable, "-m", "scripts.generate", "--spec", path, "--output", tmp_path / "out"]
    for choice in ("jsonschema", "jsonschema-rs"):
        done = run(command, ROOT, OPENAPI_SPEC_VALIDATOR_SCHEMA_VALIDATOR_BACKEND=choice)

        assert done.stderr == path.with_suffix(".txt").read_text()


def test_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that does not exist is named, with what to check."""
    status = generate.main(["--spec", "no-such.yaml", "--output", str(tmp_path / "out")])

    assert status == 1
    assert "no-such.yaml: the file cannot be read: No such file or directory" in capsys.readouterr().err


def test_foreign_document_needs_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody else's document never replaces our own output by default."""
    assert generate.main(["--spec", "other.yaml"]) == 1
    assert "--spec needs --output" in capsys.readouterr().err
