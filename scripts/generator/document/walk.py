"""Walk through a document, yielding every object of the standard with its kind and place.

Only objects of the standard are visited: an example with a key `schema`, say, does not contain a schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import field, frozen

from . import pointers

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

# The kinds of object in each kind: under a fixed key, in a map with free keys, and in a list.
_ONE: Final[dict[str, dict[str, str]]] = {
    "document": {"components": "components"},
    "path": dict.fromkeys(METHODS, "operation"),
    "operation": {"requestBody": "body"},
    "parameter": {"schema": "schema"},
    "header": {"schema": "schema"},
    "media": {"schema": "schema"},
    "schema": dict.fromkeys(
        ("items", "not", "additionalProperties", "contains", "propertyNames", "if", "then", "else"), "schema"
    ),
}
_MAPS: Final[dict[str, dict[str, str]]] = {
    "document": {"paths": "path", "webhooks": "path"},
    "components": {
        "schemas": "schema",
        "responses": "response",
        "parameters": "parameter",
        "requestBodies": "body",
        "headers": "header",
        "callbacks": "callback",
        "pathItems": "path",
    },
    "operation": {"responses": "response", "callbacks": "callback"},
    "parameter": {"content": "media"},
    "header": {"content": "media"},
    "body": {"content": "media"},
    "response": {"headers": "header", "content": "media"},
    "media": {"encoding": "encoding"},
    "encoding": {"headers": "header"},
    "schema": {
        "properties": "schema",
        "patternProperties": "schema",
        "dependentSchemas": "schema",
        "$defs": "schema",
    },
}
_LISTS: Final[dict[str, dict[str, str]]] = {
    "path": {"parameters": "parameter"},
    "operation": {"parameters": "parameter"},
    "schema": dict.fromkeys(("allOf", "oneOf", "anyOf", "prefixItems"), "schema"),
}


@frozen
class Item:
    """An object of a document.

    Args:
        kind: Its kind: "path", "operation", "schema" and so on.
        pointer: Its place.
        data: Its content.
        is_root: Whether it is a schema that is not part of another schema.
        is_sent: Whether it is part of a request's body.
    """

    kind: str
    pointer: str
    data: dict[str, Any] = field(repr=False)
    is_root: bool = False
    is_sent: bool = False


def objects(document: dict[str, Any]) -> Iterator[Item]:
    """Visit every object of a document, valid or not.

    Args:
        document: The loaded document.

    Yields:
        The objects; an object that YAML aliases share, once for each kind.
    """
    waiting = [Item("document", "#", document)]
    seen: set[tuple[str, int]] = set()
    while waiting:
        item = waiting.pop()
        if (item.kind, id(item.data)) in seen:
            continue
        seen.add((item.kind, id(item.data)))
        yield item
        waiting.extend(reversed(list(_children(item))))


def _children(item: Item) -> Iterator[Item]:
    if item.kind == "callback":
        yield from _named(item, item.data, item.pointer, "path")
        return
    for key, kind in _ONE.get(item.kind, {}).items():
        yield from _named(item, {key: item.data.get(key)}, item.pointer, kind)
    for key, kind in _MAPS.get(item.kind, {}).items():
        named = item.data.get(key)
        if isinstance(named, dict):
            yield from _named(item, named, pointers.join(item.pointer, key), kind)
    for key, kind in _LISTS.get(item.kind, {}).items():
        listed = item.data.get(key)
        if isinstance(listed, list):
            numbered = {str(index): each for index, each in enumerate(listed)}
            yield from _named(item, numbered, pointers.join(item.pointer, key), kind)


def _named(parent: Item, found: dict[str, Any], pointer: str, kind: str) -> Iterator[Item]:
    for name, each in found.items():
        if isinstance(each, dict):
            is_root = kind == "schema" and parent.kind != "schema"
            is_sent = parent.is_sent or kind == "body"
            yield Item(kind, pointers.join(pointer, name), each, is_root, is_sent)
