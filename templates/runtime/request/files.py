"""Files: what a caller may pass, and what is known of each before anything is sent.

A source knows its name, its media type, its size where that can be known, and whether it can be read twice.
It is opened by a reader (`readers`) when its turn comes.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from ..models.decode_context import is_tuple, quoted
from .file_reader import BytesReader, ObjectReader, PathReader, PipeReader, Reader, SourceError
from .media_types import DEFAULT_MEDIA_TYPE, extension_of, media_type_of_bytes, media_type_of_name


class SupportsRead(Protocol):
    """A binary file object: all that is needed is `read`."""

    def read(self, size: int = ..., /) -> bytes: ...


FileContent: TypeAlias = bytes | bytearray | memoryview | os.PathLike[str] | SupportsRead
FileTypes: TypeAlias = str | FileContent | tuple[str, FileContent] | tuple[str, FileContent, str | None]
ProgressCallback: TypeAlias = Callable[[int, int | None], object]

_FIRST_BYTES: Final = 16


class Source:
    """A file that is to be sent.

    Args:
        where: What the caller calls it.
        name: Its name, or None.
        media_type: Its media type where the caller says so.
    """

    # Whether looking at it may block.
    blocking = False
    # Whether it can be read again from its first byte.
    repeatable = True
    # Bytes; None where unknown.
    size: int | None = None

    def __init__(self, where: str, name: str | None, media_type: str | None) -> None:
        self.where = where
        self.name = name
        self.media_type = media_type

    def inspect(self) -> None:
        """Inspect the file before anything is sent: is it there, how large is it, what is it.

        Raises:
            ValueError: It cannot be read; the reason is the cause.
            TypeError: It is no binary file.
        """

    def measure(self) -> None:
        """Take the size anew, before another attempt."""

    def reader(self) -> Reader:
        """Make what reads it, from its first byte."""
        raise NotImplementedError

    def describe(self, first: bytes, index: int) -> None:
        """Settle name and media type.

        Args:
            first: The first bytes.
            index: Its place among the files of the request, for one that has no name.
        """
        if self.media_type is None:
            of_name = media_type_of_name(self.name) if self.name else None
            self.media_type = of_name or media_type_of_bytes(first) or DEFAULT_MEDIA_TYPE
        if not self.name:
            self.name = f"file-{index + 1}{extension_of(self.media_type)}"
        try:
            self.name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as problem:
            raise ValueError(
                f"{self.where}: the file name {quoted(self.name)} holds a lone surrogate, which cannot be "
                "sent: give another name, as (filename, content)"
            ) from problem

    def first_bytes(self) -> bytes:
        """Return some first bytes, for the media type. Called after `inspect`."""
        return b""


class _BytesSource(Source):
    def __init__(self, where: str, name: str | None, media_type: str | None, content: Any) -> None:
        super().__init__(where, name, media_type)
        view = memoryview(content)
        self._view = view.cast("B") if view.c_contiguous and view.ndim == 1 else memoryview(view.tobytes())
        self.size = len(self._view)

    def first_bytes(self) -> bytes:
        return bytes(self._view[:_FIRST_BYTES])

    def reader(self) -> Reader:
        return BytesReader(self._view)


class _PathSource(Source):
    blocking = True

    def __init__(self, where: str, name: str | None, media_type: str | None, path: str | bytes) -> None:
        super().__init__(where, name or Path(os.fsdecode(path)).name, media_type)
        self._path = path
        self._first = b""
        self._is_pipe = False

    def inspect(self) -> None:
        try:
            self.measure()
            if self.repeatable:
                # Opening it now tells at once that it may not be read; the descriptor is not kept.
                with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123 - the path may be bytes
                    self._first = file.read(_FIRST_BYTES)
        except FileNotFoundError as problem:
            raise ValueError(f"{self.where}: there is no file {self._shown()}{self._hint()}") from problem
        except IsADirectoryError as problem:
            raise ValueError(f"{self.where}: {self._shown()} is a directory, not a file") from problem
        except PermissionError as problem:
            raise ValueError(
                f"{self.where}: {self._shown()} may not be read: {problem.strerror}"
            ) from problem
        except (OSError, ValueError) as problem:
            raise ValueError(
                f"{self.where}: {self._shown()} cannot be read: {problem}{self._hint()}"
            ) from problem
        if self.size == 0 and self._first:
            # Files that the kernel makes up, as under /proc, say that they are empty.
            self.size = None

    def measure(self) -> None:
        found = os.stat(self._path)  # noqa: PTH116 - the path may be bytes
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError
        regular = stat.S_ISREG(found.st_mode)
        # A pipe or a device has no size, and what was read of it is gone.
        self.size = found.st_size if regular else None
        self.repeatable = regular
        self._is_pipe = stat.S_ISFIFO(found.st_mode)

    def first_bytes(self) -> bytes:
        return self._first

    def reader(self) -> Reader:
        kind = PipeReader if self._is_pipe else PathReader
        return kind(self._path, self.where, self.size)

    def _shown(self) -> str:
        return quoted(os.fsdecode(self._path), 300)

    def _hint(self) -> str:
        start = os.fsdecode(self._path)[:8].lower()
        if start.startswith(("http://", "https://")):
            return " (it is a URL: give it by an argument that takes URLs)"
        return " (it is a data URI: decode it and give the bytes)" if start.startswith("data:") else ""


class _ObjectSource(Source):
    blocking = True

    def __init__(self, where: str, name: str | None, media_type: str | None, file: Any) -> None:
        own = getattr(file, "name", None)
        own_name = Path(own).name if isinstance(own, str) and not own.startswith("<") else None
        super().__init__(where, name or own_name, media_type)
        self.file = file
        self._start: int | None = None
        self._first = b""

    def inspect(self) -> None:
        if getattr(self.file, "closed", False) is True:
            raise ValueError(f"{self.where} is a closed file: open it again, or give its path")
        self._start = _position(self.file)
        self.repeatable = self._start is not None
        try:
            self.measure()
            if self._start is not None or not (
                self.media_type or (self.name and media_type_of_name(self.name))
            ):
                self._first = self._peek()
        except (OSError, ValueError) as problem:
            raise ValueError(f"{self.where} cannot be read: {problem}") from problem

    def _peek(self) -> bytes:
        first = b""
        # A stream may give a few bytes at a time.
        while len(first) < _FIRST_BYTES:
            more = self.file.read(_FIRST_BYTES - len(first))
            if not isinstance(more, bytes | bytearray):
                raise TypeError(
                    f"{self.where} returns {type(more).__name__} when read: "
                    "open it in binary mode, open(path, 'rb')"
                )
            if not more:
                break
            first += more
        if self._start is not None:
            self.file.seek(self._start)
        return first

    def measure(self) -> None:
        if self._start is not None:
            # Not every file returns its position from `seek`: mmap does not.
            self.file.seek(0, os.SEEK_END)
            self.size = max(0, self.file.tell() - self._start)
            self.file.seek(self._start)

    def first_bytes(self) -> bytes:
        return self._first

    def reader(self) -> Reader:
        # What was read of a stream to look at it cannot be read again: it is handed on.
        kept = self._first if self._start is None else b""
        return ObjectReader(self.file, self.where, self.size, self._start, kept)


def _position(file: Any) -> int | None:
    """Where a file object stands; None where it cannot be rewound."""
    try:
        seekable = getattr(file, "seekable", None)
        if seekable is not None and not seekable():
            return None
        position = file.tell()
        file.seek(position)
    except (AttributeError, OSError, ValueError):
        return None
    return position if isinstance(position, int) else None


def source_of(value: Any, where: str) -> Source:
    """Take a file argument. Nothing is opened yet.

    Args:
        value: A path, bytes, a binary file object, or a tuple of a file name, one of these, and a media type.
        where: What the caller calls it.

    Returns:
        The source.

    Raises:
        TypeError: It is none of these.
        ValueError: A name is empty, or a media type is none.
    """
    name = media_type = None
    content = value
    if is_tuple(value):
        name, content, media_type = _taken_apart(value, where)
        if isinstance(content, str):
            raise TypeError(
                f"{where}: the content beside a file name must be bytes, a pathlib.Path or a binary file "
                "object, not text; encode it, or wrap a path into pathlib.Path"
            )
    if isinstance(content, bytes | bytearray | memoryview):
        return _BytesSource(where, name, media_type, content)
    if isinstance(content, str | os.PathLike):
        path: str | bytes = os.fspath(content)
        if not path:
            raise ValueError(f"{where} is an empty path")
        return _PathSource(where, name, media_type, path)
    read = getattr(content, "read", None)
    if callable(read):
        if isinstance(content, io.TextIOBase):
            raise TypeError(f"{where} is a file opened as text: open it in binary mode, open(path, 'rb')")
        if _is_async(read):
            raise TypeError(
                f"{where} is an asynchronous file: give its path, and it is read without blocking"
            )
        return _ObjectSource(where, name, media_type, content)
    raise TypeError(
        f"{where} must be a path, bytes, a binary file object, (filename, content) or "
        f"(filename, content, content_type), not {type(content).__name__}"
    )


def _is_async(function: Any) -> bool:
    return iscoroutinefunction(function)


def _taken_apart(value: tuple[Any, ...], where: str) -> tuple[str, Any, str | None]:
    if len(value) not in (2, 3):
        raise TypeError(
            f"{where} is a tuple of {len(value)}: give (filename, content) or (filename, content, type)"
        )
    name, content = value[0], value[1]
    media_type = value[2] if len(value) == 3 else None
    if not isinstance(name, str):
        raise TypeError(f"{where}: the file name must be a string, not {type(name).__name__}")
    if not name:
        raise ValueError(f"{where}: the file name is empty")
    if media_type is not None and not isinstance(media_type, str):
        raise TypeError(f"{where}: the content type must be a string, not {type(media_type).__name__}")
    if media_type is not None and (
        not media_type.isascii() or not media_type.isprintable() or "/" not in media_type
    ):
        raise ValueError(f"{where}: {quoted(media_type)} is no content type")
    return name, content, media_type


__all__ = ["FileContent", "FileTypes", "ProgressCallback", "Source", "SourceError", "source_of"]
