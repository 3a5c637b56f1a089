"""The checks of arguments that the generator takes from the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.generator import pipeline
from tests.support.documents import document, reference, write_document


def generated(
    folder: Path, properties: dict[str, Any], encoding: dict[str, Any] | None = None
) -> tuple[str, pipeline.Report]:
    """The module of the operations for a form of these properties, on one line, and the report."""
    form = {"schema": {"type": "object", "properties": properties}, "encoding": encoding or {}}
    operation = {
        "requestBody": {"content": {"multipart/form-data": form}},
        "responses": {"204": {"description": "Added."}},
    }
    schemas = {"Address": {"type": "string", "pattern": "^https?://"}}
    spec = write_document(folder, document(operation, schemas, method="post"))
    report = pipeline.generate(spec, None, folder / "out")
    (path,) = (folder / "out").glob("*/operations/default.py")
    return " ".join(path.read_text(encoding="utf-8").split()), report


FILES = {"type": "array", "items": {"type": "string", "format": "binary", "minLength": 2}}


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("image/*, application/octet-stream", "many=True, min_length=2, images=True"),
        ("image/png, image/jpeg", "many=True, min_length=2, images=True"),
        ("image/png", 'many=True, min_length=2, images=True, media_type="image/png"'),
        ("image/*, text/plain", "many=True, min_length=2"),
        ("application/octet-stream", 'many=True, min_length=2, media_type="application/octet-stream"'),
        (None, "many=True, min_length=2"),
    ],
)
def test_files(tmp_path: Path, content_type: str | None, expected: str) -> None:
    """Only images are looked at, and a least length is checked; any binary data may be an image."""
    encoding = {"files": {"contentType": content_type}} if content_type else None
    code, _ = generated(tmp_path, {"files": FILES}, encoding)

    assert f'FileField("files", files, {expected})' in code


def test_patterns(tmp_path: Path) -> None:
    """The pattern of a text, of the items of a list, and of what they refer to is checked."""
    urls = {"type": "array", "items": reference("Address")}
    code, report = generated(tmp_path, {"code": {"type": "string", "pattern": "^[A-Z]\\d"}, "urls": urls})

    assert 'FormField("code", code, STR, pattern="^[A-Z]\\\\d")' in code
    assert 'FormField("urls", urls, ListOf(STR), explode=True, pattern="^https?://")' in code
    assert report.notes == ()


def test_a_pattern_that_python_does_not_know(tmp_path: Path) -> None:
    """It is not checked, and the generator says so."""
    code, report = generated(tmp_path, {"code": {"type": "string", "pattern": r"^\p{Lu}"}})

    assert 'FormField("code", code, STR)' in code
    assert report.notes == (r"POST /it does not check code: Python does not support '^\\p{Lu}'",)
