"""Small OpenAPI documents for the tests of the generator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def responding(schema: dict[str, Any]) -> dict[str, Any]:
    """The responses of an operation whose success is JSON of this schema."""
    return {"200": {"description": "It.", "content": {"application/json": {"schema": schema}}}}


def document(
    operation: dict[str, Any],
    schemas: dict[str, Any] | None = None,
    *,
    method: str = "get",
    path: str = "/it",
    version: str = "3.0.3",
) -> dict[str, Any]:
    """A document of one operation, called getIt unless it says otherwise; the package is called small."""
    return {
        "openapi": version,
        "info": {"title": "Small", "version": "1"},
        "servers": [{"url": "https://example.com"}],
        "paths": {path: {method: {"operationId": "getIt", **operation}}},
        "components": {"schemas": schemas or {}},
    }


def write_document(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "small.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
