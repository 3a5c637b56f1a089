"""Validate a document and its references.

Each check reports all its problems at once. What the standard allows but the generator does not support is
rejected by later stages, except where only this one can name the place precisely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from . import pointers
from .limits import composition_problems, limit_problems
from .pointers import resolve
from .problems import GenerationError, Place, Problem, stop
from .standard import schema_problems, structure_problems, supports
from .walk import METHODS, objects


def validate(document: dict[str, Any], *, whole: bool = True) -> None:
    """Check a document against the standard.

    Args:
        document: The loaded document.
        whole: Whether to run all checks; otherwise only those that can fail after parts were removed.

    Raises:
        GenerationError: The document is invalid.
    """
    version = document.get("openapi")
    if not supports(version):
        found = (
            f"the version is {version!r}" if "swagger" not in document else "this is a Swagger 2.0 document"
        )
        raise stop("#/openapi", found, "Write OpenAPI 3.0 or 3.1: `openapi: 3.0.3`.")
    for check in _CHECKS if whole else _CHECKS_OF_A_PART:
        problems = list(check(document))
        if problems:
            raise GenerationError(problems)


def _operations(document: dict[str, Any]) -> Iterator[Problem]:
    """Find duplicate operation ids and path parameters that are missing in the path or in the description."""
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
            f"the operation id {name!r} is also used by {seen[name]}",
            "Give each operation an id of its own.",
        )


def _path_parameters(
    document: dict[str, Any], path: str, holders: list[dict[str, Any]], pointer: str
) -> Iterator[Problem]:
    listed = [
        resolve(document, each, pointer).data
        for holder in holders
        for each in _list(holder.get("parameters"))
        if isinstance(each, dict)
    ]
    described = {str(each.get("name")) for each in listed if each.get("in") == "path"}
    named = set(re.findall(r"{([^{}]*)}", path))
    for name in sorted(named - described):
        yield Problem(
            Place(pointer),
            f"the path has {{{name}}}, which no parameter describes",
            "Describe it, with `in: path`.",
        )
    for name in sorted(described - named):
        yield Problem(
            Place(pointer),
            f"the path parameter {name!r} is not in the path",
            f"Write {{{name}}} in the path.",
        )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _chains(document: dict[str, Any]) -> Iterator[Problem]:
    """Find schemas that contain themselves by allOf."""
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
            refs = [part["$ref"] for part in _list(parts) if isinstance(part, dict) and "$ref" in part]
            if start in refs:
                yield Problem(
                    Place(start), "the schema contains itself by allOf", "Remove it from its own allOf."
                )
                break
            waiting += [each for each in refs if each not in seen]


def _references(value: Any, document: dict[str, Any], pointer: str) -> Iterator[Problem]:
    """Find references to what does not exist, or to other documents."""
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
            f"the reference {reference!r} is to another document",
            "Copy its target to components and refer to it there.",
        )
        return
    seen: list[str] = []
    while isinstance(reference, str):
        if reference in seen:
            yield Problem(Place(pointer), f"the references form a cycle: {' -> '.join(seen)}", "Break it.")
            return
        seen.append(reference)
        try:
            target = pointers.follow(document, reference)
        except (LookupError, ValueError, TypeError):
            yield Problem(
                Place(pointer),
                f"the target of the reference {reference!r} does not exist",
                f"Add it, or correct the spelling{_nearest(reference, document)}.",
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


def _enums(document: dict[str, Any]) -> Iterator[Problem]:
    """Find enums with objects, lists, or two values that become the same name."""
    for item in objects(document):
        if item.kind == "schema":
            values, pointer = _list(item.data.get("enum")), pointers.join(item.pointer, "enum")
            yield from _compound_values(dict(enumerate(values)), pointer)
            yield from _case_twins(values, pointer)
            yield from _compound_values({"const": item.data.get("const")}, item.pointer)


def _compound_values(values: Mapping[Any, Any], pointer: str) -> Iterator[Problem]:
    for key, value in values.items():
        if isinstance(value, dict | list):
            yield Problem(
                Place(pointers.join(pointer, key)),
                f"{value!r} is a value of an enum or const, but not a string or a number",
                "Describe an object or a list with a schema instead of its values.",
            )


def _case_twins(values: list[Any], pointer: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for index, value in enumerate(values):
        if isinstance(value, str):
            earlier = seen.setdefault(value.casefold(), value)
            if earlier is not value:
                relation = "equal" if earlier == value else "only different in case"
                yield Problem(
                    Place(pointers.join(pointer, index)),
                    f"the values {earlier!r} and {value!r} of the enum are {relation}",
                    "Remove one, or list open sets under x-extensible-enum instead of enum.",
                )


def _references_and_enums(document: dict[str, Any]) -> Iterator[Problem]:
    yield from _references(document, document, "#")
    yield from _enums(document)


def _kinds(document: dict[str, Any]) -> Iterator[Problem]:
    """Find references to another kind of object, such as a parameter that refers to a schema."""
    found = list(objects(document))
    known = {(item.kind, id(item.data)) for item in found}
    for item in found:
        reference = item.data.get("$ref")
        if isinstance(reference, str):
            target = pointers.follow(document, reference)
            is_schema = item.kind == "schema" and isinstance(target, dict | bool)
            if not is_schema and (item.kind, id(target)) not in known:
                yield Problem(
                    Place(pointers.join(item.pointer, "$ref")),
                    f"the target of the reference {reference!r} is not a {item.kind}",
                    "Refer to an object of the same kind.",
                )


def _operations_and_chains(document: dict[str, Any]) -> Iterator[Problem]:
    yield from _operations(document)
    yield from _chains(document)


# Each check may rely on those before it.
_CHECKS_OF_A_PART = (limit_problems, _references_and_enums, _kinds, _operations_and_chains)
_CHECKS = (*_CHECKS_OF_A_PART, structure_problems, composition_problems, schema_problems)
