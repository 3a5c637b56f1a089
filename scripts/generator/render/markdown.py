"""The filters through which text of the document enters Markdown: cells, paragraphs, code and its blocks.

A description may use CommonMark. Of that, code in backticks, lists and links to http addresses keep their
meaning; anything else is shown as it is written, so that no text ends a table's cell, opens HTML or a block
of its own. What these functions write means the same on GitHub, on a package index and in a site generator.
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
    """Write text of the document on one line, in a paragraph or a heading.

    Args:
        text: Raw text.

    Returns:
        Markdown without a line break, which begins no block.
    """
    line = " ".join(prose(text).split())
    pieces, end = [], 0
    for token in _TOKEN.finditer(line):
        pieces += [_escaped(line[end : token.start()]), _token(token)]
        end = token.end()
    written = "".join([*pieces, _escaped(line[end:])])
    return f"&#{ord(written[0])};{written[1:]}" if _BLOCK_START.match(written) else written


def cell(text: Any) -> str:
    """Write text of the document in a cell of a table.

    Args:
        text: Raw text.

    Returns:
        Markdown without a line break or a bar; a dash for no text, because an empty cell looks forgotten.
    """
    return inline(text) or "-"


def paragraphs(text: Any) -> str:
    """Write text of the document as paragraphs and lists.

    Args:
        text: Raw text.

    Returns:
        Markdown, without a line break at its end.
    """
    blocks = []
    for block in re.split(r"\n\s*\n", prose(text)):
        items = [_ITEM.match(line) for line in block.split("\n")]
        if items and items[0]:
            blocks.append(_listed(block))
        elif block.strip():
            blocks.append(inline(block))
    return "\n\n".join(blocks)


def _listed(block: str) -> str:
    """Keep the items of a list apart; what continues one joins it."""
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
    # Inside a word an underscore means nothing, and escaped it would spoil names.
    return sign if sign == "_" and _WORD.match(before) and _WORD.match(after) else f"\\{sign}"


def code(text: Any) -> str:
    """Write a value or a name as code within a line; safe in a cell of a table.

    Args:
        text: Raw text.

    Returns:
        A code span; as HTML where it holds what tables and code spans understand in different ways.
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
    """Write a block of code.

    Args:
        text: The code. It stays as it is, and cannot end the block.
        language: Its language.

    Returns:
        The block with its fences.
    """
    longest = max((len(run[0]) for run in _TICKS.finditer(text)), default=0)
    fence = "`" * max(_LEAST_FENCE, longest + 1)
    return f"{fence}{language}\n{text.strip(chr(10))}\n{fence}"
