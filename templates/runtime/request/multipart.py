"""Bodies of multipart/form-data: their fields, and the bytes between the contents of the parts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, Final

from ..models.codecs import Codec, ListOf, MapOf, ModelOf, items_of
from ..models.decode_context import quoted
from ..tracebacks import HIDDEN
from .bodies import Body, Payload, Segment
from .file_sources import Source
from .files import files_of, source_of
from .parameters import is_given, json_text

_BOUNDARY_BYTES: Final = 24


def escaped(text: str) -> bytes:
    """Write a name for a Content-Disposition header as browsers do: in UTF-8, with quotes percent-encoded."""
    # A quote or a line break would end the name. For some parsers, a backslash would escape the closing
    # quote.
    found: list[str] = []
    for character in text:
        special = character == '"' or character < " " or character == "\x7f"
        found.append(f"%{ord(character):02X}" if special else character)
    if found and found[-1] == "\\":
        found[-1] = "%5C"
    return "".join(found).encode("utf-8", "surrogateescape")


class FormField:
    """A field with a text.

    Args:
        key: Its name in the document.
        value: Its value; None if it is not given.
        codec: The codec of its type.
        explode: For a list: whether each item is a part, instead of one part with commas.
        min_items: For a list: the items that the document requires at least.
        pattern: The regular expression that the text, or each item of a list, must match.
        argument: The method's argument, for messages; empty if its name is the key.
    """

    def __init__(
        self,
        key: str,
        value: Any,
        codec: Codec,
        *,
        explode: bool = True,
        min_items: int = 0,
        pattern: str | None = None,
        argument: str = "",
    ) -> None:
        self.key = key
        self.value = value
        self.codec = codec
        self.explode = explode
        self.min_items = min_items
        self.pattern = pattern
        self.argument = argument

    @property
    def where(self) -> str:
        """The argument, for messages."""
        return self.argument or self.key

    def texts(self) -> Iterator[tuple[str, bool]]:
        """Write the value as texts, one for each part.

        Yields:
            Each text, and whether it is JSON.

        Raises:
            TypeError: The value is of the wrong type.
            ValueError: It has too few items, or one does not match the pattern.
        """
        if not is_given(self.value):
            return
        plain = self.codec.without_null
        if not isinstance(plain, ListOf):
            yield self._matching(_text(plain, self.value, self.where), self.where)
            return
        items = _enough(items_of(self.value, self.where), self.min_items, self.where)
        texts = []
        for index, each in enumerate(items):
            where = f"{self.where}[{index}]"
            texts.append(self._matching(_text(plain.item, each, where), where))
        if self.explode:
            yield from texts
        elif texts:
            yield ",".join(text for text, _ in texts), False

    def _matching(self, written: tuple[str, bool], where: str) -> tuple[str, bool]:
        if self.pattern is not None and not re.search(self.pattern, written[0]):
            raise ValueError(f"{where} must be {_described(self.pattern)}, not {quoted(written[0])}")
        return written


class FileField:
    """A field with one or several files.

    Args:
        key: Its name in the document.
        value: The file or files; None if none is given.
        many: Whether the value is a list.
        min_items: The files that the document requires at least.
        min_length: The bytes of each file that the document requires at least.
        images: Whether files must be images.
        media_type: The media type that the document fixes, or None.
        argument: The method's argument, for messages; empty if its name is the key.
    """

    def __init__(
        self,
        key: str,
        value: Any,
        *,
        many: bool = False,
        min_items: int = 0,
        min_length: int = 0,
        images: bool = False,
        media_type: str | None = None,
        argument: str = "",
    ) -> None:
        self.key = key
        self.value = value
        self.many = many
        self.min_items = min_items
        self.min_length = min_length
        self.images = images
        self.media_type = media_type
        self.argument = argument

    def sources(self) -> list[Source]:
        """Return the sources of the files. Nothing is opened.

        Raises:
            TypeError: One is not a file.
            ValueError: There are too few.
        """
        if not is_given(self.value):
            return []
        where = self.argument or self.key
        if self.many:
            items = _enough(files_of(self.value, where), self.min_items, where)
            found = [source_of(each, f"{where}[{index}]") for index, each in enumerate(items)]
        else:
            found = [source_of(self.value, where)]
        for each in found:
            each.media_type = each.media_type or self.media_type
            each.min_length, each.images = self.min_length, self.images
        return found


class Multipart(Body):
    """A body of multipart/form-data.

    Args:
        fields: The fields, in the order in which they are sent.
    """

    def __init__(self, fields: tuple[FormField | FileField, ...]) -> None:
        self._parts: list[tuple[str, tuple[str, bool] | Source]] = []
        for each in fields:
            values = each.sources() if isinstance(each, FileField) else each.texts()
            self._parts.extend((each.key, value) for value in values)
        self._sources = [value for _, value in self._parts if isinstance(value, Source)]
        self.blocking = any(each.blocking for each in self._sources)

    def inspect(self) -> None:
        """See `Body`."""
        __tracebackhide__ = HIDDEN
        _check_streams(self._sources)
        for index, each in enumerate(self._sources):
            each.inspect()
            each.check()
            each.describe(index)

    def payload(self) -> Payload:
        """Return the payload of one attempt, with a boundary of its own."""
        boundary = os.urandom(_BOUNDARY_BYTES).hex()
        segments: list[Segment] = []
        edge = f"--{boundary}\r\n".encode()
        for key, value in self._parts:
            head = edge + b'Content-Disposition: form-data; name="' + escaped(key) + b'"'
            if isinstance(value, Source):
                head += b'; filename="' + escaped(value.name or "") + b'"\r\nContent-Type: '
                head += (value.media_type or "").encode("ascii")
                segments += [head + b"\r\n\r\n", value, b"\r\n"]
            else:
                text, is_json = value
                head += b"\r\nContent-Type: application/json" if is_json else b""
                segments.append(head + b"\r\n\r\n" + text.encode() + b"\r\n")
        segments.append(f"--{boundary}--\r\n".encode())
        return Payload(f"multipart/form-data; boundary={boundary}", segments)


def _text(codec: Codec, value: Any, where: str) -> tuple[str, bool]:
    inner = codec.without_null
    if isinstance(inner, ModelOf | MapOf | ListOf):
        text, is_json = json_text(codec.check(value, where)), True
    else:
        text, is_json = codec.text(value, where), False
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise ValueError(f"{where} contains a lone surrogate, which cannot be sent: {value!r}") from problem
    return text, is_json


def _described(pattern: str) -> str:
    """Describe what a pattern matches; in words if that is the URL of a web page."""
    if re.search(pattern, "https://example.com/a") and not re.search(pattern, "example.com/a"):
        return "a URL that begins with http:// or https://"
    return f"text that matches {pattern}"


def _enough(items: list[Any], least: int, where: str) -> list[Any]:
    if len(items) < least:
        raise ValueError(f"{where} has {len(items)} items; {least} or more are required")
    return items


def _check_streams(sources: list[Source]) -> None:
    """Refuse a stream that is given twice and cannot be rewound: it would be empty the second time."""
    seen: set[int] = set()
    for each in sources:
        file = getattr(each, "file", None)
        if file is None:
            continue
        if id(file) in seen and not (callable(getattr(file, "seekable", None)) and file.seekable()):
            raise ValueError(f"{each.where} is the same stream as a file before it, and it cannot be rewound")
        seen.add(id(file))
