"""Write the code that describes a call's request and response."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .. import ir
from ..views.arguments import Argument
from . import code
from .text import literal


def declaration(each: Argument) -> str:
    """Return an argument as code of a signature."""
    if each.presence == "required":
        return f"{each.name}: {code.annotation(each.type, 'argument')}"
    if each.presence == "not_given":
        return f"{each.name}: {code.annotation(each.type, 'argument', more=['NotGiven'])} = NOT_GIVEN"
    return f"{each.name}: {code.annotation(ir.Nullable(each.type), 'argument')} = None"


def passed_on(positional: Iterable[Argument], by_name: Iterable[Argument]) -> str:
    """Return the code that passes arguments to a function with the same ones."""
    return ", ".join([*(each.name for each in positional), *(f"{each.name}={each.name}" for each in by_name)])


def response_spec(response: ir.Response) -> str:
    """Return the code of a `ResponseSpec`."""
    if response.kind == "none":
        return "ResponseSpec()"
    if response.kind == "json":
        return f"ResponseSpec({literal(response.media_type)}, {code.codec(response.type or ir.ANY)})"
    return f"ResponseSpec({literal(response.media_type)}, kind={literal(response.kind)})"


def call_arguments(operation: ir.Operation) -> Iterable[str]:
    """Return the code of the arguments of a `Call`.

    Args:
        operation: The operation.

    Yields:
        Each argument, as code.
    """
    paths = [each for each in operation.parameters if each.location == "path"]
    if paths:
        entries = ", ".join(
            f"{literal(each.field.key)}: "
            f"path_value({literal(each.field.name)}, {each.field.name}, {code.codec(each.field.type)})"
            for each in paths
        )
        yield f"path={{{entries}}}"
    for location, maker in (("query", "QueryField"), ("header", "HeaderField"), ("cookie", "CookieField")):
        here = [each for each in operation.parameters if each.location == location]
        if here:
            rows = "".join(f"{_parameter_row(each, maker)}, " for each in here)
            yield f"{location}=({rows})"
    if operation.body:
        yield f"body={_body(operation)}"


def _parameter_row(each: ir.Parameter, maker: str) -> str:
    extra = ""
    if each.media_type is not None:
        extra = ", json=True"
    elif maker == "QueryField" and isinstance(ir.without_null(each.field.type), ir.Array | ir.Map):
        extra = f", explode={each.explode}" + (
            f", style={literal(each.style)}" if each.style != "form" else ""
        )
    return (
        f"{maker}({literal(each.field.key)}, {each.field.name}, "
        f"{code.codec(each.field.type)}{extra}{_argument(each.field)})"
    )


def _argument(each: ir.Field) -> str:
    """Return the argument for the name that messages use, if it differs from the key."""
    return "" if each.name == each.key else f", argument={literal(each.name)}"


def _body(operation: ir.Operation) -> str:
    body, whole = operation.body, operation.whole_body
    assert body is not None  # noqa: S101 - the caller looked
    if whole:
        name = whole.name
        if body.kind == "text":
            # As bytes, because a string would be a path.
            given = f"{name}.encode()" if body.required else f"None if {name} is None else {name}.encode()"
            return f"BytesBody({given}, {literal(body.media_type)})"
        if body.kind == "bytes":
            return f"BytesBody({name}, {literal(body.media_type)})"
        return f"JsonBody({name}, {code.codec(whole.type)}, {literal(body.media_type)})"
    if body.kind == "json":
        rows = "".join(f"{_json_row(part.field)}, " for part in body.sent)
        return f"JsonObject(({rows}), {literal(body.media_type)})"
    maker = "Multipart" if body.kind == "multipart" else "FormBody"
    rows = "".join(f"{_form_row(part, body.kind)}, " for part in body.sent)
    return f"{maker}(({rows}))"


def _json_row(each: ir.Field) -> str:
    return f"JsonField({literal(each.key)}, {each.name}, {code.codec(each.type)}{_argument(each)})"


def _form_row(part: ir.Part, kind: str) -> str:
    each = part.field
    plain = ir.without_null(each.type)
    many = isinstance(plain, ir.Array)
    item = plain.item if isinstance(plain, ir.Array) else plain
    least = f", min_items={each.min_items}" if many and each.min_items else ""
    if kind == "multipart" and ir.without_null(item) == ir.FILE:
        media = f", media_type={literal(part.content_type)}" if _is_one(part) else ""
        length = f", min_length={each.min_length}" if each.min_length else ""
        images = ", images=True" if part.is_image else ""
        extra = f"{least}{length}{images}{media}{_argument(each)}"
        return f"FileField({literal(each.key)}, {each.name}, many={many}{extra})"
    explode = f", explode={part.explode}" if many else ""
    pattern = f", pattern={literal(each.pattern)}" if each.pattern and is_checked(each.pattern) else ""
    extra = f"{explode}{least}{pattern}{_argument(each)}"
    return f"FormField({literal(each.key)}, {each.name}, {code.codec(each.type)}{extra})"


def is_checked(pattern: str) -> bool:
    """Return whether Python supports a pattern of the document, which has JavaScript's syntax."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _is_one(part: ir.Part) -> bool:
    return len(part.media_types) == 1 and "*" not in part.media_types[0]
