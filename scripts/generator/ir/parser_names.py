"""Names for the parser, which knows letters, digits and dashes alone, and the way back."""

from __future__ import annotations

import re

_PLAIN_NAME = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*\Z")
_SIGNED = re.compile(r"([+-])([0-9].*)\Z", re.DOTALL)
_SIGNS = {"+": "plus", "-": "minus"}


def path_name(name: str) -> str:
    """Name a path parameter in letters, digits and dashes, as the parser knows no others: $top is top."""
    if _PLAIN_NAME.match(name):
        return name
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in name).strip("-")
    return plain if plain[:1].isalpha() else f"x-{plain}"


def parser_key(key: str) -> str:
    """Tell +1 from -1, as the parser would not: it names properties by their letters and digits alone."""
    match = _SIGNED.match(key)
    return f"{_SIGNS[match[1]]} {match[2]}" if match else key


def key_of(name: str) -> str:
    """Give back the key of which `parser_key` made a name."""
    sign, space, number = name.partition(" ")
    written = {word: sign for sign, word in _SIGNS.items()}.get(sign, "")
    return f"{written}{number}" if space and written and number[:1].isdigit() else name
