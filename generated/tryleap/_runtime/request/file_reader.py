"""Read one file to its end, in chunks, and notice if it changes meanwhile.

A reader's methods block. The async client calls them in a thread and may be cancelled meanwhile. So `close`
does not close a file that a thread is still reading: that thread closes it when it is done.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from typing import Any, Final

# Bytes: enough that handing a chunk to a thread costs little, and few enough for constant memory.
CHUNK: Final = 128 * 1024
# Seconds that a thread waits for a pipe before it checks whether the reader was closed.
_PIPE_TIMEOUT: Final = 0.1


class SourceError(Exception):
    """A file could not be read to its end, or has changed since its size was taken."""


class Reader:
    """Reads a source from its first byte.

    Attributes:
        blocking: Whether `open` and `fetch` may block.
        chunk: What `fetch` has read.
    """

    blocking = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self.chunk: bytes | None = b""

    def open(self) -> None:
        """Open the file.

        Raises:
            SourceError: It cannot be opened, or its size has changed.
        """
        self._guarded(self._open)

    def fetch(self) -> None:
        """Read the next chunk into `chunk`: empty at the end, None if nothing has arrived yet.

        Raises:
            SourceError: The file is shorter or longer than before, or cannot be read.
        """
        self.chunk = self._guarded(self._read)

    def close(self) -> None:
        """Close the file. This may be called at any time, from any thread, and more than once."""
        self._closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._lock.release()

    def _guarded(self, work: Callable[[], bytes | None]) -> bytes | None:
        with self._lock:
            done = b"" if self._closed else work()
        if self._closed:
            # `close` was called meanwhile, found the lock taken, and left the file to this thread.
            self.close()
        return done

    def _open(self) -> None:
        pass

    def _read(self) -> bytes | None:
        raise NotImplementedError

    def _release(self) -> None:
        pass


class BytesReader(Reader):
    """Reads bytes in memory.

    Args:
        view: The bytes.
    """

    blocking = False

    def __init__(self, view: memoryview) -> None:
        super().__init__()
        self._view = view
        self._at = 0

    def _read(self) -> bytes:
        chunk = bytes(self._view[self._at : self._at + CHUNK])
        self._at += len(chunk)
        return chunk


class _FileReader(Reader):
    """Reads a file object, and compares its length with the size that was announced.

    Args:
        where: The argument, for messages.
        size: The size in bytes; None if it is unknown.
    """

    def __init__(self, where: str, size: int | None) -> None:
        super().__init__()
        self._where = where
        self._size = size
        self._read_so_far = 0
        self._file: Any = None

    def _read(self) -> bytes | None:
        left = None if self._size is None else self._size - self._read_so_far
        # At the expected end, ask for one more byte to see whether the file has grown.
        wanted = CHUNK if left is None else min(CHUNK, left) or 1
        try:
            chunk = self._file.read(wanted)
        except Exception as problem:
            raise SourceError(f"{self._where} can no longer be read: {problem}") from problem
        if not isinstance(chunk, bytes | bytearray):
            raise SourceError(f"{self._where} returned {type(chunk).__name__} when read, not bytes")
        if left is not None and len(chunk) > left:
            raise SourceError(f"{self._where} has grown beyond its {self._size} bytes while it was sent")
        if left and not chunk:
            raise SourceError(
                f"{self._where} has shrunk while it was sent: it had {self._size} bytes, "
                f"and has {self._read_so_far}"
            )
        self._read_so_far += len(chunk)
        return bytes(chunk)


class PathReader(_FileReader):
    """Reads a file on disk.

    Args:
        path: The path.
        where: The argument, for messages.
        size: The size in bytes that was announced; None if it is unknown.
        check_first: Called with the first bytes that are read, if they were not checked before; raises
            ValueError if the file is certainly useless.
    """

    def __init__(
        self,
        path: str | bytes,
        where: str,
        size: int | None,
        check_first: Callable[[bytes], None] | None = None,
    ) -> None:
        super().__init__(where, size)
        self._path = path
        self._check_first = check_first

    def _read(self) -> bytes | None:
        chunk = super()._read()
        if self._check_first is not None and chunk is not None:
            try:
                self._check_first(chunk)
            except ValueError as problem:
                raise SourceError(str(problem)) from problem
            self._check_first = None
        return chunk

    def _open(self) -> None:
        try:
            self._file = open(self._path, "rb", buffering=0)  # noqa: PTH123, SIM115 - maybe bytes; `_release` closes
            size = os.fstat(self._file.fileno()).st_size
        except OSError as problem:
            raise SourceError(f"{self._where} can no longer be opened: {problem}") from problem
        if self._size is not None and size != self._size:
            raise SourceError(f"{self._where} has changed: it had {self._size} bytes, and has {size}")

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()


class PipeReader(PathReader):
    """Reads a named pipe without ever blocking for long, as it may have no writer."""

    def _open(self) -> None:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as problem:
            raise SourceError(f"{self._where} can no longer be opened: {problem}") from problem
        self._file = os.fdopen(descriptor, "rb", buffering=0)

    def _read(self) -> bytes | None:
        poll = select.poll()
        poll.register(self._file, select.POLLIN)
        # A pipe that never had a writer reads as if it were at its end.
        return super()._read() if poll.poll(_PIPE_TIMEOUT * 1000) else None


class ObjectReader(_FileReader):
    """Reads a file object of the caller, and never closes it.

    Args:
        file: The file object.
        where: The argument, for messages.
        size: The bytes from `start` to its end; None if they are unknown.
        start: The position of its first byte; None for a stream that cannot be rewound.
        kept: The first bytes of such a stream, which were read before.
    """

    def __init__(self, file: Any, where: str, size: int | None, start: int | None, kept: bytes) -> None:
        super().__init__(where, size)
        self._file = file
        self._start = start
        self._kept = kept

    def _open(self) -> None:
        if self._start is None:
            return
        try:
            self._file.seek(self._start)
        except (OSError, ValueError) as problem:
            raise SourceError(f"{self._where} cannot be rewound: {problem}") from problem

    def _read(self) -> bytes | None:
        if self._kept:
            kept, self._kept = self._kept, b""
            return kept
        return super()._read()
