"""Read texts that a server sends: as one printable line, and out of the body of an error."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Final

from ..models.decode_context import is_array, is_object

# Characters of a text of the server's.
_MAX_QUOTED: Final = 500
# Patterns, which are compiled when a text is first read: most programs never do.
# Each of these ends at the next "<", so that they take linear time on a page that repeats one.
_TITLE: Final = r"(?i)<title[^<>]*>([^<]*)</title"
_TAG: Final = r"(?i)<!--|<(script|style)\b|<"
_CLOSING: Final = {
    "script": "(?i)</script[^<>]*>",
    "style": "(?i)</style[^<>]*>",
    "<!--": "-->",
    "<": ">",
}
_UNPRINTABLE: Final = r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+"


def one_line(text: str, longest: int = _MAX_QUOTED) -> str:
    """Shorten a text, such as one of a server, to one printable line."""
    line = " ".join(re.sub(_UNPRINTABLE, " ", text[: longest * 20]).split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()}..."


def server_words(body: Any) -> str:
    """Find the server's own words in the body of an error, as one line; empty if there are none."""
    if isinstance(body, str):
        return one_line(_of_html(body) if body.lstrip()[:1] == "<" else body)
    if is_array(body):
        return one_line("; ".join(filter(None, map(server_words, body[:10]))))
    if is_object(body):
        for key in ("message", "detail", "error_description", "errors", "error", "title", "msg", "reason"):
            words = server_words(body.get(key))
            if words:
                return words
    return ""


def _of_html(page: str) -> str:
    title = re.search(_TITLE, page)
    text = title[1] if title else " ".join(_visible(page[: _MAX_QUOTED * 20]))
    return html.unescape(text[: _MAX_QUOTED * 20])


def _visible(page: str) -> Iterator[str]:
    """Iterate over the text between the tags, without scripts, styles and comments."""
    tag, at = re.compile(_TAG), 0
    while (opened := tag.search(page, at)) is not None:
        yield page[at : opened.start()]
        end = re.compile(_CLOSING[(opened[1] or opened[0]).lower()])
        closed = end.search(page, opened.end())
        if closed is None:
            return
        at = closed.end()
    yield page[at:]
