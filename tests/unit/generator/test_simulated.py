"""What the simulator is told of an operation: its first success, and an example that fits its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scripts.generator import pipeline
from scripts.generator.views.simulated import ExampleMaker, SimulatedOperation, simulated_operations
from tests.support.documents import document, reference, write_document

NODE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "next": reference("Node"),
        "all": {"type": "array", "items": reference("Node")},
    },
}
SCHEMAS = {"Node": NODE, "Text": {"type": "string", "example": "shown"}}


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (reference("Text"), "shown"),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"type": "string", "minLength": 6}, "textxx"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": ["null", "integer"], "minimum": 5}, 5),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "boolean"}, True),
        ({"type": "array", "minItems": 2, "items": {"default": 1}}, [1, 1]),
        ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, 1),
        ({"anyOf": [{"const": "x"}]}, "x"),
        (
            {
                "allOf": [{"properties": {"a": {"type": "integer"}}}, reference("Node")],
                "properties": {"name": {"example": "mine"}},
            },
            None,
        ),
        (reference("Node"), None),
        ({}, None),
    ],
)
def test_examples(schema: dict[str, Any], example: Any) -> None:
    """A value comes from the schema's own example, else from its type, and is valid against it."""
    components = {"components": {"schemas": SCHEMAS}}

    made = ExampleMaker(components).make(schema)

    jsonschema.validate(made, {**schema, **components})
    if example is not None:
        assert example == made


def test_an_example_has_an_end() -> None:
    """Schemas that each require the next one twice give an example of some hundred objects, no more."""
    schemas: dict[str, Any] = {
        f"A{i}": {
            "type": "object",
            "required": ["l", "r"],
            "properties": {side: reference(f"A{i + 1}") for side in "lr"},
        }
        for i in range(40)
    }
    schemas["A40"] = {"type": "object"}

    made = ExampleMaker({"components": {"schemas": schemas}}).make(reference("A0"))

    assert len(json.dumps(made)) < 20_000


def described(media_type: str, **content: Any) -> dict[str, Any]:
    return {"description": "It.", "content": {media_type: content}}


@pytest.mark.parametrize(
    ("responses", "success"),
    [
        ({"204": {"description": "Done."}}, (204, None, None)),
        (
            {"404": {"description": "None."}, "default": described("text/plain", example="hello")},
            (200, "text/plain", "hello"),
        ),
        ({"2XX": described("application/json", example={"a": 1})}, (200, "application/json", {"a": 1})),
        (
            {"202": described("application/json", examples={"one": {"value": [1]}})},
            (202, "application/json", [1]),
        ),
    ],
)
def test_successes(responses: dict[str, Any], success: tuple[int, str | None, Any], tmp_path: Path) -> None:
    """The first success of an operation is described, by the example beside it where there is one."""
    path = write_document(tmp_path, document({"responses": responses}))
    source, api, _ = pipeline.understand(path, None)

    assert simulated_operations(source.data, api) == [
        SimulatedOperation("getIt", "GET", "/it", False, *success)
    ]
