"""Uploads: a payload as the stream of a request, sync and async.

What is to be done next is decided once, by `Upload.steps`: it yields bytes that are to be sent, and
functions that block and are to be called. The sync stream calls them where it stands, the async one in a
thread.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from ._package import httpx
from .request.file_reader import Reader

if TYPE_CHECKING:
    from .clock import Clock
    from .request.bodies import Payload
    from .request.files import ProgressCallback

# Heads of parts and small files are gathered up to this size: a system call for each of them costs more.
_GATHER: Final = 64 * 1024


class CallerError(Exception):
    """A function of the caller raised. The caller is to see its own error, with a note where one is due.

    Args:
        original: What it raised.
    """

    def __init__(self, original: BaseException) -> None:
        super().__init__(str(original))
        self.original = original


class DeadlineError(Exception):
    """The deadline of the call passed while the request was sent or the answer was read."""


class RereadError(Exception):
    """The HTTP library began to send a body again, as it does where a server ends an HTTP/2 connection.

    The first one may have arrived whole.
    """

    def __init__(self) -> None:
        super().__init__("the connection ended, and the HTTP library was about to send the body again")


class NoBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The stream of a request without a body.

    Args:
        repeatable: Whether the HTTP library may send the request again by itself.
    """

    def __init__(self, *, repeatable: bool) -> None:
        self._repeatable = repeatable
        self.began = False

    def __iter__(self) -> Iterator[bytes]:
        if self.began and not self._repeatable:
            raise RereadError
        self.began = True
        return iter(())

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _AsyncChunks(iter(self))


class Upload:
    """One attempt to send a payload.

    Args:
        payload: The payload.
        progress: Called with the bytes sent so far and their total, first with 0; or None.
        clock: The clock of the deadline.
        deadline_at: The moment by the clock at which sending stops, or None.
    """

    def __init__(
        self, payload: Payload, progress: ProgressCallback | None, clock: Clock, deadline_at: float | None
    ) -> None:
        self._payload = payload
        self._progress = progress
        self._clock = clock
        self._deadline_at = deadline_at
        self._reader: Reader | None = None
        # Whether the HTTP library has begun to read the body: from then on the server may have acted.
        self.began = False

    def steps(self) -> Iterator[bytes | Callable[[], Any]]:
        """Decide what to do next.

        Yields:
            Bytes that are to be sent, or a function that blocks and is to be called before the next step.

        Raises:
            SourceError: A file cannot be read to its end, or has changed.
            DeadlineError: The deadline has passed.
            CallerError: The progress function raised.
            RereadError: They were asked for before.
        """
        if self.began:
            raise RereadError
        self._look_at_the_clock()
        self.began = True
        sent = 0
        self._report(sent)
        for chunk in self._chunks():
            self._look_at_the_clock()
            yield chunk
            if not isinstance(chunk, bytes):
                continue
            sent += len(chunk)
            self._report(sent)

    def _look_at_the_clock(self) -> None:
        if self._deadline_at is not None and self._clock.monotonic() >= self._deadline_at:
            raise DeadlineError

    def _chunks(self) -> Iterator[bytes | Callable[[], Any]]:
        """Gather small parts, and pass on large ones without a copy."""
        waiting = bytearray()
        for part in self._parts():
            if not isinstance(part, bytes) or (not waiting and len(part) >= _GATHER):
                yield part
                continue
            waiting += part
            if len(waiting) >= _GATHER:
                yield bytes(waiting)
                waiting.clear()
        if waiting:
            yield bytes(waiting)

    def _parts(self) -> Iterator[bytes | Callable[[], Any]]:
        for piece in self._payload.pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            self._reader = reader = piece.reader()
            try:
                if reader.blocking:
                    yield reader.open
                chunk: bytes | None = None
                while chunk != b"":
                    if reader.blocking:
                        yield reader.fetch
                    else:
                        reader.fetch()
                    chunk = reader.chunk
                    # None: there is nothing to read yet.
                    if chunk is not None:
                        yield chunk
            finally:
                reader.close()

    def _report(self, sent: int) -> None:
        if self._progress is None:
            return
        try:
            self._progress(sent, self._payload.length)
        except Exception as problem:
            raise CallerError(problem) from problem

    def close(self) -> None:
        """Give back the file that is open, wherever sending has stopped."""
        if self._reader is not None:
            self._reader.close()


class SyncUploadStream(httpx.SyncByteStream):
    """An upload as the sync client sends it.

    Args:
        upload: The upload.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload

    def __iter__(self) -> Iterator[bytes]:
        for step in self._upload.steps():
            if isinstance(step, bytes):
                yield step
            else:
                step()

    def close(self) -> None:
        """See `Upload`."""
        self._upload.close()


class AsyncUploadStream(httpx.AsyncByteStream):
    """An upload as the async client sends it: no read of a file blocks the event loop.

    Args:
        upload: The upload.
    """

    def __init__(self, upload: Upload) -> None:
        self._upload = upload

    def __aiter__(self) -> AsyncIterator[bytes]:
        return _AsyncChunks(self._upload.steps())

    async def aclose(self) -> None:
        """See `Upload`."""
        self._upload.close()


class _AsyncChunks:
    """The chunks of an upload. No async generator: trio wants each of those to be ended, and httpx does not.

    Args:
        steps: The steps of the upload.
    """

    def __init__(self, steps: Iterator[bytes | Callable[[], Any]]) -> None:
        self._steps = steps

    def __aiter__(self) -> _AsyncChunks:
        return self

    async def __anext__(self) -> bytes:
        from anyio import to_thread

        for step in self._steps:
            if isinstance(step, bytes):
                return step
            # A cancelled call does not wait for a slow disk: the thread closes the file when it is done.
            await to_thread.run_sync(step, abandon_on_cancel=True)
        raise StopAsyncIteration
