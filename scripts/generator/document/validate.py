"""validate: is this an OpenAPI document, and one whose references all lead somewhere?

All problems are told at once. What the standard allows but this generator does not is not judged here, except
where nothing later could name the place as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from attrs import evolve
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v30, schema_v31
from openapi_spec_validator.schemas.backend.jsonschema import create_validator

from ..ir.prepare import METHODS, resolve
from . import pointers
from .problems import GenerationError, Place, Problem

_VALIDATORS = {"3.0": (OpenAPIV30SpecValidator, schema_v30), "3.1": (OpenAPIV31SpecValidator, schema_v31)}


def validate(document: dict[str, Any], *, whole: bool = True) -> None:
    """Check a document against the standard.

    Args:
        document: The loaded document.
        whole: Whether to check all of it; else only what may be wrong after parts were taken out.

    Raises:
        GenerationError: It is not valid; every problem that was found is in the error.
    """
    version = document.get("openapi")
    known = _VALIDATORS.get(version[:3]) if isinstance(version, str) else None
    if known is None:
        found = (
            f"the version is {version!r}" if "swagger" not in document else "this is a Swagger 2.0 document"
        )
        raise GenerationError(
            [Problem(Place("#/openapi"), found, "Write OpenAPI 3.0 or 3.1: `openapi: 3.0.3`.")]
        )  # fmt: skip
    problems = [*_references(document, document, "#"), *_enums(document, "#")]
    if not problems:
        validator, schema = known
        problems = [*_operations(document), *_chains(document)]
        if whole and not problems:
            problems = list(_standard(validator(document), schema, document))
    if problems:
        raise GenerationError(problems)


def _standard(validator: Any, schema: Any, document: dict[str, Any]) -> Iterator[Problem]:
    # Named, because the library takes another one with other messages where that happens to be installed.
    validator.schema_validator = _crawled(create_validator(schema))
    schemas = validator.keyword_validators_registry["schema"]
    schemas.visited_schema_ids, schemas.meta_checked_schema_ids = _Seen(), _Seen()
    try:
        for error in validator.iter_errors():
            path, message = _reason(error)
            yield Problem(
                Place(_place(document, path, error)),
                _short(message),
                "Correct it there; the standard's text on this object says what it may hold.",
            )
    except RecursionError:
        yield Problem(
            Place("#"), "the references run in a circle without an end", "Break the chain of $refs."
        )


class _Seen(list[int]):
    """What the library takes for a list, and looks through for each schema: here that takes no time."""

    def __init__(self) -> None:
        super().__init__()
        self._known: set[int] = set()

    def append(self, value: int) -> None:
        self._known.add(value)

    def __contains__(self, value: object) -> bool:
        return value in self._known


def _place(document: dict[str, Any], path: tuple[str | int, ...], error: Any) -> str:
    """Find the place of an error: of defaults the library tells none, of schemas one that begins at them."""
    pointer = pointers.from_path(path)
    if not hasattr(error, "instance"):
        return pointer
    if not path:
        return next(_defaults(document, error.instance, "#"), pointer)
    return next(_endings(document, path, error.instance, "#"), pointer)


def _endings(value: Any, path: tuple[str | int, ...], wanted: Any, pointer: str) -> Iterator[str]:
    """Find the places from which a path leads to the very object."""
    if isinstance(value, dict | list):
        target: Any = value
        for step in path:
            try:
                target = target[step]
            except (LookupError, TypeError):
                break
        else:
            if target is wanted:
                yield pointers.join(pointer, *path)
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _endings(item, path, wanted, pointers.join(pointer, key))


def _crawled(checker: Any) -> Any:
    """Find the anchors of the standard's own schema once: else each reference in it looks for them anew."""
    resolver = checker._resolver  # noqa: SLF001 - jsonschema has no other way in; without it all is slow
    known = evolve(resolver, registry=resolver._registry.crawl())  # noqa: SLF001 - likewise
    return checker.evolve(_resolver=known)


def _defaults(value: Any, wanted: Any, pointer: str) -> Iterator[str]:
    """Find the places of a default: the validator reports a wrong one without its place."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _defaults(item, wanted, pointers.join(pointer, index))
    elif isinstance(value, dict):
        if "default" in value and value["default"] == wanted and type(value["default"]) is type(wanted):
            yield pointers.join(pointer, "default")
        for key, item in value.items():
            yield from _defaults(item, wanted, pointers.join(pointer, key))


def _reason(error: Any) -> tuple[tuple[str | int, ...], str]:
    """Find place and message of the deepest reason where several alternatives failed."""
    allowed: list[str] = []
    while getattr(error, "context", None):
        deepest = max(len(each.absolute_path) for each in error.context)
        nearest = [each for each in error.context if len(each.absolute_path) == deepest]
        error = next((each for each in nearest if each.validator != "required"), nearest[0])
        same = [each for each in nearest if each.validator == "enum" and each.instance == error.instance]
        allowed = sorted({str(value) for each in same for value in each.validator_value})
    message = str(getattr(error, "message", error))
    if allowed and error.validator == "enum":
        message = f"{error.instance!r} is not one of {', '.join(allowed)}"
    return tuple(getattr(error, "absolute_path", ())), message


def _short(text: str) -> str:
    return text if len(text) <= 300 else f"{text[:140]} [...] {text[-140:]}"


def _operations(document: dict[str, Any]) -> Iterator[Problem]:
    """Find what the standard's validator reports without a place: equal ids, unmatched path parameters."""
    seen: dict[str, str] = {}
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not path.startswith("/") or not isinstance(item, dict):
            continue
        at = resolve(document, item, pointers.join("#", "paths", path))
        for method in METHODS:
            operation = at.data.get(method)
            if isinstance(operation, dict):
                pointer = pointers.join(at.pointer, method)
                yield from _operation_id(operation, pointer, seen)
                yield from _path_parameters(document, path, [at.data, operation], pointer)


def _operation_id(operation: dict[str, Any], pointer: str, seen: dict[str, str]) -> Iterator[Problem]:
    name = operation.get("operationId")
    if isinstance(name, str) and seen.setdefault(name, pointer) != pointer:
        yield Problem(
            Place(pointers.join(pointer, "operationId")),
            f"the operation id {name!r} is also that of {seen[name]}",
            "Give each operation an id of its own.",
        )


def _path_parameters(
    document: dict[str, Any], path: str, holders: list[dict[str, Any]], pointer: str
) -> Iterator[Problem]:
    listed = [
        resolve(document, each, pointer).data
        for holder in holders
        for each in holder.get("parameters") or []
        if isinstance(each, dict)
    ]
    described = {each.get("name") for each in listed if each.get("in") == "path"}
    named = set(re.findall(r"{([^{}]*)}", path))
    for name in sorted(named - described):
        yield Problem(
            Place(pointer),
            f"the path has {{{name}}}, which no parameter describes",
            "Describe it, with `in: path`.",
        )
    for name in sorted(str(each) for each in described - named):
        yield Problem(
            Place(pointer),
            f"the path parameter {name!r} does not stand in the path",
            f"Write {{{name}}} in the path.",
        )


def _chains(document: dict[str, Any]) -> Iterator[Problem]:
    """Find schemas that are made of themselves by allOf."""
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    for name in schemas if isinstance(schemas, dict) else ():
        start = pointers.join("#", "components", "schemas", name)
        waiting, seen = [start], set()
        while waiting:
            pointer = waiting.pop()
            seen.add(pointer)
            schema = pointers.follow(document, pointer)
            parts = schema.get("allOf") if isinstance(schema, dict) else None
            refs = [part["$ref"] for part in parts or [] if isinstance(part, dict) and "$ref" in part]
            if start in refs:
                yield Problem(
                    Place(start), "the schema is made of itself by allOf", "Take it out of its own allOf."
                )
                break
            waiting += [each for each in refs if each not in seen]


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
            if key not in ("example", "examples", "default", "enum", "const") or pointer.endswith(
                "/properties"
            ):
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
