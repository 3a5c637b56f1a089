"""Write documents of any size, to measure the generator with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_document(path: Path, operations: int) -> Path:
    """Write a document with a number of operations and as many models; return its path."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for number in range(operations):
        reference = {"$ref": f"#/components/schemas/Thing{number}"}
        paths[f"/things{number}/{{id}}"] = {"get": _operation(number, reference)}
        schemas[f"Thing{number}"] = _schema(number)
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Many things", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    path.write_text(json.dumps(document))
    return path


def _operation(number: int, reference: dict[str, str]) -> dict[str, Any]:
    return {
        "operationId": f"getThing{number}",
        "tags": [f"Group {number // 20}"],
        "summary": f"Get thing {number}",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "page", "in": "query", "schema": {"type": "integer"}},
        ],
        "responses": {"200": {"description": "It.", "content": {"application/json": {"schema": reference}}}},
    }


def _schema(number: int) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string", "description": "Its name."},
            "size": {"type": "number"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "next": {"$ref": f"#/components/schemas/Thing{number}"},
        },
    }
