"""Convert names to those that the parser supports, which are made of letters, digits and dashes, and back."""

from __future__ import annotations

import re

_PLAIN_NAME = re.compile(r"[A-Za-z_-][A-Za-z0-9_-]*\Z")
_SIGNED = re.compile(r"([+-])([0-9].*)\Z", re.DOTALL)
_SIGNS = {"+": "plus", "-": "minus"}


def path_name(name: str) -> str:
    """Return a name for a path parameter that the parser supports: ``$top`` becomes ``top``."""
    if _PLAIN_NAME.match(name):
        return name
    plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in name).strip("-")
    return plain if plain[:1].isalpha() else f"x-{plain}"


def parser_key(key: str) -> str:
    """Return a name for a property that the parser keeps apart from others, unlike ``+1`` and ``-1``."""
    match = _SIGNED.match(key)
    return f"{_SIGNS[match[1]]} {match[2]}" if match else key


def key_of(name: str) -> str:
    """Return the key for which `parser_key` returned a name."""
    sign, space, number = name.partition(" ")
    written = {word: sign for sign, word in _SIGNS.items()}.get(sign, "")
    return f"{written}{number}" if space and written and number[:1].isdigit() else name
