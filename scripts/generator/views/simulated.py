"""Compute the operations of the simulator: status, media type and an example of the response.

An example comes from the document if it has one; otherwise it is made from the schema, and valid.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen

from .. import ir
from ..document import pointers
from ..document.pointers import resolve

_TEXTS: Final = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00.000Z",
    "uuid": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
    "uri": "https://example.com/",
    "email": "someone@example.com",
}
# The depth at which a recursive schema ends. From half of it on, optional properties are left out.
_MAX_DEPTH: Final = 12
# Objects in one example: with schemas that use each other twice it doubles at each level.
_MAX_OBJECTS: Final = 200


@frozen
class SimulatedOperation:
    """An operation of the simulator."""

    id: str
    method: str
    path: str
    is_protected: bool
    status: int
    media_type: str | None
    example: Any


def simulated_operations(document: dict[str, Any], api: ir.Api) -> list[SimulatedOperation]:
    """Return the operations of the simulator.

    Args:
        document: The document, for the schemas of responses.
        api: The ir.

    Returns:
        The operations; of those whose paths only differ in a fragment, the first of each method.
    """
    found: dict[tuple[str, str], SimulatedOperation] = {}
    for operation in api.operations:
        path = operation.path.partition("#")[0]
        found.setdefault((operation.method, path), _simulated(document, operation, path))
    return list(found.values())


def _simulated(document: dict[str, Any], operation: ir.Operation, path: str) -> SimulatedOperation:
    shown = min(operation.successes, key=lambda each: each.status, default=None)
    return SimulatedOperation(
        id=operation.id,
        method=operation.method,
        path=path,
        is_protected=bool(operation.security) and () not in operation.security,
        status=int(shown.status) if shown and shown.status.isdigit() else 200,
        media_type=shown.media_type if shown else None,
        example=_example(document, shown) if shown else None,
    )


def _example(document: dict[str, Any], response: ir.Response) -> Any:
    if response.media_type is None or response.example is not None:
        return response.example
    place = pointers.join(response.pointer, "content", response.media_type, "schema")
    return ExampleMaker(document).make(pointers.object_at(document, place))


class ExampleMaker:
    """Makes a value of a schema.

    Args:
        document: The document, for references.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._objects_left = _MAX_OBJECTS

    def make(self, schema: Any, depth: int = 0) -> Any:
        """Return the schema's example, or a value of its type."""
        schema = resolve(self._document, schema, "").data
        for key in ("example", "default", "const"):
            if key in schema:
                return schema[key]
        for key in ("enum", "x-extensible-enum", "examples"):
            if isinstance(schema.get(key), list) and schema[key]:
                return schema[key][0]
        if depth > _MAX_DEPTH:
            return None
        if schema.get("allOf"):
            return self._of_all(schema, depth)
        for key in ("oneOf", "anyOf"):
            if schema.get(key) and "properties" not in schema:
                return self.make(schema[key][0], depth + 1)
        return self._of_type(schema, depth)

    def _of_all(self, schema: dict[str, Any], depth: int) -> Any:
        parts = [self.make(part, depth + 1) for part in schema["allOf"]]
        rest = self._of_type({key: value for key, value in schema.items() if key != "allOf"}, depth)
        objects = [part for part in (*parts, rest) if isinstance(part, dict)]
        return {key: value for part in objects for key, value in part.items()} if objects else parts[0]

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else None)
        if isinstance(kind, list):
            kind = next((name for name in kind if name != "null"), "null")
        is_deep = depth > _MAX_DEPTH // 2 or self._objects_left <= 0
        if kind == "object":
            self._objects_left -= 1
            properties = schema.get("properties", {})
            wanted = schema.get("required", []) if is_deep else properties
            stops = self._objects_left < -_MAX_OBJECTS
            return {} if stops else {name: self.make(properties.get(name, {}), depth + 1) for name in wanted}
        if kind == "array":
            count = max(schema.get("minItems", 0), 0 if is_deep else 1)
            return [self.make(schema.get("items", {}), depth + 1) for _ in range(min(count, _MAX_OBJECTS))]
        return _scalar(kind, schema)


def _scalar(kind: Any, schema: dict[str, Any]) -> Any:
    if kind == "string":
        text = _TEXTS.get(schema.get("format", ""), "text")
        return text.ljust(min(schema.get("minLength", 0), 10_000), "x")[: schema.get("maxLength")]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 0), min(1, schema.get("maximum", 1)))
    return True if kind == "boolean" else None
