"""Validate a document against the OpenAPI standard: its structure, its schemas and their default values.

The schemas of the standard come from openapi-spec-validator, and jsonschema validates with them. The walk
through the document is ours, so that each problem has its place and the time grows linearly.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from attrs import frozen
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator.schemas import schema_v30, schema_v31
from referencing import Registry, Resource

from . import pointers
from .patterns import unmatched_defaults
from .problems import Place, Problem
from .walk import Item, objects

_WAY_OUT = "Correct it there; see the standard's section on this object."
_LONGEST_MESSAGE = 300


@frozen
class _Standard:
    """The validators of one version of the standard, for documents and for schemas."""

    structure: Validator
    schemas: Any
    defaults: Any


@cache
def _standard(version: str) -> _Standard:
    schema, schemas = {"3.0": (schema_v30, OAS30Validator), "3.1": (schema_v31, OAS31Validator)}[version]
    content = dict(schema)
    # Crawled once; otherwise each reference to an anchor searches the whole schema.
    resource = Resource.from_contents(content)
    registry: Registry[Any] = Registry().with_resource(resource.id() or "", resource).crawl()
    # A pattern can take practically forever, so `patterns` checks them with a time limit.
    defaults = extend(schemas, {"pattern": _pass, "patternProperties": _pass})
    return _Standard(validator_for(content)(content, registry=registry), schemas, defaults)


def _pass(*_: Any) -> Iterator[ValidationError]:
    return iter(())


def supports(version: Any) -> bool:
    """Return whether a version of OpenAPI is supported."""
    return isinstance(version, str) and version[:3] in ("3.0", "3.1")


def structure_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Find what does not match the standard's schema of a document."""
    for error in _standard(document["openapi"][:3]).structure.iter_errors(document):
        yield _problem("#", error)


def schema_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Find invalid schemas, and default values that their schemas reject."""
    standard = _standard(document["openapi"][:3])
    values = standard.defaults(document, format_checker=standard.schemas.FORMAT_CHECKER)
    # A wrong default in a request's body does no harm, and GitHub's document has one.
    found = [item for item in objects(document) if item.kind == "schema" and not item.is_sent]
    for item in found:
        broken = list(_broken(item, standard)) if item.is_root else []
        yield from broken
        if not broken:
            yield from _wrong_default(item, values)
    yield from unmatched_defaults(found)


def _broken(item: Item, standard: _Standard) -> Iterator[Problem]:
    try:
        standard.schemas.check_schema(item.data)
    except SchemaError as error:
        yield _problem(item.pointer, error)


def _wrong_default(item: Item, values: Any) -> Iterator[Problem]:
    schema = item.data
    if "default" not in schema or (schema["default"] is None and schema.get("nullable") is True):
        return
    for error in values.evolve(schema=schema).iter_errors(schema["default"]):
        yield _problem(pointers.join(item.pointer, "default"), error)


def _problem(pointer: str, error: Any) -> Problem:
    path, message = _reason(error)
    return Problem(Place(pointers.join(pointer, *path)), _short(message), _WAY_OUT)


def _reason(error: Any) -> tuple[tuple[str | int, ...], str]:
    """Return the place and the message of the deepest cause, if several alternatives failed."""
    allowed: list[str] = []
    while error.context:
        deepest = max(len(each.absolute_path) for each in error.context)
        nearest = [each for each in error.context if len(each.absolute_path) == deepest]
        error = next((each for each in nearest if each.validator != "required"), nearest[0])
        same = [each for each in nearest if each.validator == "enum" and each.instance == error.instance]
        allowed = sorted({str(value) for each in same for value in each.validator_value})
    message = str(error.message)
    if allowed and error.validator == "enum":
        message = f"{error.instance!r} is not one of {', '.join(allowed)}"
    return tuple(error.absolute_path), message


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:140]} [...] {text[-140:]}"
