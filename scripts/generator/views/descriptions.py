"""Descriptions: what docstrings and helps say of an operation and of a field of the document."""

from __future__ import annotations

from collections.abc import Mapping

from .. import ir
from ..render.text import literal, paragraphs, prose, with_python_names

INDENT_ARGUMENTS = 12


def of_operation(operation: ir.Operation, renamed: Mapping[str, str]) -> str:
    """Say what the document says of an operation.

    Args:
        operation: The operation.
        renamed: What its fields are called, by their names in the document.

    Returns:
        Markdown; empty where it says nothing.
    """
    text = with_python_names(operation.description, renamed)
    return f"{text}\n\nDeprecated: the document advises against it.".strip() if operation.deprecated else text


def described(
    each: ir.Field, renamed: Mapping[str, str], *, first: str, indent: int = INDENT_ARGUMENTS
) -> str:
    """Lay out what is known of a field for a docstring.

    Args:
        each: The field.
        renamed: The Python names of its neighbours, by their names in the document.
        first: What stands before.
        indent: The columns before each line.

    Returns:
        The text.
    """
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
    return paragraphs(" ".join(sentences), indent=indent, hanging=4, first=first)


def _value(value: object) -> str:
    return f"`{prose(value)}`" if isinstance(value, str) else f"`{prose(literal(value))}`"
