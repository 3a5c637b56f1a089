"""Read the content of a response, up to a limit on its size, whose default is in `options`.

The HTTP library would decompress a response however large it becomes. So responses are read raw, and only the
two encodings are requested that the standard library can decompress in bounded steps.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from .._package import httpx

ACCEPT_ENCODING: Final = "gzip, deflate"
_NAMES: Final = ("gzip", "x-gzip", "deflate")
# Bytes by which compressed content may be larger than decompressed.
_OVERHEAD: Final = 1024 * 1024
# Bytes of the body of an error that are read: a page of a proxy, or a sentence of the service.
_MAX_ERROR_BYTES: Final = 256 * 1024
# Bytes behind them that are read as well, and not kept.
CUT_OFF: Final = 4 * 1024


class TooLargeError(Exception):
    """The content is larger than allowed.

    Args:
        limit: The largest content that is allowed, in bytes.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"it has more than the {limit} bytes that are read at most")


class GarbageError(Exception):
    """The content cannot be decompressed."""


class Content:
    """Collects the content of one response.

    Args:
        encoding: Its Content-Encoding, or None.
        limit: The largest content that is allowed, in bytes after decompression.
        cut: Whether to cut the content at the limit instead of raising; for the body of an error.

    Attributes:
        full: Whether the limit is reached, so that nothing more needs to be read.
    """

    __slots__ = ("_chunks", "_cut", "_inflate", "_limit", "_packed", "_size", "full")

    def __init__(self, encoding: str | None, limit: int, *, cut: bool = False) -> None:
        self._chunks: list[bytes] = []
        self._limit = limit
        self._cut = cut
        self._size = 0
        self._packed = 0
        self._inflate = None if encoding is None else _inflater(encoding)
        self.full = False

    def feed(self, raw: bytes) -> None:
        """Add the next bytes.

        Args:
            raw: The bytes as they were received, still compressed.

        Raises:
            TooLargeError: The content is larger than allowed.
            GarbageError: It cannot be decompressed.
        """
        if self._inflate is not None:
            self._packed += len(raw)
            if self._packed > self._limit + _OVERHEAD:
                # Compression never makes content much larger; endless empty blocks would.
                raise TooLargeError(self._limit)
            try:
                # Decompressing one byte more than allowed is enough to know that it is too large.
                raw = self._inflate.unpack(raw, self._limit - self._size + 1)
            except zlib.error as problem:
                raise GarbageError(str(problem)) from problem
        self._size += len(raw)
        if self._size > self._limit:
            if not self._cut:
                raise TooLargeError(self._limit)
            self.full = True
        self._chunks.append(raw)

    def finish(self) -> bytes:
        """Return the whole content.

        Raises:
            GarbageError: The compressed content is incomplete.
        """
        if self._inflate is not None and not self.full and not self._inflate.complete:
            raise GarbageError("the compressed content ends too early")
        return self.so_far()

    def so_far(self) -> bytes:
        """Return the content that was received, complete or not."""
        chunks = self._chunks
        content = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return content[: self._limit] if self.full else content


def content_of(response: httpx.Response, limit: int) -> Content:
    """Start to collect the body of a response.

    Args:
        response: The response. A hook of the caller may have read its body.
        limit: The largest body that is accepted, in bytes after decompression.

    Returns:
        An object that collects the body.

    Raises:
        TooLargeError: Its Content-Length is larger than allowed.
        GarbageError: Its Content-Encoding was not requested.
    """
    is_error = response.status_code >= 300
    limit = min(limit, _MAX_ERROR_BYTES + CUT_OFF) if is_error else limit
    if response.is_stream_consumed:
        # A hook of the caller, or the transport of a test, has read and decompressed it.
        content = Content(None, limit, cut=is_error)
        content.feed(response.content)
        return content
    length = response.headers.get("content-length")
    if (
        not is_error
        and length is not None
        and length.isdecimal()
        and (len(length) > 18 or int(length) > limit)
    ):
        raise TooLargeError(limit)
    return Content(response.headers.get("content-encoding"), limit, cut=is_error)


class _Inflate:
    """Decompresses gzip, and deflate with or without zlib's header: servers send both."""

    def __init__(self, name: str) -> None:
        self._inflate: Any = None if name == "deflate" else zlib.decompressobj(zlib.MAX_WBITS | 16)
        # For deflate, the first byte until there are two, which show whether there is a header.
        self._start = b""
        self._began = False

    def unpack(self, raw: bytes, most: int) -> bytes:
        self._began = self._began or bool(raw)
        if self._inflate is None:
            raw = self._start = self._start + raw
            if len(raw) < 2:
                return b""
            # Some servers omit zlib's header.
            has_header = raw[0] & 0x0F == 8 and (raw[0] << 8 | raw[1]) % 31 == 0
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
        # zlib would collect everything that follows the end, and copy it with each chunk.
        has_ended = self._inflate.eof and bool(raw)
        unpacked: bytes = b"" if has_ended else self._inflate.decompress(raw, max(1, most))
        if has_ended or self._inflate.unused_data:
            raise GarbageError("something follows the end of the compressed content")
        return unpacked

    @property
    def complete(self) -> bool:
        return not self._began or (self._inflate is not None and bool(self._inflate.eof))


def _inflater(encoding: str) -> Any:
    names = [each.strip().lower() for each in encoding.split(",")]
    names = [each for each in names if each not in ("", "identity")]
    if not names:
        return None
    if len(names) > 1 or names[0] not in _NAMES:
        raise GarbageError(f"its encoding is {encoding!r}, which was not requested")
    return _Inflate(names[0])
