# Made from ../_async by `make generate`: change that.
"""The body of one attempt, as the stream that the HTTP library sends."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any, Final

from ..clock import Clock
from ..concurrency_sync import ByteStream, run_blocking
from ..request.bodies import Payload, open_reader
from ..request.file_reader import Reader
from ..request.files import ProgressCallback
from ..transport.failures import CallbackError, DeadlineError, SecondReadError

# Heads of parts and small files are gathered up to this size: a system call for each of them costs more.
_GATHER: Final = 64 * 1024


class EmptyStream(ByteStream):
    """The body of a request without one.

    Args:
        idempotent: Whether the HTTP library may send the request again by itself.

    Attributes:
        began: Whether the HTTP library has begun to send.
        reports_sending: Whether it says when it does, so that nothing was sent before that.
    """

    def __init__(self, *, idempotent: bool) -> None:
        self._idempotent = idempotent
        self._was_read = False
        self.began = False
        self.reports_sending = False

    def __iter__(self) -> Generator[bytes, None]:
        if self._was_read and not self._idempotent:
            raise SecondReadError
        self._was_read = self.began = True
        yield b""

    def trace(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of what httpcore is about to do; an extension of the request.

        The head of a request is sent before its body is looked at, and over HTTP/2 no body is looked at.
        """
        self.reports_sending = True
        # A proxy is asked for a tunnel with a request of its own.
        if event.endswith("send_request_headers.started") and details["request"].method != b"CONNECT":
            self.began = True


class UploadStream(ByteStream):
    """Sends a payload once; files are read outside of the event loop where there is one.

    Args:
        payload: The payload.
        progress: Called with the bytes sent so far and their total, first with 0; or None.
        clock: The clock of the deadline.
        deadline_at: The moment by the clock at which sending stops, or None.

    Attributes:
        began: Whether the HTTP library has begun to read, so that the server may have seen a part of it.
        reports_sending: As in `EmptyStream`.
    """

    reports_sending = True

    def __init__(
        self, payload: Payload, progress: ProgressCallback | None, clock: Clock, deadline_at: float | None
    ) -> None:
        self._payload = payload
        self._progress = progress
        self._clock = clock
        self._deadline_at = deadline_at
        self._chunks: Generator[bytes, None] | None = None
        self._reader: Reader | None = None
        self._sent = 0
        self.began = False

    def __iter__(self) -> Iterator[bytes]:
        if self._chunks is not None:
            # After an HTTP/2 GOAWAY httpcore sends a request again by itself, with the rest of its stream.
            raise SecondReadError
        self._chunks = self._read()
        return self._chunks

    def _read(self) -> Generator[bytes, None]:
        self._check_deadline()
        self.began = True
        self._report(0)
        gathered = bytearray()
        for piece in self._payload.pieces:
            self._reader = reader = open_reader(piece)
            try:
                if reader.blocking:
                    run_blocking(reader.open)
                while (chunk := self._fetch(reader)) != b"":
                    self._check_deadline()
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
            self._check_deadline()
            yield bytes(gathered)
            self._report(len(gathered))

    def _fetch(self, reader: Reader) -> bytes | None:
        if reader.blocking:
            run_blocking(reader.fetch)
        else:
            reader.fetch()
        return reader.chunk

    def _check_deadline(self) -> None:
        if self._deadline_at is not None and self._clock.monotonic() >= self._deadline_at:
            raise DeadlineError

    def _report(self, more: int) -> None:
        self._sent += more
        if self._progress is None:
            return
        try:
            self._progress(self._sent, self._payload.length)
        except Exception as problem:
            raise CallbackError(problem) from problem

    def close(self) -> None:
        """Close the open file and the generator, wherever sending has stopped."""
        if self._reader is not None:
            self._reader.close()
        if self._chunks is not None:
            self._chunks.close()
