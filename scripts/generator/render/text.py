"""Convert text of the document to literals and docstrings.

A document is data. Whatever it says, these two functions make of it a Python literal with the same value, or
prose inside a docstring from which nothing can escape.
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
    """Write a value of the document as a Python expression.

    Args:
        value: A string, number, boolean, None, or lists and dicts of such.

    Returns:
        Code in ASCII, so that no invisible character of the document stands in a source file, whose value is
        equal to `value`.

    Raises:
        TypeError: The value is of another type, and so not data.
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


def long_literal(text: str, width: int = 90) -> str:
    """Write a long text as adjacent literals in brackets, one a line; a short one as it is."""
    pieces = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False, drop_whitespace=False)
    if len(pieces) < _TWO or "".join(pieces) != text:
        return literal(text)
    return "(" + "\n".join(literal(piece) for piece in pieces) + ")"


def with_python_names(text: str, renamed: Mapping[str, str]) -> str:
    """Let prose speak of arguments by their Python names, where it puts names of the document into backticks.

    Args:
        text: Raw text of the document.
        renamed: The Python name of each name of the document.

    Returns:
        The text, still raw.
    """
    return _IN_BACKTICKS.sub(lambda match: f"`{renamed.get(match[1], match[1])}`", text)


def _quoted(text: str) -> str:
    """Prefer double quotes, as the formatter does, and keep letters of any language readable."""
    written = "".join(_escaped(character) for character in text)
    return f'"{written}"'


def _escaped(character: str) -> str:
    if character in ('"', "\\"):
        return f"\\{character}"
    if character.isascii():
        return character if character.isprintable() else repr(character)[1:-1]
    return character if character.isalnum() and character.isprintable() else ascii(character)[1:-1]


def prose(text: Any) -> str:
    """Make text of the document fit for a docstring or a comment.

    Invisible and control characters go, backslashes and quotes lose their meaning.

    Args:
        text: Raw text.

    Returns:
        Text with plain line breaks, still unwrapped.
    """
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    cleaned = [
        "".join(c for c in line if unicodedata.category(c) not in _INVISIBLE).rstrip() for line in lines
    ]
    return "\n".join(cleaned).strip("\n")


def in_docstring(text: str) -> str:
    """Take the meaning from backslashes and quotes in text that is laid out already."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def headed(text: str, *, indent: int, is_whole: bool = True) -> str:
    """Format text as a complete docstring, with its first sentence as the summary.

    Args:
        text: Raw text of the document.
        indent: The columns before each line but the first.
        is_whole: Whether the closing quotes follow, which take a line of their own after several.

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
        indent: The columns before each line but the first.
        hanging: The further columns before continuation lines.
        first: What stands before the text, for example the name of an argument.

    Returns:
        Lines that fit, safe inside a docstring; blocks of the document that are indented or listed keep their
        line breaks.
    """
    blocks: list[str] = []
    for block in prose(text).split("\n\n"):
        flowing = not any(line.startswith((" ", "-", "*", "|", "#", ">")) for line in block.split("\n"))
        pieces = [" ".join(block.split())] if flowing else block.split("\n")
        wrapped = [_wrapped(piece, indent, hanging, "" if blocks else first) for piece in pieces]
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
