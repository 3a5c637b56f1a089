"""The bodies of requests, and the payload that one attempt sends of a body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ..models.codecs import Codec, Nullable
from ..options import NOT_GIVEN
from .file_reader import BytesReader, Reader
from .file_sources import Source
from .files import source_of
from .parameters import is_given, json_text, percent

if TYPE_CHECKING:
    from .multipart import FormField  # which imports this module

# Bytes, or a file.
Segment: TypeAlias = bytes | Source

FORM_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


class Payload:
    """What one attempt sends.

    Args:
        media_type: The Content-Type; None if there is no body.
        segments: Bytes and files, in the order in which they are sent.

    Attributes:
        length: The bytes of all segments; None if the size of one is unknown.
    """

    __slots__ = ("length", "media_type", "segments")

    def __init__(self, media_type: str | None, segments: list[Segment]) -> None:
        self.media_type: str | None = media_type
        self.segments: list[Segment] = segments
        sizes = [len(each) if isinstance(each, bytes) else each.size for each in segments]
        self.length: int | None = None if None in sizes else sum(size or 0 for size in sizes)

    @property
    def repeatable(self) -> bool:
        """Whether every segment can be sent again from its first byte."""
        return all(isinstance(each, bytes) or each.repeatable for each in self.segments)


def open_reader(segment: Segment) -> Reader:
    """Return a reader of a segment of a payload, from its first byte."""
    return BytesReader(memoryview(segment)) if isinstance(segment, bytes) else segment.reader()


class Body:
    """The body of a call. The constructors check arguments; only `inspect` and `measure` touch files.

    Attributes:
        blocking: Whether `inspect` and `measure` may block.
    """

    blocking = False
    _sources: list[Source] = []  # noqa: RUF012 - replaced, never changed

    def inspect(self) -> None:
        """Check the files before anything is sent.

        Raises:
            ValueError: One cannot be read, or is certainly useless.
            TypeError: One is not a binary file.
        """

    def measure(self) -> None:
        """Take the sizes of the files again, before another attempt.

        Raises:
            OSError: One no longer exists.
        """
        for each in self._sources:
            each.measure()

    def payload(self) -> Payload | None:
        """Return the payload of one attempt; None if there is no body."""
        raise NotImplementedError


class _Fixed(Body):
    def __init__(self, content: bytes | None, media_type: str) -> None:
        self._payload = None if content is None else Payload(media_type, [content])

    def payload(self) -> Payload | None:
        return self._payload


class JsonBody(_Fixed):
    """A JSON value.

    Args:
        value: The value. There is no body if it is NOT_GIVEN, or None and the document does not allow null.
        codec: The codec of its type.
        media_type: The Content-Type.

    Raises:
        TypeError: The value is of the wrong type.
        ValueError: It is not allowed.
    """

    def __init__(self, value: Any, codec: Codec, media_type: str = "application/json") -> None:
        content = _json_bytes(codec.check(value, "body"), "body") if _is_sent(value, codec) else None
        super().__init__(content, media_type)


class JsonField:
    """A field of a JSON object.

    Args:
        key: Its name in the document.
        value: Its value. It is left out if it is NOT_GIVEN, or None and the document does not allow null.
        codec: The codec of its type.
        argument: The method's argument, for messages; empty if its name is the key.
    """

    def __init__(self, key: str, value: Any, codec: Codec, argument: str = "") -> None:
        self.key = key
        self.value = value
        self.codec = codec
        self.argument = argument


class JsonObject(_Fixed):
    """A JSON object whose fields are separate arguments.

    Args:
        fields: The fields.
        media_type: The Content-Type.
    """

    def __init__(self, fields: tuple[JsonField, ...], media_type: str = "application/json") -> None:
        content = {
            each.key: each.codec.check(each.value, each.argument or each.key)
            for each in fields
            if _is_sent(each.value, each.codec)
        }
        super().__init__(_json_bytes(content, "the body"), media_type)


class FormBody(_Fixed):
    """A body of application/x-www-form-urlencoded.

    Args:
        fields: The fields.
    """

    def __init__(self, fields: tuple[FormField, ...]) -> None:
        pairs = [
            f"{percent(each.key, each.where)}={percent(text, each.where)}"
            for each in fields
            for text, _ in each.texts()
        ]
        super().__init__("&".join(pairs).encode("ascii"), FORM_MEDIA_TYPE)


class BytesBody(Body):
    """A file as the whole body.

    Args:
        value: A file as `files.source_of` takes it, or None for no body.
        media_type: The Content-Type.
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


def _is_sent(value: Any, codec: Codec) -> bool:
    return value is not NOT_GIVEN and (value is not None or isinstance(codec, Nullable))


def _json_bytes(value: Any, where: str) -> bytes:
    try:
        return json_text(value).encode()
    except UnicodeEncodeError as problem:
        raise ValueError(f"{where} contains a lone surrogate, which cannot be sent") from problem
    except ValueError as problem:
        raise ValueError(f"{where} cannot be written as JSON: {problem}") from problem
