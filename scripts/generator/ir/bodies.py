"""Decide which bodies become several arguments, how their parts are sent, and which exclude each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from .. import ir
from ..document import pointers
from ..document.pointers import Located
from ..document.problems import stop
from .parser import ParsedModel
from .prepare import Content, essence, is_json, is_rule_of_required

_KINDS: dict[str, ir.BodyKind] = {
    "multipart/form-data": "multipart",
    "application/x-www-form-urlencoded": "form",
}


def body(
    content: Content,
    schema: Located,
    type_: ir.Type | None,
    model: ParsedModel | None,
    *,
    fields: list[ir.Field],
    taken: list[str],
    required: bool,
) -> ir.Body:
    """Describe the body of a request.

    Args:
        content: Its media type and description.
        schema: Its schema, with references resolved.
        type_: The type that the parser gave it.
        model: The object that it contains, or None.
        fields: The fields of that object.
        taken: The names of other arguments; those of the body are added.
        required: Whether every request needs it.

    Returns:
        The body. If it is an object whose fields can be given one by one, it has parts.

    Raises:
        GenerationError: A form is not an object, a field cannot be sent, or a rule names an unknown field.
    """
    kind = _kind(content.media_type)
    whole = ir.Body(
        kind, content.media_type, required, schema.pointer, type_, other_media_types=content.others
    )
    if kind in ("form", "multipart") and model is None:
        raise stop(
            schema.pointer, f"a {kind} body that is not an object", "Describe its fields as properties."
        )
    for each in fields if kind in ("json", "form") else ():
        if ir.Scalar("binary") in ir.parts_of(each.type):
            raise stop(
                each.pointer,
                f"a body of {content.media_type} cannot carry the bytes of a file",
                "Use multipart/form-data.",
            )
    if model is None or kind in ("bytes", "text") or _stays_whole(model, kind, required=required):
        return whole
    encoding = content.data.get("encoding", {})
    parts = tuple(_part(each, encoding.get(each.key, {}), taken) for each in fields)
    return evolve(
        whole,
        type=None,
        parts=parts,
        exactly_one_of=_exactly_one_of(schema, parts),
        leaves_out=_has_free_keys(model),
    )


def _kind(media_type: str) -> ir.BodyKind:
    kind = essence(media_type)
    if is_json(media_type):
        return "json"
    return _KINDS.get(kind, "text" if kind.startswith("text/") else "bytes")


def _stays_whole(model: ParsedModel, kind: ir.BodyKind, *, required: bool) -> bool:
    """Return whether a JSON object is one argument: it has free keys, or is optional with required fields."""
    if kind != "json":
        return False
    return _has_free_keys(model) or (not required and any(each.required for each in model.fields))


def _has_free_keys(model: ParsedModel) -> bool:
    return model.additional is not None and model.additional != ir.Scalar("any")


def _part(field: ir.Field, encoding: Mapping[str, Any], taken: list[str]) -> ir.Part:
    name = field.name if field.name not in taken else f"{field.name}_body"
    taken.append(name)
    explode = encoding.get("explode", encoding.get("style", "form") == "form")
    return ir.Part(evolve(field, name=name), explode, encoding.get("contentType"))


def _exactly_one_of(schema: Located, parts: tuple[ir.Part, ...]) -> tuple[tuple[str, ...], ...]:
    rules = schema.data.get("oneOf", [])
    if not rules or not all(is_rule_of_required(each) and len(each["required"]) == 1 for each in rules):
        return ()
    by_key = {part.field.key: part.field.name for part in parts}
    keys = [each["required"][0] for each in rules]
    unknown = [key for key in keys if key not in by_key]
    if unknown:
        raise stop(
            pointers.join(schema.pointer, "oneOf"),
            f"the rule names {unknown[0]!r}, which is not a property here",
            f"Use one of: {', '.join(by_key)}.",
        )
    return (tuple(by_key[key] for key in keys),)
