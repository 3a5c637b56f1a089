"""Sources: what is known of a file before anything is sent.

A source knows its name, its media type, its size where that can be known, and whether it can be read twice.
It is opened by a reader (`file_reader`) when its turn comes.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from ..models.decode_context import quoted
from .file_reader import BytesReader, ObjectReader, PathReader, PipeReader, Reader
from .media_types import (
    DEFAULT_MEDIA_TYPE,
    FIRST_BYTES,
    extension_of,
    kind_of_no_image,
    media_type_of_bytes,
    media_type_of_name,
)


class Source:
    """A file that is to be sent.

    Args:
        where: What the caller calls it.
        name: Its name, or None.
        media_type: Its media type where the caller says so.

    Attributes:
        stated_type: What the sender of an upload says that it is; nobody vouches for it.
    """

    # Whether looking at it may block.
    blocking = False
    # Whether it can be read again from its first byte.
    repeatable = True
    # Bytes; None where unknown.
    size: int | None = None
    # The first bytes; None where they cannot be looked at, or were not yet.
    first: bytes | None = None
    # What the document wants of it: a number of bytes, and that it is an image.
    min_length = 0
    images = False
    stated_type: str | None = None

    def __init__(self, where: str, name: str | None, media_type: str | None) -> None:
        self.where = where
        self.name = name
        self.media_type = media_type
        self._is_vouched_for = media_type is not None

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

    def check(self) -> None:
        """Refuse what is certainly useless. Called after `inspect`.

        Raises:
            ValueError: It is empty or too short, or certainly no image where one is wanted.
        """
        empty = self.size == 0 or (self.size is None and self.first == b"")
        if self.min_length and empty:
            raise ValueError(f"{self._called()} is empty{self._at_its_end()}")
        if self.size is not None and self.size < self.min_length:
            raise ValueError(f"{self._called()} has {self.size} bytes, and {self.min_length} are wanted")
        # A caller who names the media type knows better.
        kind = kind_of_no_image(self.first or b"") if self.images and not self._is_vouched_for else None
        if kind is not None:
            raise ValueError(
                f"{self._called()} is {kind}, not an image; to send it all the same, give its media type: "
                '(filename, content, "image/...")'
            )

    def _called(self) -> str:
        return f"{self.where} ({quoted(self.name)})" if self.name else self.where

    def _at_its_end(self) -> str:
        return ""

    def describe(self, index: int) -> None:
        """Settle name and media type.

        Args:
            index: Its place among the files of the request, for one that has no name.
        """
        if self.media_type is None:
            stated = self.stated_type
            of_name = media_type_of_name(self.name) if self.name else None
            of_bytes = media_type_of_bytes(self.first or b"")
            # A browser knows more of an image than its name says; of other files it only guesses.
            is_image = stated is not None and stated.lower().startswith("image/")
            self.media_type = (stated if is_image else None) or of_name or of_bytes or stated
            self.media_type = self.media_type or DEFAULT_MEDIA_TYPE
        if not self.name:
            self.name = f"file-{index + 1}{extension_of(self.media_type)}"
        try:
            self.name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as problem:
            raise ValueError(
                f"{self.where}: the file name {quoted(self.name)} holds a lone surrogate, which cannot be "
                "sent: give another name, as (filename, content)"
            ) from problem


class BytesSource(Source):
    """Bytes in memory."""

    def __init__(self, where: str, name: str | None, media_type: str | None, content: Any) -> None:
        super().__init__(where, name, media_type)
        view = memoryview(content)
        self._view = view.cast("B") if view.c_contiguous and view.ndim == 1 else memoryview(view.tobytes())
        self.size = len(self._view)
        self.first = bytes(self._view[:FIRST_BYTES])

    def reader(self) -> Reader:
        """See `Source`."""
        return BytesReader(self._view)


class PathSource(Source):
    """A file on disk."""

    blocking = True

    def __init__(self, where: str, name: str | None, media_type: str | None, path: str | bytes) -> None:
        super().__init__(where, name or Path(os.fsdecode(path)).name, media_type)
        self._path = path
        self._is_pipe = False

    def inspect(self) -> None:
        """See `Source`."""
        try:
            self.measure()
            if self.repeatable:
                # Opening it now tells at once that it may not be read; the descriptor is not kept.
                with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123 - the path may be bytes
                    self.first = file.read(FIRST_BYTES)
        except FileNotFoundError as problem:
            raise ValueError(f"{self.where}: there is no file {self._shown()}{self._hint()}") from problem
        except IsADirectoryError as problem:
            path = os.fsdecode(self._path)
            raise ValueError(
                f"{self.where}: {self._shown()} is a directory, not a file: "
                f'give the images in it, as sorted(Path({path!r}).glob("*.jpg"))'
            ) from problem
        except PermissionError as problem:
            raise ValueError(
                f"{self.where}: {self._shown()} may not be read: {problem.strerror}"
            ) from problem
        except (OSError, ValueError) as problem:
            raise ValueError(
                f"{self.where}: {self._shown()} cannot be read: {problem}{self._hint()}"
            ) from problem
        if self.size == 0 and self.first:
            # Files that the kernel makes up, as under /proc, say that they are empty.
            self.size = None

    def measure(self) -> None:
        """See `Source`."""
        found = os.stat(self._path)  # noqa: PTH116 - the path may be bytes
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError
        regular = stat.S_ISREG(found.st_mode)
        # A pipe or a device has no size, and what was read of it is gone.
        self.size = found.st_size if regular else None
        self.repeatable = regular
        self._is_pipe = stat.S_ISFIFO(found.st_mode)

    def reader(self) -> Reader:
        """See `Source`."""
        kind = PipeReader if self._is_pipe else PathReader
        return kind(self._path, self.where, self.size)

    def _shown(self) -> str:
        return quoted(os.fsdecode(self._path), 300)

    def _hint(self) -> str:
        path = os.fsdecode(self._path)
        start = path[:8].lower()
        if start.startswith(("http://", "https://")):
            return " (it is a URL: give it by an argument that takes URLs)"
        if start.startswith("data:"):
            return " (it is a data URI: decode it and give the bytes)"
        if path.startswith("~"):
            return f" (~ is not replaced: give Path({path!r}).expanduser())"
        if any(sign in path for sign in "*?["):
            parts = Path(path).parts
            first = next(index for index, part in enumerate(parts) if set(part) & set("*?["))
            folder, pattern = str(Path(*parts[:first])), "/".join(parts[first:])
            return f" (patterns are not replaced: give sorted(Path({folder!r}).glob({pattern!r})))"
        return (
            "" if Path(path).is_absolute() else f" in the current directory, {quoted(str(Path.cwd()), 300)}"
        )


class ObjectSource(Source):
    """A binary file object, read from where it stands."""

    blocking = True

    def __init__(
        self, where: str, name: str | None, media_type: str | None, file: Any, *, is_upload: bool = False
    ) -> None:
        # The name of an upload's own file is a temporary one.
        own = None if is_upload else getattr(file, "name", None)
        own_name = Path(own).name if isinstance(own, str) and not own.startswith("<") else None
        super().__init__(where, name or own_name, media_type)
        self.file = file
        self._is_upload = is_upload
        self._start: int | None = None

    def inspect(self) -> None:
        """See `Source`."""
        if getattr(self.file, "closed", False) is True:
            way_out = (
                "train before the request of your framework ends, or keep the bytes that it reads"
                if self._is_upload
                else "open it again, or give its path"
            )
            raise ValueError(f"{self.where} is a closed file: {way_out}")
        self._start = _position(self.file)
        self.repeatable = self._start is not None
        try:
            self.measure()
            known = self.media_type or (self.name and media_type_of_name(self.name))
            if self._start is not None or not known or self.min_length or self.images:
                self.first = self._peek()
        except (OSError, ValueError) as problem:
            raise ValueError(f"{self.where} cannot be read: {problem}") from problem

    def _peek(self) -> bytes:
        first = b""
        # A stream may give a few bytes at a time.
        while len(first) < FIRST_BYTES:
            more = self.file.read(FIRST_BYTES - len(first))
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
        """See `Source`."""
        if self._start is not None:
            # Not every file returns its position from `seek`: mmap does not.
            self.file.seek(0, os.SEEK_END)
            self.size = max(0, self.file.tell() - self._start)
            self.file.seek(self._start)

    def _at_its_end(self) -> str:
        return " from where it stands: rewind it with seek(0)" if self._start else ""

    def reader(self) -> Reader:
        """See `Source`."""
        # What was read of a stream to look at it cannot be read again: it is handed on.
        kept = self.first or b"" if self._start is None else b""
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
