"""Check that the ir contains everything that the document does.

The parser drops some things with a warning and others silently. So the operations, parameters, media types,
statuses and properties of the document are listed here independently, and each must be in the ir.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from .. import ir
from ..document import pointers
from ..document.pointers import resolve
from ..document.problems import GenerationError, Place, Problem
from ..document.walk import METHODS
from .assemble import IGNORED_HEADERS

Item: TypeAlias = tuple[str, ...]

_WAY_OUT = "Describe it in another way, or leave it out of the document: nothing is dropped in silence."


def check(document: dict[str, Any], api: ir.Api) -> None:
    """Compare a document with its ir.

    Args:
        document: The loaded document.
        api: The ir.

    Raises:
        GenerationError: Something in the document is missing from the ir, or the other way round.
    """
    wanted = dict(_of_document(document))
    found = set(_of_ir(api))
    problems = [
        Problem(Place(pointer), f"{' '.join(item)} would be lost on the way to the client", _WAY_OUT)
        for item, pointer in wanted.items()
        if item not in found
    ]
    kinds = {"operation", "parameter", "media type", "status"}
    problems += [
        Problem(
            Place("#"), f"{' '.join(item)} is generated, but is not in the document", "This is our mistake."
        )
        for item in sorted(found - set(wanted))
        if item[0] in kinds
    ]
    if problems:
        raise GenerationError(problems)


def _of_document(document: dict[str, Any]) -> Iterator[tuple[Item, str]]:
    for path, item in document.get("paths", {}).items():
        if path.startswith("/"):
            at = resolve(document, item, pointers.join("#", "paths", path))
            for method in METHODS:
                if method in at.data:
                    yield from _operation(document, path, method, at.data, pointers.join(at.pointer, method))
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        pointer = pointers.join("#", "components", "schemas", name)
        for key in schema.get("properties", {}) if isinstance(schema, dict) else ():
            yield ("property", pointer, key), pointers.join(pointer, "properties", key)


def _operation(
    document: dict[str, Any], path: str, method: str, item: dict[str, Any], pointer: str
) -> Iterator[tuple[Item, str]]:
    operation, name = item[method], f"{method.upper()} {path}"
    yield ("operation", name), pointer
    for each in [*item.get("parameters", []), *operation.get("parameters", [])]:
        at = resolve(document, each, pointer)
        if at.data["in"] != "header" or at.data["name"].lower() not in IGNORED_HEADERS:
            yield ("parameter", at.data["in"], at.data["name"], "of", name), at.pointer
    if "requestBody" in operation:
        body = resolve(document, operation["requestBody"], pointers.join(pointer, "requestBody"))
        for media_type in body.data.get("content", {}):
            yield ("media type", media_type, "of", name), body.pointer
    for status in operation.get("responses", {}):
        if not status.startswith("x-"):
            key = status if status == "default" else status.upper()
            yield ("status", key, "of", name), pointers.join(pointer, "responses", status)


def _of_ir(api: ir.Api) -> Iterator[Item]:
    for operation in api.operations:
        name = f"{operation.method} {operation.path}"
        yield ("operation", name)
        for parameter in operation.parameters:
            yield ("parameter", parameter.location, parameter.field.key, "of", name)
        if operation.body:
            for media_type in (operation.body.media_type, *operation.body.other_media_types):
                yield ("media type", media_type, "of", name)
            yield from _properties(operation.body.pointer, (part.field for part in operation.body.parts))
        for response in operation.responses:
            yield ("status", response.status, "of", name)
    for model in api.models:
        yield from _properties(model.pointer, model.fields)


def _properties(pointer: str, fields: Iterable[ir.Field]) -> Iterator[Item]:
    for each in fields:
        yield ("property", pointer, each.key)
