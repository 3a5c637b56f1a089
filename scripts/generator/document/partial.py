"""Remove the parts of a document that cannot be generated.

Each problem stands inside an operation or a component. A schema becomes any value, so that what refers to it
stays. Any other part goes; whatever refers to it is then a problem of its own, and goes next; and so on until
the rest is sound.
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
    """Checks a document, whole or only as far as taking parts out of it may have broken it."""

    def __call__(self, document: dict[str, Any], *, whole: bool = True) -> None:
        """Check it."""


def understand_rest(
    document: dict[str, Any], validate: Validate, understand: Callable[[dict[str, Any]], T]
) -> tuple[T, dict[str, Any], tuple[Problem, ...]]:
    """Understand as much of a document as can be.

    Args:
        document: The document; it is not changed.
        validate: Checks a document, or raises.
        understand: Goes from a document to whatever is wanted, or raises.

    Returns:
        What came of the rest, the rest itself, and the problems of what was left out.

    Raises:
        GenerationError: A problem stands in no part that could be left out.
    """
    rest = copy.deepcopy(document)
    left_out: list[Problem] = []
    _sift(rest, left_out, lambda: validate(rest, whole=False))
    # Once is enough, and it takes long: what it finds is taken out, and taking out adds nothing to find.
    try:
        validate(rest)
    except GenerationError as error:
        _leave_out(rest, left_out, error)

    def both() -> T:
        validate(rest, whole=False)
        return understand(rest)

    return _sift(rest, left_out, both), rest, tuple(left_out)


def _sift(rest: dict[str, Any], left_out: list[Problem], attempt: Callable[[], T]) -> T:
    """Take out what an attempt on the rest is refused for, until it is refused no more."""
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
    """Take a part out of a document; tell whether there was one to take."""
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
