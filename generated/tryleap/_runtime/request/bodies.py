"""Bodies of requests, and what one attempt sends of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..models.codecs import STR, Codec, Nullable
from ..options import NOT_GIVEN
from .file_reader import BytesReader, Reader
from .files import source_of
from .parameters import is_given, json_text, percent
from .sources import Source

if TYPE_CHECKING:
    from .multipart import FormField  # which imports this module

Piece: TypeAlias = bytes | Source

FORM_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


class Payload:
    """What one attempt sends.

    Args:
        media_type: The content type; None where there is no body.
        pieces: Bytes and sources, in their order.
    """

    __slots__ = ("length", "media_type", "pieces")

    def __init__(self, media_type: str | None, pieces: list[Piece]) -> None:
        self.media_type: str | None = media_type
        self.pieces: list[Piece] = pieces
        sizes = [len(each) if isinstance(each, bytes) else each.size for each in pieces]
        # Bytes of all pieces; None where one is not known.
        self.length: int | None = None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def repeatable(self) -> bool:
        """Whether every piece can be sent again from its first byte."""
        return all(isinstance(each, bytes) or each.repeatable for each in self.pieces)


def open_reader(piece: Piece) -> Reader:
    """Make what reads a piece of a payload from its first byte."""
    return BytesReader(memoryview(piece)) if isinstance(piece, bytes) else piece.reader()


class Body:
    """A body. Making one checks the arguments; only `inspect` may touch a file."""

    # Whether `inspect` and `measure` may block.
    blocking = False
    _sources: list[Source] = []  # noqa: RUF012 - replaced, never changed

    def inspect(self) -> None:
        """Inspect the files in it, before anything is sent.

        Raises:
            ValueError: One cannot be read.
            TypeError: One is no binary file.
        """

    def measure(self) -> None:
        """Take the sizes of the files anew, before another attempt.

        Raises:
            OSError: One is gone.
        """
        for each in self._sources:
            each.measure()

    def payload(self) -> Payload | None:
        """Lay the body out for one attempt; None where there is none."""
        raise NotImplementedError


class _Fixed(Body):
    def __init__(self, content: bytes | None, media_type: str) -> None:
        self._payload = None if content is None else Payload(media_type, [content])

    def payload(self) -> Payload | None:
        return self._payload


class JsonBody(_Fixed):
    """A JSON value.

    Args:
        value: The value; NOT_GIVEN, or None where null is not allowed, for no body.
        codec: The codec of its type.
        media_type: The content type.

    Raises:
        TypeError: The value is of the wrong type.
        ValueError: It is not allowed.
    """

    def __init__(self, value: Any, codec: Codec, media_type: str = "application/json") -> None:
        given = value is not NOT_GIVEN and (value is not None or isinstance(codec, Nullable))
        super().__init__(_json_bytes(codec.check(value, "body"), "body") if given else None, media_type)


class JsonField:
    """A field of a JSON object.

    Args:
        key: Its name in the document.
        value: Its value. NOT_GIVEN leaves it out, and so does None where null is not allowed.
        codec: The codec of its type.
        argument: What the caller calls it, if not by the key.
    """

    __slots__ = ("argument", "codec", "key", "value")

    def __init__(self, key: str, value: Any, codec: Codec, *, argument: str | None = None) -> None:
        self.key = key
        self.value = value
        self.codec = codec
        self.argument = argument or key


class JsonObject(_Fixed):
    """A JSON object whose fields are arguments of their own.

    Args:
        fields: The fields.
        media_type: The content type.
    """

    def __init__(self, fields: tuple[JsonField, ...], media_type: str = "application/json") -> None:
        content = {
            each.key: each.codec.check(each.value, each.argument)
            for each in fields
            if each.value is not NOT_GIVEN and (each.value is not None or isinstance(each.codec, Nullable))
        }
        super().__init__(_json_bytes(content, "the body"), media_type)


class FormBody(_Fixed):
    """A body of application/x-www-form-urlencoded.

    Args:
        fields: The fields.
    """

    def __init__(self, fields: tuple[FormField, ...]) -> None:
        pairs = [
            f"{percent(each.key, each.argument)}={percent(text, each.argument)}"
            for each in fields
            for text, _ in each.texts()
        ]
        super().__init__("&".join(pairs).encode("ascii"), FORM_MEDIA_TYPE)


class TextBody(_Fixed):
    """A text.

    Args:
        value: The text, or None for no body.
        media_type: The content type; UTF-8 is added where it names no charset.
    """

    def __init__(self, value: str | None, media_type: str = "text/plain") -> None:
        written = media_type if "charset=" in media_type.lower() else f"{media_type}; charset=utf-8"
        super().__init__(STR.text(value, "body").encode() if is_given(value) else None, written)


class BytesBody(Body):
    """A file as the whole body.

    Args:
        value: A file as `files` takes it, or None for no body.
        media_type: The content type.
    """

    def __init__(self, value: Any, media_type: str = "application/octet-stream") -> None:
        self._sources = [source_of(value, "body")] if is_given(value) else []
        self.blocking = any(each.blocking for each in self._sources)
        self._media_type = media_type

    def inspect(self) -> None:
        """See `Body`."""
        for each in self._sources:
            each.inspect()

    def payload(self) -> Payload | None:
        """See `Body`."""
        return Payload(self._media_type, list(self._sources)) if self._sources else None


def _json_bytes(value: Any, where: str) -> bytes:
    try:
        return json_text(value).encode()
    except UnicodeEncodeError as problem:
        raise ValueError(f"{where} holds a lone surrogate, which cannot be sent") from problem
    except ValueError as problem:
        raise ValueError(f"{where} cannot be written as JSON: {problem}") from problem
