"""validate: is this an OpenAPI document, and one whose references all lead somewhere?

All problems are told at once. What the standard allows but this generator does not is not judged here, except
where nothing later could name the place as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from . import pointers
from .problems import GenerationError, Place, Problem

_VALIDATORS = {"3.0": OpenAPIV30SpecValidator, "3.1": OpenAPIV31SpecValidator}


def validate(document: dict[str, Any]) -> None:
    """Check a document against the standard.

    Args:
        document: The loaded document.

    Raises:
        GenerationError: It is not valid; every problem that was found is in the error.
    """
    version = document.get("openapi")
    validator = _VALIDATORS.get(version[:3]) if isinstance(version, str) else None
    if validator is None:
        found = f"the version is {version!r}" if "swagger" not in document else "this is a Swagger 2.0 document"
        raise GenerationError(
            [Problem(Place("#/openapi"), found, "Write OpenAPI 3.0 or 3.1: `openapi: 3.0.3`.")]
        )  # fmt: skip
    problems = [*_references(document, document, "#"), *_enums(document, "#")]
    if not problems:
        problems = list(_standard(validator(document)))
    if problems:
        raise GenerationError(problems)


def _standard(validator: Any) -> Iterator[Problem]:
    try:
        for error in validator.iter_errors():
            yield Problem(
                Place(pointers.from_path(getattr(error, "absolute_path", ()))),
                _sentence(error),
                "Correct it there; the standard's text on this object says what it may hold.",
            )
    except RecursionError:
        yield Problem(Place("#"), "the references run in a circle without an end", "Break the chain of $refs.")


def _sentence(error: Any) -> str:
    """Say what a validator found: the deepest reason where several alternatives failed."""
    inner = getattr(error, "context", None)
    if inner:
        deepest = max(inner, key=lambda each: (len(each.absolute_path), each.validator != "required"))
        return f"{_short(deepest.message)} (in {pointers.from_path(deepest.absolute_path)})"
    return _short(str(getattr(error, "message", error)))


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:140]} [...] {text[-140:]}"


def _references(value: Any, document: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Find references that lead nowhere, or out of the document."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, document, pointers.join(pointer, index))
    elif isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str) and not pointer.endswith("/properties"):
            yield from _reference(reference, document, pointers.join(pointer, "$ref"))
        for key, item in value.items():
            if key not in ("example", "examples", "default", "enum", "const") or pointer.endswith("/properties"):
                yield from _references(item, document, pointers.join(pointer, key))


def _reference(reference: str, document: dict[str, Any], pointer: str) -> Iterator[Problem]:
    if not reference.startswith("#"):
        yield Problem(
            Place(pointer),
            f"the reference {reference!r} leads out of the document",
            "Put what it names under components and refer to it there.",
        )
        return
    seen: list[str] = []
    while isinstance(reference, str):
        if reference in seen:
            yield Problem(Place(pointer), f"the references run in a circle: {' -> '.join(seen)}", "Break it.")
            return
        seen.append(reference)
        try:
            target = pointers.follow(document, reference)
        except (LookupError, ValueError, TypeError):
            yield Problem(
                Place(pointer),
                f"the reference {reference!r} leads nowhere",
                f"Add what it names, or correct the spelling{_nearest(reference, document)}.",
            )
            return
        reference = target.get("$ref") if isinstance(target, dict) else None  # type: ignore[assignment]


def _nearest(reference: str, document: dict[str, Any]) -> str:
    from difflib import get_close_matches

    parent, _, name = reference.rpartition("/")
    try:
        names = list(pointers.follow(document, parent))
    except (LookupError, ValueError, TypeError):
        return ""
    near = get_close_matches(name, [each for each in names if isinstance(each, str)], 1)
    return f" (there is {parent}/{near[0]})" if near else ""


def _enums(value: Any, pointer: str) -> Iterator[Problem]:
    """Find closed sets with two values that nobody can tell apart."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _enums(item, pointers.join(pointer, index))
    elif isinstance(value, dict):
        values = value.get("enum")
        if isinstance(values, list) and not pointer.endswith("/properties"):
            yield from _case_twins(values, pointers.join(pointer, "enum"))
        for key, item in value.items():
            if key not in ("example", "examples", "default") or pointer.endswith("/properties"):
                yield from _enums(item, pointers.join(pointer, key))


def _case_twins(values: list[Any], pointer: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for index, value in enumerate(values):
        if isinstance(value, str):
            earlier = seen.setdefault(value.casefold(), value)
            if earlier is not value:
                relation = "equal" if earlier == value else "different in case only"
                yield Problem(
                    Place(pointers.join(pointer, index)),
                    f"the values {earlier!r} and {value!r} of the enum are {relation}",
                    "Remove one, or list open sets under x-extensible-enum instead of enum.",
                )
