"""partial: what is left of a document when the parts that cannot be generated are taken out of it.

Each problem stands inside an operation or a component. That part goes; whatever refers to it is then a
problem of its own, and goes next; and so on until the rest is sound.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

from . import pointers
from .prepare import METHODS
from .problems import GenerationError, Problem

T = TypeVar("T")
_OPERATION = 3
_PATH = 2
_COMPONENT = 3


def understand_rest(
    document: dict[str, Any], understand: Callable[[dict[str, Any]], T]
) -> tuple[T, dict[str, Any], tuple[Problem, ...]]:
    """Understand as much of a document as can be.

    Args:
        document: The document; it is not changed.
        understand: Goes from a document to whatever is wanted, or raises.

    Returns:
        What came of the rest, the rest itself, and the problems of what was left out.

    Raises:
        GenerationError: A problem stands in no part that could be left out.
    """
    rest = document
    left_out: list[Problem] = []
    while True:
        try:
            return understand(rest), rest, tuple(left_out)
        except GenerationError as error:
            if rest is document:
                rest = copy.deepcopy(document)
            removed = [problem for problem in error.problems if _remove(rest, problem.place.pointer)]
            if not removed:
                raise GenerationError([*left_out, *error.problems]) from error
            left_out += error.problems


def _remove(document: dict[str, Any], pointer: str) -> bool:
    """Take the part that holds a place out of a document; tell whether there was one to take."""
    keys = _part(pointer)
    value: Any = document
    for key in keys[:-1]:
        value = value.get(key) if isinstance(value, dict) else None
    if not keys or not isinstance(value, dict) or keys[-1] not in value:
        return False
    del value[keys[-1]]
    return True


def _part(pointer: str) -> list[str]:
    keys = pointers.steps(pointer)
    if keys[:1] == ["paths"] and len(keys) >= _PATH:
        is_operation = len(keys) >= _OPERATION and keys[2] in METHODS
        return keys[:_OPERATION] if is_operation else keys[:_PATH]
    return keys[:_COMPONENT] if keys[:1] == ["components"] and len(keys) >= _COMPONENT else []
