# Made from ../_async by `make generate`: change that.
"""The body of one attempt, as the stream that the HTTP library sends."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, Final

from ..clock import Deadline
from ..concurrency_sync import ByteStream, run_blocking
from ..request.bodies import Payload, open_reader
from ..request.file_reader import Reader
from ..request.files import ProgressCallback
from ..transport.exceptions import CallbackError, SecondReadError

# Bytes up to which heads of parts and small files are sent together, to save system calls.
_GATHER: Final = 64 * 1024


class EmptyStream(ByteStream):
    """The body of a request without one.

    Args:
        idempotent: Whether the HTTP library may send the request again by itself.

    Attributes:
        sending_began: See `retry.classify`. It is unknown unless httpcore reports what it does to `trace`.
    """

    def __init__(self, *, idempotent: bool) -> None:
        self._idempotent = idempotent
        self._was_read = False
        self.sending_began: bool | None = None

    def __iter__(self) -> Iterator[bytes]:
        if self._was_read and not self._idempotent:
            raise SecondReadError
        self._was_read = self.sending_began = True
        return self

    def __next__(self) -> bytes:
        # No empty chunk, as httpx has one: it would pass through each of the layers below.
        raise StopIteration

    def trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of what httpcore is about to do; an extension of the request.

        The head of a request is sent before its body is read, and over HTTP/2 an empty body is never read.
        """
        # A proxy is asked for a tunnel with a request of its own.
        is_head = event.endswith("send_request_headers.started") and details["request"].method != b"CONNECT"
        self.sending_began = bool(self.sending_began) or is_head


class UploadStream(ByteStream):
    """Sends a payload once. In the async client, threads read the files.

    Args:
        payload: The payload.
        progress: Called with the bytes sent so far and their total, first with 0; or None.
        deadline: The deadline of the call, at which sending stops.

    Attributes:
        sending_began: See `retry.classify`. It is known: the HTTP library reads the stream to send it.
    """

    def __init__(self, payload: Payload, progress: ProgressCallback | None, deadline: Deadline) -> None:
        self._payload = payload
        self._progress = progress
        self._deadline = deadline
        self._chunks: Generator[bytes, None] | None = None
        self._reader: Reader | None = None
        self._sent = 0
        self.sending_began: bool | None = False

    def __iter__(self) -> Iterator[bytes]:
        if self._chunks is not None:
            # After an HTTP/2 GOAWAY httpcore sends a request again by itself, with the rest of its stream.
            raise SecondReadError
        self._chunks = self._read()
        return self._chunks

    def _read(self) -> Generator[bytes, None]:
        self._deadline.check()
        self.sending_began = True
        self._report(0)
        gathered = bytearray()
        for segment in self._payload.segments:
            self._reader = reader = open_reader(segment)
            try:
                if reader.blocking:
                    run_blocking(reader.open)
                while (chunk := self._fetch(reader)) != b"":
                    self._deadline.check()
                    if chunk is None:  # nothing to read yet
                        continue
                    if gathered or len(chunk) < _GATHER:
                        gathered += chunk
                        if len(gathered) < _GATHER:
                            continue
                        chunk = bytes(gathered)
                        gathered.clear()
                    yield chunk
                    self._report(len(chunk))
            finally:
                reader.close()
        if gathered:
            self._deadline.check()
            yield bytes(gathered)
            self._report(len(gathered))

    def _fetch(self, reader: Reader) -> bytes | None:
        if reader.blocking:
            run_blocking(reader.fetch)
        else:
            reader.fetch()
        return reader.chunk

    def _report(self, more: int) -> None:
        self._sent += more
        if self._progress is None:
            return
        try:
            self._progress(self._sent, self._payload.length)
        except Exception as problem:
            raise CallbackError(problem) from problem

    def close(self) -> None:
        """Close the open file and the generator, wherever sending stopped."""
        if self._reader is not None:
            self._reader.close()
        if self._chunks is not None:
            self._chunks.close()
