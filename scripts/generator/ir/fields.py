"""Combine the document's description of a field with the parser's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from .. import ir
from ..config import ModelChoice
from ..document import pointers
from ..document.pointers import Located, resolve
from ..document.problems import stop
from .parser import ParsedField, ParsedModel


def schema_at(document: dict[str, Any], schema: Any, pointer: str) -> Located:
    """Resolve a schema that may be a reference; a boolean schema is empty."""
    return resolve(document, schema, pointer) if isinstance(schema, dict) else Located(pointer, {})


def describe_fields(document: dict[str, Any], model: ParsedModel) -> list[ir.Field]:
    """Describe the properties of a model.

    Args:
        document: The document.
        model: The parser's result for the model.

    Returns:
        Its fields, in the document's order.
    """
    return [
        describe_field(document, each, Located(each.pointer, pointers.object_at(document, each.pointer)), {})
        for each in model.fields
    ]


def describe_field(
    document: dict[str, Any], parsed: ParsedField, schema: Located, own: Mapping[str, Any]
) -> ir.Field:
    """Describe a property or a parameter.

    Args:
        document: The document.
        parsed: The parser's result.
        schema: Its schema.
        own: A parameter's own description, which takes precedence over its schema's.

    Returns:
        The field.
    """
    data = schema.data
    examples = data.get("examples")
    example = own.get("example", data.get("example", examples[0] if isinstance(examples, list) else None))
    return ir.Field(
        key=parsed.key,
        name=parsed.name,
        type=parsed.type,
        required=parsed.required,
        pointer=schema.pointer,
        description=own.get("description", data.get("description", "")),
        default=data.get("default", ir.NO_DEFAULT),
        example=example,
        deprecated=own.get("deprecated", data.get("deprecated", False)),
        read_only=data.get("readOnly", False),
        min_items=data.get("minItems", 0),
        max_items=data.get("maxItems"),
        **_text_bounds(document, schema),
    )


def _text_bounds(document: dict[str, Any], schema: Located) -> dict[str, Any]:
    """Return the bounds of a string, or of the strings in an array."""
    found = schema_at(document, schema.data, schema.pointer)
    if "items" in found.data:
        found = schema_at(document, found.data["items"], pointers.join(found.pointer, "items"))
    return {"min_length": found.data.get("minLength", 0), "pattern": found.data.get("pattern")}


def with_choices(model: ir.Model, choice: ModelChoice | None) -> ir.Model:
    """Apply the configuration of a model.

    Args:
        model: The model.
        choice: Its configuration, or None.

    Returns:
        The configured model.

    Raises:
        GenerationError: The configuration names a field that does not exist or has the wrong type.
    """
    if choice is None:
        return model
    sequence = _chosen(model, "sequence", (choice.sequence,) if choice.sequence else (), ir.Array)
    return evolve(
        model,
        sequence=sequence[0] if sequence else None,
        shown=_chosen(model, "repr", choice.repr, None),
        datetimes=_chosen(model, "datetimes", choice.datetimes, ir.Scalar),
    )


def _chosen(model: ir.Model, key: str, chosen: tuple[str, ...], kind: type | None) -> tuple[ir.Field, ...]:
    fields = {
        each.key: each
        for each in model.fields
        if kind is None or isinstance(ir.without_null(each.type), kind)
    }
    for name in chosen:
        if name not in fields:
            raise stop(
                f"#/models/{model.class_name}/{key}",
                f"models.{model.class_name}.{key} names {name!r}, which is not such a field of the model",
                f"Possible are: {', '.join(fields) or 'none'}.",
            )
    return tuple(fields[name] for name in chosen)
