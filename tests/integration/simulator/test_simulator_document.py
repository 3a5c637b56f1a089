"""The simulator follows the document: it routes by it and answers what it does not know by example."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import pytest

from tryleap.simulator import _server, running
from tryleap.simulator._document import Document


def document(schema: dict[str, Any] | None = None, **operation: Any) -> Document:
    """A document with one operation, `GET /things/{id}/parts/{number}`, that answers by the schema."""
    content = {} if schema is None else {"application/json": {"schema": schema}}
    described = {"operationId": "getPart", "responses": {"200": {"content": content}}, **operation}
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "next": {"$ref": "#/components/schemas/Node"},
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    return Document(
        {
            "security": [{"key": []}],
            "paths": {
                "/things/{id}/parts/{part-number}": {"get": described},
                "/things/new/parts/1": {"put": {}},
            },
            "components": {"schemas": {"Node": node, "Text": {"type": "string", "example": "shown"}}},
        }
    )


def test_paths() -> None:
    """Parameters are decoded, fixed paths come first, and a path knows its methods."""
    described = document()

    found = described.find("GET", "/things/a%2Fb/parts/7")
    assert (found.operation, found.parameters) == ("getPart", {"id": "a/b", "part-number": "7"})
    assert (described.find("GET", "/things/new/parts/1").operation, ["PUT"]) == (None, ["PUT"])
    assert described.find("POST", "/things/1/parts/2").allowed == ["GET"]
    assert described.find("GET", "/things/1/2/parts/3").allowed == []


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"$ref": "#/components/schemas/Text"}, "shown"),
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
                "allOf": [{"properties": {"a": {"type": "integer"}}}, {"$ref": "#/components/schemas/Node"}],
                "properties": {"name": {"example": "mine"}},
            },
            None,
        ),
        ({"$ref": "#/components/schemas/Node"}, None),
        ({}, None),
    ],
)
def test_examples(schema: dict[str, Any], example: Any) -> None:
    """A value comes from the schema's own example, else from its type, and is valid against it."""
    described = document(schema)
    made = described.example(schema)

    jsonschema.validate(made, {**schema, "components": described._content["components"]})
    if example is not None:
        assert example == made


@pytest.mark.parametrize(
    ("responses", "response"),
    [
        ({"204": {"description": "Done."}}, (204, None, None)),
        (
            {"404": {}, "default": {"content": {"text/plain": {"example": "hello"}}}},
            (200, "text/plain", "hello"),
        ),
        (
            {"2XX": {"content": {"application/json": {"example": {"a": 1}}}}},
            (200, "application/json", {"a": 1}),
        ),
        (
            {"202": {"content": {"application/json": {"examples": {"one": {"value": [1]}}}}}},
            (202, "application/json", [1]),
        ),
    ],
)
def test_responses(responses: dict[str, Any], response: tuple[int, str | None, Any]) -> None:
    """The first success of the operation is answered, by the example beside it where there is one."""
    assert response == document(responses=responses).example_answer({"responses": responses})


def test_an_operation_that_the_document_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered by example as soon as the document has it, and its key is asked for."""
    gained = document({"$ref": "#/components/schemas/Text"})
    monkeypatch.setattr(_server, "Document", lambda: gained)
    with running() as server:
        url = f"{server.base_url}/things/1/parts/2"
        refused = httpx.get(url, trust_env=False)
        response = httpx.get(url, headers={"Authorization": "Bearer k"}, trust_env=False)

    assert (refused.status_code, response.status_code, response.json()) == (401, 200, "shown")


def test_an_operation_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the operation asks for no key, neither does the simulator."""
    gained = document({"type": "boolean"}, security=[])
    monkeypatch.setattr(_server, "Document", lambda: gained)
    with running() as server:
        assert httpx.get(f"{server.base_url}/things/1/parts/2", trust_env=False).json() is True
