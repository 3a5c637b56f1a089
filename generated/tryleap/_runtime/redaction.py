"""What counts as a secret, and how one is replaced that a server sends back, in errors, logs and pickles.

Parsed values are cleaned, not the text before parsing: JSON, URLs and HTML write one string in many ways.
"""

from __future__ import annotations

import base64
import bisect
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from ._package import httpx

MASK: Final = "[secret]"
# Headers and parameters of a query whose values are secrets, by the last word of their names.
_SECRET_NAME: Final = re.compile(
    r"(?<!idempotency)(?:(?:^|[-_])(?:auth|authentication|authorization|cookie|credentials?|key|secret|session"
    r"|signature|sig|token)|apikey|accesskey|password|passwd)$",
    re.IGNORECASE,
)
# Characters of a value in a cookie: shorter ones are mostly words, such as "dark" or "true".
_SHORTEST_IN_COOKIE: Final = 8
# What is shorter would blank out parts of ordinary words.
_SHORTEST: Final = 4
# Places where a line may break: a soft hyphen, and a space of no width. Either may be UTF-8 read as latin-1.
_BREAKS: Final = "(?:\u00c2?\u00ad|\u200b|\u00e2\u0080\u008b)"
# How JSON, Python, C, URLs (even encoded twice) and HTML write a character, and what stands between two that
# belong together: a NUL, half of one in UTF-16, the end of a line in base64, a place to break.
# It is compiled when a text is first cleaned: most programs never do.
_ESCAPE: Final = (
    r"(?is)(?:\\+|%(?:25)*)u([0-9a-f]{4})|\\+u\{0*([0-9a-f]{1,6})\}|\\+x([0-9a-f]{2})|%(?:25)*([0-9a-f]{2})"
    r"|&#x0*([0-9a-f]{1,6});?|&#0*([0-9]{1,7});?|\\+([0-3][0-7]{2})|(&[a-z]{2,8};)"
    rf"|\\+[rn]|\\+{_BREAKS}*(.)|\x00+|[\r\n]+[ \t]*|{_BREAKS}+"
)
_MARKS: Final = "\\%&\0\r\n\u00ad\u200b\u008b"
# The groups of it that hold a number, by its base.
_BASES: Final = {1: 16, 2: 16, 3: 16, 4: 16, 5: 16, 6: 10, 7: 8}
# The group that holds a character behind a backslash, which stands for itself.
_BACKSLASHED: Final = 9


def secret_forms(values: Iterable[str]) -> list[str]:
    """List the texts that must not be shown: secrets of 4 characters or more, in several forms.

    Returns:
        The secrets, and what they are in hexadecimal and in base64 at each of the three offsets; the longest
        first. `cleaned` knows escaped forms by itself.
    """
    forms: set[str] = set()
    for value in values:
        if len(value) >= _SHORTEST:
            forms |= {value, quote_plus(value), value.encode().hex(), *_in_base64(value)}
    return longest_first(forms)


def secrets_in_headers(headers: Mapping[str, str]) -> list[str]:
    """List the texts of headers that must not be shown, for `redaction.cleaned`.

    Those are the values of headers with the name of a secret, and the secret parts of them.
    """
    texts: set[str] = set()
    for name, value in headers.items():
        if not _SECRET_NAME.search(name):
            continue
        scheme, _, rest = value.partition(" ")
        texts |= {value, rest}
        if name.lower() == "cookie":
            values = (each.partition("=")[2].strip() for each in value.split(";"))
            texts |= {each for each in values if len(each) >= _SHORTEST_IN_COOKIE}
        elif scheme.lower() == "basic":
            with suppress(ValueError):
                texts.add(base64.b64decode(rest).decode().partition(":")[2])
    return secret_forms(texts)


def longest_first(forms: Iterable[str]) -> list[str]:
    """Sort texts that must not be shown, so that a part of one does not leave the rest of it."""
    return sorted(set(forms), key=lambda form: (-len(form), form))


def _in_base64(value: str) -> Iterator[str]:
    """The characters of base64 that a text decides alone, behind 0, 1 and 2 other bytes."""
    content = value.encode()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + content).decode("ascii")
        decided = encoded[(before * 8 + 5) // 6 : (before + len(content)) * 8 // 6]
        yield decided
        yield decided.replace("+", "-").replace("/", "_")


def cleaned(text: str, secrets: Iterable[str]) -> str:
    """Replace secrets in a text by "[secret]", however they are escaped and in upper or lower case.

    A part of a secret stays, such as one line of base64 that breaks within it; all its lines are replaced.
    """
    folded = text.lower()
    for each in secrets:
        if each.lower() in folded:
            text = re.sub(re.escape(each), MASK, text, flags=re.IGNORECASE)
            folded = text.lower()
    if any(mark in text for mark in _MARKS):
        plain = re.sub(_ESCAPE, _unescaped, text).lower()
        for each in secrets if len(plain) >= _SHORTEST else ():
            wanted = _plain_secret(each)
            if wanted in plain:
                text = _without_escaped(text, wanted)
                plain = re.sub(_ESCAPE, _unescaped, text).lower()
    return text


@lru_cache(maxsize=64)
def _plain_secret(secret: str) -> str:
    """Undo what looks like an escape in a secret itself; once, as an error may hold thousands of strings."""
    return re.sub(_ESCAPE, _unescaped, secret).lower()


def _unescaped(found: re.Match[str]) -> str:
    which = found.lastindex
    if which in _BASES:
        code = int(found[which], _BASES[which])
        return chr(code) if code < 0x110000 else ""
    if which is None:
        return ""
    return found[which] if which == _BACKSLASHED else html.unescape(found[which])


def _without_escaped(text: str, wanted: str) -> str:
    """Replace what reads as a secret once its escapes are undone."""
    pieces: list[str] = []
    # Where each character of the plain text begins in the given one.
    starts: list[int] = []
    at = 0
    for found in re.finditer(_ESCAPE, text):
        pieces.append(text[at : found.start()])
        starts += range(at, found.start())
        made = _unescaped(found)
        pieces.append(made)
        starts += [found.start()] * len(made)
        at = found.end()
    pieces.append(text[at:])
    starts += range(at, len(text))
    plain = "".join(pieces)
    kept: list[str] = []
    at = 0
    for hit in re.finditer(re.escape(wanted), plain, re.IGNORECASE):
        first = starts[hit.start()]
        ends = bisect.bisect_right(starts, starts[hit.end() - 1])
        kept += [text[at:first], MASK]
        at = starts[ends] if ends < len(starts) else len(text)
    return "".join([*kept, text[at:]])


def cleaned_json(value: Any, secrets: Iterable[str]) -> Any:
    """Replace secrets in a JSON value: in strings, numbers and the names of fields.

    Its lists are changed in place.
    """
    # Without recursion, because a server decides how deeply it is nested.
    root = [value]
    todo: list[Any] = [root]
    while todo:
        part = todo.pop()
        entries: list[tuple[Any, Any]] = list(enumerate(part) if isinstance(part, list) else part.items())
        if isinstance(part, dict):
            part.clear()
        for key, each in entries:
            place = cleaned(key, secrets) if isinstance(key, str) else key
            container: Any = part
            container[place] = _cleaned_leaf(each, secrets)
            if isinstance(each, list | dict):
                todo.append(each)
    return root[0]


def _cleaned_leaf(value: Any, secrets: Iterable[str]) -> Any:
    if isinstance(value, str):
        return cleaned(value, secrets)
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = repr(value)
        return MASK if any(each in text for each in secrets) else value
    return value


def cleaned_headers(headers: httpx.Headers, secrets: Iterable[str]) -> httpx.Headers:
    """Replace secrets in headers, whose names a server chooses as well; the rest stays byte for byte."""
    return type(headers)(
        [(cleaned_bytes(name, secrets), cleaned_bytes(value, secrets)) for name, value in headers.raw]
    )


def cleaned_bytes(value: bytes, secrets: Iterable[str]) -> bytes:
    """Replace secrets in bytes; see `cleaned`."""
    # Every byte is a character of latin-1, so all others come back as they were.
    return cleaned(value.decode("latin-1"), secrets).encode("latin-1")
