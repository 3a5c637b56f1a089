"""What the document states of a schema, joined with what the parser understood of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import ir
from ..document import pointers
from .parser import ParsedField, ParsedModel
from .prepare import Located, resolve


def schema_at(document: dict[str, Any], schema: Any, pointer: str) -> Located:
    """Follow the references of a schema; one that is a mere boolean says nothing."""
    return resolve(document, schema, pointer) if isinstance(schema, dict) else Located(pointer, {})


def describe_fields(document: dict[str, Any], model: ParsedModel) -> list[ir.Field]:
    """Describe the properties of a model.

    Args:
        document: The document.
        model: The model, as the parser understood it.

    Returns:
        Its fields, in the document's order.
    """
    return [
        describe_field(each, Located(each.pointer, pointers.object_at(document, each.pointer)), {})
        for each in model.fields
    ]


def describe_field(parsed: ParsedField, schema: Located, own: Mapping[str, Any]) -> ir.Field:
    """Describe a property or a parameter.

    Args:
        parsed: What the parser understood.
        schema: Its schema.
        own: What a parameter says of itself, which goes before what its schema says.

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
    )
