"""Compose the descriptions of operations and fields for docstrings and help texts."""

from __future__ import annotations

from collections.abc import Mapping

from .. import ir
from ..render.text import literal, prose, with_python_names


def of_operation(operation: ir.Operation, renamed: Mapping[str, str]) -> str:
    """Return the description of an operation as Markdown, with the given names of its fields."""
    text = with_python_names(operation.description, renamed)
    return f"{text}\n\nDeprecated: the document advises against it.".strip() if operation.deprecated else text


def described(each: ir.Field, renamed: Mapping[str, str]) -> str:
    """Return the description of a field, with its default and known values, and the given names of others."""
    sentences = [
        prose(with_python_names(each.description, renamed)) or f"`{prose(each.key)}` of the document."
    ]
    if each.default is not ir.NO_DEFAULT and not each.required:
        sentences.append(f"The service assumes {_value(each.default)} where it is left out.")
    if isinstance(each.type, ir.Open):
        sentences.append(f"Known values: {', '.join(_value(value) for value in each.type.known)}.")
    if each.deprecated:
        sentences.append("Deprecated.")
    last = sentences[0]
    sentences[0] = last if last.endswith((".", "!", "?", ":", "|", "`")) or "\n" in last else f"{last}."
    return " ".join(sentences)


def _value(value: object) -> str:
    return f"`{prose(value)}`" if isinstance(value, str) else f"`{prose(literal(value))}`"
