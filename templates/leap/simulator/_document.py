"""The document as the simulator reads it: which operation a request is for, and an example of its answer.

It routes by the document, so an operation that the document gains is answered here before anybody has
written its behaviour.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
DEEPEST = 12  # a schema that refers to itself ends here
TEXTS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00.000Z",
    "uuid": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
    "uri": "https://example.com/",
    "email": "someone@example.com",
}


@dataclass(frozen=True)
class Found:
    """What the document has for a method and path: `allowed` lists the methods of the path, empty for 404."""

    operation: str | None
    content: dict[str, Any]
    parameters: dict[str, str]
    allowed: list[str]


class Document:
    """The API's description.

    Args:
        content: the document as parsed JSON; by default the one that the package holds.
    """

    def __init__(self, content: dict[str, Any] | None = None) -> None:
        if content is None:
            content = json.loads(Path(__file__).parent.with_name("openapi.json").read_text("utf-8"))
        self._content: dict[str, Any] = content or {}
        templates = self._content.get("paths", {})
        # Fixed paths before those with parameters, as the specification has it.
        self._patterns = {
            path: re.compile(re.sub(r"\\{.+?\\}", "([^/]+)", re.escape(path)))
            for path in sorted(templates, key=lambda path: (path.count("{"), path))
        }

    def find(self, method: str, raw_path: str) -> Found:
        """The operation for a request; the path is percent-encoded, so a slash in an id ends nothing."""
        for path, pattern in self._patterns.items():
            if match := pattern.fullmatch(raw_path):
                item = self.resolve(self._content["paths"][path])
                allowed = [name.upper() for name in METHODS if name in item]
                content = item[method.lower()] if method in allowed else {}
                operation = content.get("operationId", f"{method} {path}") if content else None
                values = zip(re.findall("{(.+?)}", path), map(unquote, match.groups()), strict=True)
                return Found(operation, content, dict(values), allowed)
        return Found(None, {}, {}, [])

    def is_protected(self, operation: dict[str, Any]) -> bool:
        """Whether the operation, or the document's root, asks for a key."""
        demands = operation.get("security", self._content.get("security", []))
        return bool(demands) and {} not in demands

    def example_answer(self, operation: dict[str, Any]) -> tuple[int, str | None, Any]:
        """Status, media type and content of a successful answer; no media type where there is no body."""
        responses = operation.get("responses", {})
        key = next((key for key in sorted(responses) if key.startswith("2")), "default")
        status = int(key) if key.isdigit() else 200
        media_types = self.resolve(responses.get(key, {})).get("content", {})
        if not media_types:
            return status, None, None
        json_types = [name for name in media_types if "json" in name]
        media_type = (json_types or sorted(media_types))[0]
        described = media_types[media_type]
        named = next(iter(described.get("examples", {}).values()), None)
        if "example" in described:
            return status, media_type, described["example"]
        if named is not None:
            return status, media_type, self.resolve(named).get("value")
        return status, media_type, self.example(described.get("schema", {}))

    def resolve(self, part: dict[str, Any]) -> dict[str, Any]:
        """The part itself, or what its `$ref` into this document points to."""
        for _ in range(DEEPEST):
            if not isinstance(part.get("$ref"), str) or not part["$ref"].startswith("#/"):
                break
            target: Any = self._content
            for step in part["$ref"][2:].split("/"):
                target = target[unquote(step).replace("~1", "/").replace("~0", "~")]
            part = target
        return part

    def example(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """A value of the schema: its own example where it has one, else one made from its type."""
        schema = self.resolve(schema)
        for key in ("example", "default", "const"):
            if key in schema:
                return schema[key]
        for key in ("enum", "x-extensible-enum", "examples"):
            if schema.get(key):
                return schema[key][0]
        if depth > DEEPEST:
            return None
        if schema.get("allOf"):
            parts = [self.example(part, depth + 1) for part in schema["allOf"]]
            rest = self._of_type({key: value for key, value in schema.items() if key != "allOf"}, depth)
            objects = [part for part in (*parts, rest) if isinstance(part, dict)]
            return {key: value for part in objects for key, value in part.items()} if objects else parts[0]
        for key in ("oneOf", "anyOf"):
            if schema.get(key) and "properties" not in schema:
                return self.example(schema[key][0], depth + 1)
        return self._of_type(schema, depth)

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else None)
        if isinstance(kind, list):
            kind = next((name for name in kind if name != "null"), "null")
        if kind == "object":
            properties = schema.get("properties", {})
            # Deep down only what is required: this is where optional self-references end.
            wanted = schema.get("required", []) if depth > DEEPEST // 2 else properties
            return {name: self.example(properties.get(name, {}), depth + 1) for name in wanted}
        if kind == "array":
            count = max(schema.get("minItems", 0), 0 if depth > DEEPEST // 2 else 1)
            return [self.example(schema.get("items", {}), depth + 1) for _ in range(count)]
        if kind == "string":
            text = TEXTS.get(schema.get("format", ""), "text")
            return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
        if kind in ("integer", "number"):
            return max(schema.get("minimum", 0), min(1, schema.get("maximum", 1)))
        return True if kind == "boolean" else None
