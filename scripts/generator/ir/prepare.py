"""Prepare the document for openapi-python-client's parser.

The parser gets a reduced copy: references other than to schemas are resolved, and what it would lose or fail
on is removed. Each description is replaced by the JSON pointer of its place, so that the parser's results say
where they come from, and everything else is read from the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from ..document import pointers
from ..document.pointers import Located, resolve
from ..document.problems import GenerationError, Problem
from ..document.walk import METHODS
from .parser_names import parser_key, path_name

# Without titles: the parser would name classes after them, and two schemas may have the same title.
_KEPT = ("type", "format", "nullable", "required")
_SUBSCHEMA_LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
_ALTERNATIVES = ("oneOf", "anyOf", "prefixItems")
_ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "nullable",
    }
    | {"externalDocs", "xml", "summary", "$comment"}
)
_TYPE_OR_NULL = 2
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}


@frozen
class Content:
    """The chosen media type of a body or a response, and its description."""

    media_type: str
    pointer: str
    data: dict[str, Any] = field(repr=False)
    others: tuple[str, ...] = ()


@frozen
class PreparedOperation:
    """One operation with its references resolved."""

    method: str
    path: str
    at: Located
    parameters: tuple[Located, ...]
    body: Located | None
    body_content: Content | None
    responses: tuple[tuple[str, Located, Content | None], ...]

    @property
    def id(self) -> str:
        """The operation id, or one made of method and path if the document has none."""
        return self.at.data.get("operationId") or f"{self.method}_{self.path}"

    @property
    def parser_path(self) -> str:
        """The path, with names of parameters that the parser supports."""
        return _PLACEHOLDER.sub(lambda match: f"{{{path_name(match[1])}}}", self.path)


@frozen
class Prepared:
    """The document, its operations and the reduced copy for the parser."""

    document: dict[str, Any] = field(repr=False)
    operations: tuple[PreparedOperation, ...]
    reduced: dict[str, Any] = field(repr=False)


def prepare(document: dict[str, Any]) -> Prepared:
    """Resolve the operations of a document, and reduce a copy of it for the parser.

    Args:
        document: The validated document; it is not changed.

    Returns:
        The operations and the reduced copy.

    Raises:
        GenerationError: Something cannot be generated; the error has all such places.
    """
    problems: list[Problem] = []
    operations: list[PreparedOperation] = []
    for path, item in document.get("paths", {}).items():
        if path.startswith("x-"):
            continue
        for method, at, shared in _path_operations(document, path, item):
            try:
                operations.append(_operation(document, path, method, at, shared))
            except GenerationError as error:
                problems.extend(error.problems)
    if problems:
        raise GenerationError(problems)
    return Prepared(document, tuple(operations), _reduced(document, operations))


def is_rule_of_required(schema: Any) -> bool:
    """Return whether a subschema only lists required properties."""
    return isinstance(schema, dict) and set(schema) == {"required"}


def _path_operations(
    document: dict[str, Any], path: str, item: dict[str, Any]
) -> Iterator[tuple[str, Located, list[Located]]]:
    at = resolve(document, item, pointers.join("#", "paths", path))
    shared = _located_list(document, at, "parameters")
    for method in METHODS:
        if method in at.data:
            yield method, Located(pointers.join(at.pointer, method), at.data[method]), shared


def _located_list(document: dict[str, Any], at: Located, key: str) -> list[Located]:
    base = pointers.join(at.pointer, key)
    return [
        resolve(document, each, pointers.join(base, index)) for index, each in enumerate(at.data.get(key, []))
    ]


def _operation(
    document: dict[str, Any], path: str, method: str, at: Located, shared: list[Located]
) -> PreparedOperation:
    own = _located_list(document, at, "parameters")
    overridden = {(each.data["name"], each.data["in"]) for each in own}
    inherited = [each for each in shared if (each.data["name"], each.data["in"]) not in overridden]
    body = body_content = None
    if "requestBody" in at.data:
        body = resolve(document, at.data["requestBody"], pointers.join(at.pointer, "requestBody"))
        body_content = _choose(body, _rank_request)
    responses = []
    for status, response in at.data.get("responses", {}).items():
        if not status.startswith("x-"):
            located = resolve(document, response, pointers.join(at.pointer, "responses", status))
            responses.append(
                (status.upper() if status != "default" else status, located, _choose(located, _rank))
            )
    return PreparedOperation(method, path, at, (*inherited, *own), body, body_content, tuple(responses))


def essence(media_type: str) -> str:
    """Return a media type without parameters, so that ``text/html; charset=utf-8`` becomes ``text/html``."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, vendor types included."""
    kind = essence(media_type)
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def _rank(media_type: str) -> int:
    """Prefer JSON, then text, then bytes."""
    if is_json(media_type):
        return 0
    return 1 if essence(media_type).startswith("text/") else 2


def _rank_request(media_type: str) -> int:
    preference = ("multipart/form-data", "application/x-www-form-urlencoded", "application/octet-stream")
    kind = essence(media_type)
    if is_json(media_type):
        return 0
    return preference.index(kind) + 1 if kind in preference else len(preference) + 1


def _choose(at: Located, rank: Any) -> Content | None:
    content = at.data.get("content") or {}
    if not content:
        return None
    chosen = min(content, key=rank)
    base = pointers.join(at.pointer, "content", chosen)
    return Content(chosen, base, content[chosen], tuple(each for each in content if each != chosen))


def _reduced(document: dict[str, Any], operations: list[PreparedOperation]) -> dict[str, Any]:
    schemas = document.get("components", {}).get("schemas", {})
    paths: dict[str, Any] = {}
    for operation in operations:
        path = operation.parser_path
        if operation.method in paths.get(path, {}):
            path = operation.path  # which the parser then refuses
        paths.setdefault(path, {})[operation.method] = _reduced_operation(operation, document)
    return {
        "openapi": document["openapi"],
        "info": {"title": "x", "version": "x"},
        "paths": paths,
        "components": {
            "schemas": {
                name: _reduced_schema(
                    schemas[name], pointers.join("#", "components", "schemas", name), document
                )
                for name in _used_first(schemas)
            }
        },
    }


def _used_first(schemas: dict[str, Any]) -> list[str]:
    """Order schemas so that each comes after those that it is made of.

    In another order a long chain would take the parser minutes, because it tries all unfinished schemas again
    after each that it finishes.
    """
    ordered: dict[str, None] = {}
    seen: set[str] = set()
    for start in schemas:
        waiting = [(start, False)]
        while waiting:
            name, is_ready = waiting.pop()
            if is_ready:
                ordered[name] = None
            elif name not in seen and name in schemas:
                seen.add(name)
                waiting.append((name, True))
                waiting.extend((each, False) for each in reversed(_made_of(schemas[name])))
    return list(ordered)


def _made_of(schema: Any) -> list[str]:
    """List the component schemas that a schema is made of, except for its properties."""
    found: list[str] = []
    waiting = [schema]
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, dict):
            reference = each.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
                found.append(pointers.tokens(reference)[-1])
            waiting += [each.get("items"), *(part for key in _SUBSCHEMA_LISTS for part in each.get(key, []))]
    return found


def _reduced_operation(operation: PreparedOperation, document: dict[str, Any]) -> dict[str, Any]:
    reduced: dict[str, Any] = {
        "operationId": operation.id,
        "description": operation.at.pointer,
        "parameters": [_reduced_parameter(each, document) for each in operation.parameters],
        "responses": {
            status: _reduced_response(at, content, document) for status, at, content in operation.responses
        },
    }
    if operation.body is not None and operation.body_content is not None:
        content = operation.body_content
        media_type = _request_media_type(content.media_type)
        reduced["requestBody"] = {
            "required": operation.body.data.get("required", False),
            "content": {media_type: {"schema": _content_schema(content, document)}},
        }
    return reduced


def _request_media_type(media_type: str) -> str:
    kind = essence(media_type)
    if is_json(media_type):
        return "application/json"
    return (
        kind
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded")
        else "application/octet-stream"
    )


def _content_schema(content: Content, document: dict[str, Any]) -> dict[str, Any]:
    reduced: dict[str, Any] = _reduced_schema(
        content.data.get("schema", {}), pointers.join(content.pointer, "schema"), document
    )
    return reduced


def _reduced_parameter(at: Located, document: dict[str, Any]) -> dict[str, Any]:
    schema, pointer = parameter_schema(at)
    name, location = at.data["name"], at.data["in"]
    return {
        "name": path_name(name) if location == "path" else name,
        "in": location,
        "required": at.data.get("required", False),
        "schema": _reduced_schema(schema, pointer, document),
    }


def parameter_schema(at: Located) -> tuple[dict[str, Any], str]:
    """Return the schema of a parameter, directly or under ``content``, and its place."""
    if "content" in at.data:
        media_type, content = next(iter(at.data["content"].items()))
        return content.get("schema", {}), pointers.join(at.pointer, "content", media_type, "schema")
    return at.data.get("schema", {}), pointers.join(at.pointer, "schema")


def _reduced_response(at: Located, content: Content | None, document: dict[str, Any]) -> dict[str, Any]:
    if content is None or not is_json(content.media_type):
        return {"description": at.pointer}
    schema = _content_schema(content, document)
    return {"description": at.pointer, "content": {"application/json": {"schema": schema}}}


def _reduced_schema(schema: Any, pointer: str, document: dict[str, Any]) -> Any:  # noqa: C901 - one step for each keyword
    """Copy a schema without what the parser would lose or fail on, with its place as the description."""
    if not isinstance(schema, dict):
        return {"description": pointer}
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    reduced = {key: schema[key] for key in _KEPT if key in schema}
    if isinstance(reduced.get("required"), list):
        reduced["required"] = [parser_key(each) for each in reduced["required"]]
    reduced["description"] = pointer
    if "enum" in schema or "const" in schema:
        _flatten_values(reduced, schema)
    if "items" in schema:
        copy = _reduced_alternative if "prefixItems" in schema else _reduced_schema
        reduced["items"] = copy(schema["items"], pointers.join(pointer, "items"), document)
    for key in _SUBSCHEMA_LISTS:
        members = [(index, each) for index, each in enumerate(schema.get(key, [])) if _says_a_type(each, key)]
        if members:
            copy = _reduced_alternative if key in _ALTERNATIVES else _reduced_schema
            reduced[key] = [
                copy(each, pointers.join(pointer, key, index), document) for index, each in members
            ]
    if "properties" in schema:
        reduced["properties"] = {
            parser_key(name): _reduced_schema(each, pointers.join(pointer, "properties", name), document)
            for name, each in schema["properties"].items()
        }
    additional = schema.get("additionalProperties")
    if isinstance(additional, dict) and additional:
        place = pointers.join(pointer, "additionalProperties")
        reduced["additionalProperties"] = _reduced_schema(additional, place, document)
    elif additional is not None:
        reduced["additionalProperties"] = additional is not False
    return reduced


def _reduced_alternative(schema: Any, pointer: str, document: dict[str, Any]) -> Any:
    """Copy one of several alternatives so that the parser keeps it.

    The parser drops all alternatives of one Python type but the first, so a set of values becomes a const
    whose value is its place.
    """
    if not isinstance(schema, dict):
        return _reduced_schema(schema, pointer, document)
    at = resolve(document, schema, pointer)
    values = at.data.get("enum", [at.data["const"]] if "const" in at.data else [])
    if any(value is not None for value in values):
        place = {"const": at.pointer, "description": at.pointer}
        if None in values or at.data.get("nullable") is True:
            return {"oneOf": [place, {"type": "null"}], "description": pointer}
        return place
    reduced = _reduced_schema(schema, pointer, document)
    if "items" in reduced:
        reduced["items"] = _reduced_alternative(schema["items"], pointers.join(pointer, "items"), document)
    return reduced


def _says_a_type(schema: Any, key: str) -> bool:
    """Return whether a member of allOf, oneOf or anyOf does more than annotate or require properties."""
    if key == "allOf":
        return isinstance(schema, dict) and not set(schema) <= _ANNOTATIONS
    return not is_rule_of_required(schema)


def _flatten_values(reduced: dict[str, Any], schema: dict[str, Any]) -> None:
    """Reduce an enum or a const to its type; the values are read from the document later."""
    if "type" in reduced:
        return
    values = schema.get("enum", [schema.get("const")])
    types = sorted({_JSON_TYPES[type(value)] for value in values if type(value) in _JSON_TYPES})
    if None in values:
        types.append("null")
    if types and len(types) <= _TYPE_OR_NULL:
        reduced["type"] = types[0] if len(types) == 1 else types
