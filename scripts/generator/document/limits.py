"""Reject documents that would take excessive time or memory, before anything else is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import pointers
from .problems import Place, Problem
from .walk import objects

# The values that a document may have after its YAML aliases are expanded, and by how much they may multiply
# them.
MAX_ALIASED_VALUES = 100_000
MAX_ALIAS_FACTOR = 10
# Levels of nested objects and lists.
MAX_DEPTH = 150
# Schemas that one schema may be composed of, each counted as often as it is used.
MAX_COMPOSED = 10_000
# The length of a chain of allOf: each schema in it has the fields of all before it.
MAX_ALLOF_CHAIN = 200
_COMPOSING_LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
_COMPOSING = ("items", "not", "additionalProperties")


def limit_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Find a document that is too large or nested too deeply.

    Args:
        document: The loaded document.

    Yields:
        The problem, if there is one; all later stages rely on there being none.
    """
    sizes: dict[int, tuple[int, int]] = {}
    total, depth = _measured(document, sizes)
    if total > max(MAX_ALIASED_VALUES, MAX_ALIAS_FACTOR * len(sizes)):
        # The innermost value that is nearly as large as the whole.
        yield Problem(
            Place(_led_by(document, lambda value: sizes[id(value)][0], total // 2)),
            f"YAML aliases make {total:,} values of this document",
            "Name what repeats under components, and use a $ref.",
        )
    elif depth > MAX_DEPTH:
        # The value that is nested one level more than is supported.
        yield Problem(
            Place(_led_by(document, lambda value: sizes[id(value)][1], depth - MAX_DEPTH)),
            f"the document is nested {depth} levels deep; at most {MAX_DEPTH} are supported",
            "Name inner schemas under components, and use a $ref.",
        )


def _measured(document: Any, sizes: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return the number of values and the depth of a document; `sizes` gets those of each container."""
    waiting: list[tuple[Any, bool]] = [(document, False)]
    while waiting:
        value, is_ready = waiting.pop()
        if id(value) in sizes:
            continue
        children = [each for each in _inside(value) if isinstance(each, dict | list)]
        if is_ready:
            measured = [sizes[id(each)] for each in children]
            total = 1 + len(value) - len(children) + sum(size for size, _ in measured)
            sizes[id(value)] = (total, 1 + max((depth for _, depth in measured), default=0))
        else:
            waiting.append((value, True))
            waiting.extend((each, False) for each in children)
    return sizes[id(document)]


def _inside(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _led_by(value: Any, weight: Callable[[Any], int], least: int) -> str:
    """Follow the heaviest values inwards; return the pointer of the last that weighs at least `least`."""
    pointer = "#"
    while True:
        named = value.items() if isinstance(value, dict) else enumerate(value)
        found = [(key, each) for key, each in named if isinstance(each, dict | list)]
        if not found:
            return pointer
        key, value = max(found, key=lambda pair: weight(pair[1]))
        if weight(value) < least:
            return pointer
        pointer = pointers.join(pointer, key)


def composition_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Find a schema that is composed of too many others.

    Args:
        document: A document whose references all exist.

    Yields:
        The problem of the first such schema; those that use it would only repeat it.
    """
    counts: dict[int, int] = {}
    chains: dict[int, int] = {}
    for item in objects(document):
        if item.kind != "schema":
            continue
        if _chain(document, item.data, chains) > MAX_ALLOF_CHAIN:
            yield Problem(
                Place(item.pointer),
                f"the schema extends a chain of more than {MAX_ALLOF_CHAIN} schemas by allOf",
                "List the properties in fewer schemas.",
            )
            return
        if _composed(document, item.data, counts) > MAX_COMPOSED:
            yield Problem(
                Place(item.pointer),
                f"the schema is composed of more than {MAX_COMPOSED:,} others, counted each time one is used",
                "Use fewer alternatives inside alternatives, or a discriminated oneOf of plain objects.",
            )
            return


def _composed(document: dict[str, Any], schema: dict[str, Any], counts: dict[int, int]) -> int:
    """Count the schemas that one is composed of. A cycle counts once: a model in it ends it."""
    return _folded(schema, counts, lambda each: _parts(document, each), sum, MAX_COMPOSED)


def _chain(document: dict[str, Any], schema: dict[str, Any], chains: dict[int, int]) -> int:
    """Return the length of the longest chain of allOf that ends in a schema."""
    return _folded(schema, chains, lambda each: _all_of(document, each), max, MAX_ALLOF_CHAIN)


def _folded(
    schema: dict[str, Any],
    known: dict[int, int],
    inside: Callable[[dict[str, Any]], list[dict[str, Any]]],
    join: Callable[[list[int]], int],
    limit: int,
) -> int:
    """Combine the counts of nested schemas without recursion, each schema once."""
    waiting: list[tuple[dict[str, Any], bool]] = [(schema, False)]
    while waiting:
        one, is_ready = waiting.pop()
        if is_ready:
            known[id(one)] = min(1 + join([known[id(each)] for each in inside(one)] or [0]), limit + 1)
        elif id(one) not in known:
            known[id(one)] = 1
            waiting.append((one, True))
            waiting.extend((each, False) for each in inside(one))
    return known[id(schema)]


def _all_of(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    listed = schema.get("allOf")
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    references = [each.get("$ref") for each in found]
    return [
        pointers.object_at(document, reference) if isinstance(reference, str) else each
        for reference, each in zip(references, found, strict=True)
    ]


def _parts(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if isinstance(schema.get("$ref"), str):
        return [pointers.object_at(document, schema["$ref"])]
    found = [schema.get(key) for key in _COMPOSING]
    for key in _COMPOSING_LISTS:
        listed = schema.get(key)
        found += listed if isinstance(listed, list) else []
    return [each for each in found if isinstance(each, dict)]
