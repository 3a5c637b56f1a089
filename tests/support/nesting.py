"""JSON that is nested to any depth, as text and parsed."""

from __future__ import annotations

from typing import Any


def nested(value: Any, depth: int) -> Any:
    """A value in that many lists and objects."""
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def nested_text(depth: int, of: str) -> str:
    """JSON of a number in that many `objects` or `arrays`."""
    before, after = ('{"a":', "}") if of == "objects" else ("[", "]")
    return f"{before * depth}0{after * depth}"
