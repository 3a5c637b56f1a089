"""Convert text of the document to literals and docstrings.

The document is data, never code: these filters turn its texts into Python literals with the same value, or
into text that cannot end the docstring around it.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import Any

LINE_LENGTH = 110
_TWO = 2
_CUT = len('"""""" ...')
_SENTENCE = re.compile(r"(.+?[.!?])(?: ([A-Z`].*))?\Z")
_IN_BACKTICKS = re.compile(r"`([^`\s]+)`")
_INVISIBLE = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def literal(value: Any) -> str:
    """Convert a value to a Python literal.

    Args:
        value: A string, number, boolean, None, or a list, tuple or dict of these.

    Returns:
        Code with an equal value, in which only letters are not ASCII, so no invisible characters.

    Raises:
        TypeError: The value has another type.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(literal(each) for each in value) + (",)" if len(value) == 1 else ")")
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    message = f"{value!r} is not data of a document"
    raise TypeError(message)


def long_literal(text: str) -> str:
    """Convert a long string to adjacent literals on several lines."""
    parts = textwrap.wrap(text, 90, break_long_words=False, break_on_hyphens=False, drop_whitespace=False)
    if len(parts) < _TWO or "".join(parts) != text:
        return literal(text)
    return "(" + "\n".join(literal(part) for part in parts) + ")"


def with_python_names(text: str, renamed: Mapping[str, str]) -> str:
    """Replace names of the document in backticks by their Python names.

    Args:
        text: Raw text of the document.
        renamed: The Python names by the document's names.

    Returns:
        Raw text.
    """
    return _IN_BACKTICKS.sub(lambda match: f"`{renamed.get(match[1], match[1])}`", text)


def _quoted(text: str) -> str:
    """Quote a string like the formatter; letters of any language stay readable."""
    written = "".join(_escaped(character) for character in text)
    return f'"{written}"'


def _escaped(character: str) -> str:
    if character in ('"', "\\"):
        return f"\\{character}"
    if character.isascii():
        return character if character.isprintable() else repr(character)[1:-1]
    return character if character.isalnum() and character.isprintable() else ascii(character)[1:-1]


def prose(text: Any) -> str:
    """Normalise line breaks, and remove invisible and control characters."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    cleaned = [
        "".join(c for c in line if unicodedata.category(c) not in _INVISIBLE).rstrip() for line in lines
    ]
    return "\n".join(cleaned).strip("\n")


def in_docstring(text: str) -> str:
    """Escape backslashes and quotes in formatted text."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def headed(text: str, *, indent: int, is_whole: bool = True) -> str:
    """Format text as a docstring with its first sentence as the summary.

    Args:
        text: Raw text of the document.
        indent: The indent of all lines but the first.
        is_whole: Whether the closing quotes follow, on a line of their own if there are several.

    Returns:
        The docstring without its quotes.
    """
    cleaned = prose(text)
    first, gap, rest = cleaned.partition("\n\n")
    sentence = _SENTENCE.match(" ".join(first.split()))
    if sentence and sentence[2]:
        first, rest = sentence[1], f"{sentence[2]}{gap}{rest}"
    head = " ".join(first.split())
    if len(head) + indent > LINE_LENGTH - len('""""""'):
        head, rest = f"{head[: LINE_LENGTH - indent - _CUT].rpartition(' ')[0]} ...", cleaned
    margin = " " * indent
    written = paragraphs(head, indent=indent)
    if rest.strip():
        written += f"\n\n{margin}{paragraphs(rest, indent=indent)}" + (f"\n{margin}" if is_whole else "")
    return written


def paragraphs(text: str, *, indent: int, hanging: int = 0, first: str = "") -> str:
    """Format text as paragraphs of a docstring.

    Args:
        text: Raw text of the document.
        indent: The indent of all lines but the first.
        hanging: The additional indent of continuation lines.
        first: A prefix, for example the name of an argument.

    Returns:
        Wrapped text that is safe in a docstring. Indented blocks and lists keep their line breaks.
    """
    blocks: list[str] = []
    for block in prose(text).split("\n\n"):
        flowing = not any(line.startswith((" ", "-", "*", "|", "#", ">")) for line in block.split("\n"))
        parts = [" ".join(block.split())] if flowing else block.split("\n")
        wrapped = [_wrapped(part, indent, hanging, "" if blocks else first) for part in parts]
        blocks.append(f"\n{' ' * (indent + hanging)}".join(wrapped))
    joined = f"\n\n{' ' * indent}".join(blocks)
    return in_docstring(joined if not joined.endswith(('"', "\\")) else f"{joined} ")


def _wrapped(text: str, indent: int, hanging: int, first: str) -> str:
    lines = textwrap.wrap(
        first + text,
        LINE_LENGTH - indent - hanging,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    margin = " " * (indent + hanging)
    return f"\n{margin}".join(lines)
