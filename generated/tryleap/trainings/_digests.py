"""Hash the image files of a training, and check that they are unchanged when they are uploaded."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from .._runtime.request.files import upload_of

# So small that the allocator uses the same memory again: fresh pages cost a fifth of the digest. For that
# reason files are read again for the upload, too, which is cheaper than to keep them in memory.
_CHUNK: Final = 64 * 1024


class FileStats(NamedTuple):
    """What the journal stores about an image file. It never stores the content.

    Args:
        name: The file's name without its folder, or None.
        size: Bytes.
        sha256: The SHA-256 of its content.
        mtime_ns: The time of its last change; None if it is not a file on disk.
        inode: Its inode; None if it is not a file on disk.
    """

    name: str | None
    size: int
    sha256: str
    mtime_ns: int | None = None
    inode: int | None = None


class DigestedFile:
    """An image file with its digest.

    Args:
        stats: What the journal stores.
        upload: What is passed to `train_model`.
        file: The caller's own file object, or None.
        start: Its position.
    """

    def __init__(self, stats: FileStats, upload: Any, file: Any = None, start: int = 0) -> None:
        self.stats = stats
        self.upload = upload
        self._file = file
        self._start = start

    def close(self) -> None:
        """Close what was opened here, and restore the position of the caller's own file."""
        opened = self.upload[1] if isinstance(self.upload, tuple) else None
        if isinstance(opened, UnchangedFile):
            opened.close()
        if self._file is not None:
            with suppress(OSError, ValueError):
                self._file.seek(self._start)


class UnchangedFile:
    """A file on disk that can be read only if it has not changed since it was hashed.

    It is open only while it is read, so that a training with many files needs few descriptors. If a cancelled
    call closes it while the client reads it in a thread, that thread closes it when the read is done.

    Args:
        path: The path.
        where: The argument it was passed in, for messages.
        stats: Its stats when it was hashed.
    """

    closed = False

    def __init__(self, path: str, where: str, stats: FileStats) -> None:
        self._path = path
        self._where = where
        self._stats = stats
        self._position = 0
        self._file: io.FileIO | None = None
        self._lock = threading.Lock()

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move to a position and return it. The file is closed until it is read again."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._stats.size}[whence]
        with self._lock:
            self._position = max(0, start + offset)
            self._release()
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Read from the current position, and open the file if necessary.

        Raises:
            OSError: The file cannot be read, or has changed since it was hashed.
        """
        with self._lock:
            if self.closed:
                raise OSError(f"{self._where} is closed")
            if self._file is None:
                self._file = self._open()
            chunk = self._file.read(size) or b""
            self._position += len(chunk)
            if not chunk or self.closed:
                self._release()
            return chunk

    def close(self) -> None:
        """Close the file, immediately or when the current read is done."""
        self.closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._release()
            finally:
                self._lock.release()

    def _open(self) -> io.FileIO:
        file = io.FileIO(self._path, "rb")
        found = os.fstat(file.fileno())
        stats = self._stats
        if (found.st_size, found.st_mtime_ns, found.st_ino) != (stats.size, stats.mtime_ns, stats.inode):
            file.close()
            raise OSError(
                f"{self._where}: {self._path!r} has changed since the training was recorded in the journal"
            )
        file.seek(self._position)
        return file

    def _release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def refuse_streams(files: list[Any]) -> None:
    """Reject files that can be read only once, because hashing reads them before the upload.

    Raises:
        ValueError: A file cannot be rewound.
    """
    for index, given in enumerate(files):
        _, content, _ = _split(given)
        if isinstance(content, str | os.PathLike):
            try:
                is_stream = not stat.S_ISREG(os.stat(content).st_mode) and not os.path.isdir(content)  # noqa: PTH112, PTH116 - as given
            except (OSError, ValueError):
                continue  # the client's own check rejects it with a message
        else:
            file = _file_of(content)
            # Of a closed file the client's own check says that it is closed.
            is_closed = getattr(file, "closed", False) is True
            is_stream = file is not None and not is_closed and not _is_seekable(file)
        if is_stream:
            raise ValueError(
                f"image_sample_files[{index}] can be read only once, but a journal reads it twice: pass a"
                " path, bytes or a seekable file"
            )


def digest(files: list[Any]) -> list[DigestedFile]:
    """Read and hash files that were checked before.

    Raises:
        ValueError: A file cannot be read, or is changed while it is read.
    """
    return [_digest(given, f"image_sample_files[{index}]") for index, given in enumerate(files)]


def _digest(given: Any, where: str) -> DigestedFile:
    name, content, rest = _split(given)
    try:
        if isinstance(content, str | os.PathLike):
            return _digest_path(os.fspath(content), where, name, rest)
        file = _file_of(content)
        if file is None:
            view = memoryview(content)
            raw = view if view.c_contiguous else view.tobytes()
            return DigestedFile(FileStats(name, view.nbytes, hashlib.sha256(raw).hexdigest()), given)
        start = file.tell()
        size, sha256 = _read_through(file)
        file.seek(start)
        upload = upload_of(content)
        own = name or (getattr(content, "name", None) if upload is None else upload.name)
        shown = Path(own).name if isinstance(own, str) else None
        return DigestedFile(FileStats(shown, size, sha256), given, file, start)
    except (OSError, ValueError) as problem:
        raise ValueError(f"{where} cannot be read: {problem}") from problem


def _digest_path(path: str, where: str, name: str | None, rest: tuple[Any, ...]) -> DigestedFile:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - as given
        before = os.fstat(file.fileno())
        size, sha256 = _read_through(file)
        after = os.fstat(file.fileno())
    if (before.st_mtime_ns, before.st_size, size) != (after.st_mtime_ns, after.st_size, after.st_size):
        raise ValueError("another program is writing to it")
    shown = name or Path(path).name
    stats = FileStats(shown, size, sha256, after.st_mtime_ns, after.st_ino)
    return DigestedFile(stats, (shown, UnchangedFile(path, where, stats), *rest))


def _read_through(file: Any) -> tuple[int, str]:
    size, found = 0, hashlib.sha256()
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        found.update(chunk)
    return size, found.hexdigest()


def _split(given: Any) -> tuple[str | None, Any, tuple[Any, ...]]:
    """Split a file argument into name, content and the rest of the tuple."""
    if isinstance(given, tuple) and len(given) in (2, 3):
        return given[0], given[1], given[2:]
    return None, given, ()


def _file_of(content: Any) -> Any:
    """Return the file object of a content or of a web framework's upload; None for paths and bytes."""
    if isinstance(content, bytes | bytearray | memoryview | str | os.PathLike):
        return None
    upload = upload_of(content)
    if upload is not None:
        return upload.file
    return content if callable(getattr(content, "read", None)) else None


def _is_seekable(file: Any) -> bool:
    try:
        file.seek(file.tell())
    except (AttributeError, OSError, ValueError):
        return False
    return True
