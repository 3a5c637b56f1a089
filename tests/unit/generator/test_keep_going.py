"""--keep-going writes what can be generated and says what it left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import generate

DOCUMENT = """
openapi: 3.0.3
info: {title: Keep, version: "1"}
paths:
  /a:
    get:
      operationId: getA
      responses:
        "200": {description: A., content: {application/json: {schema: {$ref: "#/components/schemas/B"}}}}
  /b:
    get:
      operationId: getB
      responses: {"200": {description: B.}}
components:
  schemas:
    A: {type: string, enum: [x, X]}
    B: {type: object, properties: {a: {$ref: "#/components/schemas/A"}}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A document in which a schema cannot be generated, and an operation needs it."""
    path = tmp_path / "keep.yaml"
    path.write_text(DOCUMENT)
    return path


def test_the_rest_is_written(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad schema is any value and listed, what needs it is written all the same, and the status is 1."""
    status = generate.main(["--spec", str(spec), "--output", str(tmp_path / "out"), "--keep-going"])

    assert status == 1
    operations = (tmp_path / "out" / "keep" / "operations" / "default.py").read_text()
    assert "def get_b(" in operations
    assert "def get_a(" in operations
    assert "a: Any = field(default=None, " in (tmp_path / "out" / "keep" / "models" / "b.py").read_text()
    error = capsys.readouterr().err
    assert "left out, for 1 problem" in error
    assert "#/components/schemas/A/enum/1" in error


def test_what_needs_a_lost_part_is_lost_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An operation whose form cannot be any value is left out with its schema, and both are listed."""
    path = tmp_path / "keep.yaml"
    body = "requestBody: {content: {multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}}}"
    changed = DOCUMENT.replace("operationId: getB", f"operationId: getB\n      {body}")
    changed = changed.replace("/b:\n    get", "/b:\n    post")
    path.write_text(changed.replace("    A: {", "    Form: {type: object, enum: [x, X]}\n    A: {"))
    status = generate.main(["--spec", str(path), "--output", str(tmp_path / "out"), "--keep-going"])

    assert status == 1
    operations = (tmp_path / "out" / "keep" / "operations" / "default.py").read_text()
    assert "def get_a(" in operations
    assert "def get_b(" not in operations
    error = capsys.readouterr().err
    assert "#/components/schemas/Form" in error
    assert "a multipart body that is not an object" in error


def test_what_cannot_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A problem outside operations and components stops the run all the same."""
    path = tmp_path / "bad.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {title: Bad}\npaths: {}\n")

    status = generate.main(["--spec", str(path), "--output", str(tmp_path / "out"), "--keep-going"])

    assert status == 1
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
