"""Remove the parts of a document that cannot be generated.

Each problem is in an operation or a component. A component schema is replaced by one that accepts any value,
so that what refers to it can stay. Anything else is removed; what refers to it then has a problem and is
removed in turn, until no problem is left.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ..document.walk import METHODS
from . import pointers
from .problems import GenerationError, Problem

T = TypeVar("T")
_OPERATION = 3
_PATH = 2
_COMPONENT = 3


class Validate(Protocol):
    """Checks a document: all of it, or only what may break when parts are removed."""

    def __call__(self, document: dict[str, Any], *, whole: bool = True) -> None:
        """Check it."""


def process_rest(
    document: dict[str, Any], validate: Validate, process: Callable[[dict[str, Any]], T]
) -> tuple[T, dict[str, Any], tuple[Problem, ...]]:
    """Process as much of a document as possible.

    Args:
        document: The document; it is not changed.
        validate: Raises the problems of a document.
        process: Processes a document, or raises its problems.

    Returns:
        The result for the rest of the document, the rest itself, and the problems of what was left out.

    Raises:
        GenerationError: A problem is not in a part that can be left out.
    """
    rest = copy.deepcopy(document)
    left_out: list[Problem] = []
    _sift(rest, left_out, lambda: validate(rest, whole=False))
    # The slow checks run once: removing what they find cannot cause more of the same.
    try:
        validate(rest)
    except GenerationError as error:
        _leave_out(rest, left_out, error)

    def both() -> T:
        validate(rest, whole=False)
        return process(rest)

    return _sift(rest, left_out, both), rest, tuple(left_out)


def _sift(rest: dict[str, Any], left_out: list[Problem], attempt: Callable[[], T]) -> T:
    """Repeat an attempt, removing the parts with problems, until it succeeds."""
    while True:
        try:
            return attempt()
        except GenerationError as error:
            _leave_out(rest, left_out, error)


def _leave_out(rest: dict[str, Any], left_out: list[Problem], error: GenerationError) -> None:
    parts = {tuple(_part(problem.place.pointer)) for problem in error.problems}
    taken = [_take_out(rest, list(keys)) for keys in sorted(parts)]
    if () in parts or not any(taken):
        raise GenerationError([*left_out, *error.problems]) from error
    left_out += error.problems


def _take_out(document: dict[str, Any], keys: list[str]) -> bool:
    """Remove a part of a document; return whether it existed."""
    value: Any = document
    for key in keys[:-1]:
        value = value.get(key) if isinstance(value, dict) else None
    if not keys or not isinstance(value, dict) or keys[-1] not in value:
        return False
    if keys[:-1] == ["components", "schemas"] and value[keys[-1]] != {}:
        value[keys[-1]] = {}
    else:
        del value[keys[-1]]
    return True


def _part(pointer: str) -> list[str]:
    keys = pointers.tokens(pointer)
    if keys[:1] == ["paths"] and len(keys) >= _PATH:
        is_operation = len(keys) >= _OPERATION and keys[2] in METHODS
        return keys[:_OPERATION] if is_operation else keys[:_PATH]
    return keys[:_COMPONENT] if keys[:1] == ["components"] and len(keys) >= _COMPONENT else []
