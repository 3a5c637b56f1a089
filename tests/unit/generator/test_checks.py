"""The checks of arguments that the generator takes from the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generator import pipeline


def document(properties: dict[str, Any], encoding: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"schema": {"type": "object", "properties": properties}, "encoding": encoding or {}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shelf", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "operationId": "addThing",
                    "requestBody": {"content": {"multipart/form-data": content}},
                    "responses": {"204": {"description": "Added."}},
                }
            }
        },
        "components": {"schemas": {"Address": {"type": "string", "pattern": "^https?://"}}},
    }


def generated(folder: Path, described: dict[str, Any]) -> tuple[str, pipeline.Report]:
    """The module of the operations, on one line, and the report."""
    spec = folder / "spec.yaml"
    spec.write_text(yaml.safe_dump(described), encoding="utf-8")
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
    code, _ = generated(tmp_path, document({"files": FILES}, encoding))

    assert f'FileField("files", files, {expected})' in code


def test_patterns(tmp_path: Path) -> None:
    """The pattern of a text, of the items of a list, and of what they refer to is checked."""
    urls = {"type": "array", "items": {"$ref": "#/components/schemas/Address"}}
    code, report = generated(
        tmp_path, document({"code": {"type": "string", "pattern": "^[A-Z]\\d"}, "urls": urls})
    )

    assert 'FormField("code", code, STR, pattern="^[A-Z]\\\\d")' in code
    assert 'FormField("urls", urls, ListOf(STR), explode=True, pattern="^https?://")' in code
    assert report.notes == ()


def test_a_pattern_that_python_does_not_know(tmp_path: Path) -> None:
    """It is not checked, and the generator says so."""
    code, report = generated(tmp_path, document({"code": {"type": "string", "pattern": r"^\p{Lu}"}}))

    assert 'FormField("code", code, STR)' in code
    assert report.notes == (r"POST /things does not check code: Python does not know '^\\p{Lu}'",)
