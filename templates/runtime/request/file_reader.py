"""Readers: they read one file to its end, in chunks, and notice when it changes meanwhile.

A reader's methods block. The async client calls them in a thread and may be cancelled meanwhile, so closing
must not pull the file away from under a thread that is still reading: then the thread closes it.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from typing import Any, Final

# Large enough that the hop into a thread costs little, small enough for constant memory.
CHUNK: Final = 256 * 1024


# Seconds for which a thread waits for a pipe before it looks whether it is still wanted.
_PATIENCE: Final = 0.1


class SourceError(Exception):
    """A file could not be read to its end, or is no longer what it was when its size was taken."""


class Reader:
    """Reads a source from its first byte."""

    # Whether `open` and `read` may block.
    blocking = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self.chunk: bytes | None = b""

    def open(self) -> None:
        """Open the file.

        Raises:
            SourceError: It cannot be opened, or has another size than before.
        """
        self._guarded(self._open)

    def fetch(self) -> None:
        """Read the next chunk into `chunk`; it is empty at the end, and None where there is nothing yet.

        Raises:
            SourceError: It ended too early, goes on too long, or cannot be read.
        """
        self.chunk = self._guarded(self._read)

    def close(self) -> None:
        """Give the file back. It may be called at any time, from any thread, and more than once."""
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
            # Whoever closed meanwhile found the lock taken, and left the rest to us.
            self.close()
        return done

    def _open(self) -> None:
        pass

    def _read(self) -> bytes | None:
        raise NotImplementedError

    def _release(self) -> None:
        pass


class BytesReader(Reader):
    """Reads bytes that are in memory.

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
    """Reads a file object, and compares what it finds with the size that was promised.

    Args:
        where: What the caller calls the file.
        size: The size in bytes, or None where it is unknown.
    """

    def __init__(self, where: str, size: int | None) -> None:
        super().__init__()
        self._where = where
        self._size = size
        self._read_so_far = 0
        self._file: Any = None

    def _read(self) -> bytes | None:
        left = None if self._size is None else self._size - self._read_so_far
        # At the promised end one byte more is asked for, to see whether the file has grown.
        wanted = CHUNK if left is None else min(CHUNK, left) or 1
        try:
            chunk = self._file.read(wanted)
        except Exception as problem:
            raise SourceError(f"{self._where} cannot be read any further: {problem}") from problem
        if not isinstance(chunk, bytes | bytearray):
            raise SourceError(f"{self._where} returned {type(chunk).__name__} when read, not bytes")
        if left is not None and len(chunk) > left:
            raise SourceError(f"{self._where} has grown beyond its {self._size} bytes while it was sent")
        if left and not chunk:
            raise SourceError(
                f"{self._where} has shrunk while it was sent: {self._size} bytes were promised, "
                f"{self._read_so_far} are there"
            )
        self._read_so_far += len(chunk)
        return bytes(chunk)


class PathReader(_FileReader):
    """Reads a file on disk.

    Args:
        path: The path.
        where: What the caller calls it.
        size: The size that was promised, or None.
    """

    def __init__(self, path: str | bytes, where: str, size: int | None) -> None:
        super().__init__(where, size)
        self._path = path

    def _open(self) -> None:
        try:
            self._file = open(self._path, "rb", buffering=0)  # noqa: PTH123, SIM115 - maybe bytes; `_release` closes
            size = os.fstat(self._file.fileno()).st_size
        except OSError as problem:
            raise SourceError(f"{self._where} cannot be opened any more: {problem}") from problem
        if self._size is not None and size != self._size:
            raise SourceError(f"{self._where} has changed: it had {self._size} bytes, and has {size}")

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()


class PipeReader(PathReader):
    """Reads a named pipe, and never waits for long: there may be nobody who writes to it."""

    def _open(self) -> None:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as problem:
            raise SourceError(f"{self._where} cannot be opened any more: {problem}") from problem
        self._file = os.fdopen(descriptor, "rb", buffering=0)

    def _read(self) -> bytes | None:
        poll = select.poll()
        poll.register(self._file, select.POLLIN)
        # Without a writer a pipe looks as if it were at its end, until there has been one.
        return super()._read() if poll.poll(_PATIENCE * 1000) else None


class ObjectReader(_FileReader):
    """Reads a file object of the caller, and never closes it.

    Args:
        file: The file object.
        where: What the caller calls it.
        size: The size from its start, or None.
        start: Where to begin; None for a stream that cannot be rewound.
        kept: What was read of such a stream before.
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
