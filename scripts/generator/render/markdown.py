"""Filters that convert text of the document to Markdown: cells, paragraphs, inline code and code blocks.

Descriptions may use CommonMark. Code in backticks, lists and http links are kept; anything else is escaped,
so that no text can end a table cell, or open HTML or a block. The output renders alike on GitHub, on a
package index and in site generators.
"""

from __future__ import annotations

import html
import re
from typing import Any

from .text import prose

_SPECIAL = re.compile(r"[\\`*_\[\]~|]|<|>|&(?=#?\w+;)")
_TOKEN = re.compile(
    r"(?P<code>(?<!`)`[^`\n]+`(?!`))|\[(?P<label>[^\[\]\n]+)\]\((?P<url>https?://[^\s()<>\"'|`\\]+)\)"
)
_WORD = re.compile(r"[^\W_]")
_ITEM = re.compile(r"\s*(?:[-*]|\d{1,3}[.)])\s+(?P<text>\S.*)\Z")
_BLOCK_START = re.compile(r"[#+=:-]|\d+[.)](?:\s|\Z)")
_TICKS = re.compile(r"`+")
_NOT_IN_CODE = "|`\\"
_LEAST_FENCE = 3


def inline(text: Any) -> str:
    """Convert text to one line of a paragraph or heading.

    Args:
        text: Raw text of the document.

    Returns:
        Markdown without line breaks that does not begin a block.
    """
    line = " ".join(prose(text).split())
    parts, end = [], 0
    for token in _TOKEN.finditer(line):
        parts += [_escaped(line[end : token.start()]), _token(token)]
        end = token.end()
    written = "".join([*parts, _escaped(line[end:])])
    return f"&#{ord(written[0])};{written[1:]}" if _BLOCK_START.match(written) else written


def cell(text: Any) -> str:
    """Convert text to a table cell; empty text becomes a dash."""
    return inline(text) or "-"


def paragraphs(text: Any) -> str:
    """Convert text to paragraphs and lists, without a line break at the end."""
    blocks = []
    for block in re.split(r"\n\s*\n", prose(text)):
        items = [_ITEM.match(line) for line in block.split("\n")]
        if items and items[0]:
            blocks.append(_listed(block))
        elif block.strip():
            blocks.append(inline(block))
    return "\n\n".join(blocks)


def _listed(block: str) -> str:
    """Convert a list; continuation lines join their item."""
    texts: list[str] = []
    for line in block.split("\n"):
        item = _ITEM.match(line)
        if item:
            texts.append(item["text"])
        else:
            texts[-1] += f" {line}"
    return "\n".join(f"- {inline(text)}" for text in texts)


def _token(token: re.Match[str]) -> str:
    if token["code"]:
        return code(token["code"][1:-1])
    return f"[{_escaped(token['label'])}]({token['url']})"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _harmless(match, text), text)


def _harmless(match: re.Match[str], text: str) -> str:
    sign = match[0]
    if sign in "<>&":
        return html.escape(sign)
    if sign == "|":
        return "&#124;"
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    # An underscore inside a word has no meaning, and escaping it would break names.
    return sign if sign == "_" and _WORD.match(before) and _WORD.match(after) else f"\\{sign}"


def code(text: Any) -> str:
    """Convert a value or a name to inline code that is safe in a table cell.

    Args:
        text: Raw text.

    Returns:
        A code span, or HTML if it has characters that code spans in tables cannot represent.
    """
    line = " ".join(prose(text).split())
    if not line:
        return "` `"
    if not any(sign in line for sign in _NOT_IN_CODE):
        return f"`{line}`"
    written = "".join(
        sign if sign.isalnum() or sign in " ,.:;/'\"{}()=-" else f"&#{ord(sign)};" for sign in line
    )
    return f"<code>{written}</code>"


def fenced(text: str, language: str = "") -> str:
    """Return a code block whose fences are longer than any in the code."""
    longest = max((len(run[0]) for run in _TICKS.finditer(text)), default=0)
    fence = "`" * max(_LEAST_FENCE, longest + 1)
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"
