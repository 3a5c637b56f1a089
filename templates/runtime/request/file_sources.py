"""The sources of an upload: everything about a file that is known before anything is sent.

A source has the file's name, its media type, its size if that can be known, and whether it can be read twice.
Its reader (`file_reader`) opens it when it is sent.
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
    """A file to send.

    Args:
        where: The argument, for messages.
        name: Its name, or None.
        media_type: Its media type, if the caller gave one.

    Attributes:
        blocking: Whether inspecting it may block.
        repeatable: Whether it can be read again from its first byte.
        size: Bytes; None if unknown.
        first: Its first bytes; None if they cannot be read in advance, or were not yet.
        min_length: The bytes that the document requires at least.
        images: Whether the document wants an image.
        stated_type: The media type that the sender of an upload stated, which may be wrong.
    """

    blocking = False
    repeatable = True
    size: int | None = None
    first: bytes | None = None
    min_length = 0
    images = False
    stated_type: str | None = None

    def __init__(self, where: str, name: str | None, media_type: str | None) -> None:
        self.where = where
        self.name = name
        self.media_type = media_type
        self._is_type_given = media_type is not None

    def inspect(self) -> None:
        """Check before anything is sent that the file exists, and take its size and first bytes.

        Raises:
            ValueError: It cannot be read; the cause says why.
            TypeError: It is not a binary file.
        """

    def measure(self) -> None:
        """Take the size again, before another attempt."""

    def reader(self) -> Reader:
        """Return a reader of the file, from its first byte."""
        raise NotImplementedError

    def check(self) -> None:
        """Refuse a file that is certainly useless. Call `inspect` first.

        Raises:
            ValueError: It is empty or too short, or certainly not an image although one is wanted.
        """
        empty = self.size == 0 or (self.size is None and self.first == b"")
        if self.min_length and empty:
            raise ValueError(f"{self._called()} is empty{self._at_its_end()}")
        if self.size is not None and self.size < self.min_length:
            raise ValueError(
                f"{self._called()} has {self.size} bytes; {self.min_length} or more are required"
            )
        # A media type that the caller gave is trusted.
        kind = kind_of_no_image(self.first or b"") if self.images and not self._is_type_given else None
        if kind is not None:
            raise ValueError(
                f"{self._called()} is {kind}, not an image; to send it anyway, give its media type: "
                '(filename, content, "image/...")'
            )

    def _called(self) -> str:
        return f"{self.where} ({quoted(self.name)})" if self.name else self.where

    def _at_its_end(self) -> str:
        return ""

    def describe(self, index: int) -> None:
        """Choose the name and the media type, if the caller gave none.

        Args:
            index: The index of the file in the request, for the name of one without.

        Raises:
            ValueError: The name contains a lone surrogate.
        """
        if self.media_type is None:
            stated = self.stated_type
            of_name = media_type_of_name(self.name) if self.name else None
            of_bytes = media_type_of_bytes(self.first or b"")
            # For images a browser's type is more reliable than the name; for other files it is a guess.
            is_image = stated is not None and stated.lower().startswith("image/")
            self.media_type = (stated if is_image else None) or of_name or of_bytes or stated
            self.media_type = self.media_type or DEFAULT_MEDIA_TYPE
        if not self.name:
            self.name = f"file-{index + 1}{extension_of(self.media_type)}"
        try:
            self.name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as problem:
            raise ValueError(
                f"{self.where}: the file name {quoted(self.name)} contains a lone surrogate, which cannot be "
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
                # Opening it now shows whether it may be read; the descriptor is not kept.
                with open(self._path, "rb", buffering=0) as file:  # noqa: PTH123 - the path may be bytes
                    self.first = file.read(FIRST_BYTES)
        except FileNotFoundError as problem:
            raise ValueError(f"{self.where}: there is no file {self._shown()}{self._hint()}") from (
                problem.with_traceback(None)  # of our own frames, which say nothing more
            )
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
            # The kernel's virtual files, such as those in /proc, report a size of 0.
            self.size = None

    def measure(self) -> None:
        """See `Source`."""
        found = os.stat(self._path)  # noqa: PTH116 - the path may be bytes
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError
        regular = stat.S_ISREG(found.st_mode)
        # A pipe or a device has no size, and can be read only once.
        self.size = found.st_size if regular else None
        self.repeatable = regular
        self._is_pipe = stat.S_ISFIFO(found.st_mode)

    def reader(self) -> Reader:
        """See `Source`."""
        kind = PipeReader if self._is_pipe else PathReader
        # The first bytes of a pipe can only be checked while it is sent. If they are refused, the upload
        # stops, and the server never gets a complete request.
        return kind(self._path, self.where, self.size, None if self.repeatable else self._check_first)

    def _check_first(self, first: bytes) -> None:
        self.first = first[:FIRST_BYTES]
        self.check()

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
    """A binary file object, read from its current position."""

    blocking = True

    def __init__(
        self, where: str, name: str | None, media_type: str | None, file: Any, *, is_upload: bool = False
    ) -> None:
        # The file of an upload has a temporary name.
        own = None if is_upload else getattr(file, "name", None)
        own_name = Path(own).name if isinstance(own, str) and not own.startswith("<") else None
        super().__init__(where, name or own_name, media_type)
        self.file = file
        self._is_upload = is_upload
        self._start: int | None = None

    def inspect(self) -> None:
        """See `Source`."""
        if getattr(self.file, "closed", False) is True:
            advice = (
                "send it before the request of your framework ends, or keep its bytes"
                if self._is_upload
                else "open it again, or give its path"
            )
            raise ValueError(f"{self.where} is a closed file: {advice}")
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
            # `seek` does not return the position for every file: not for mmap.
            self.file.seek(0, os.SEEK_END)
            self.size = max(0, self.file.tell() - self._start)
            self.file.seek(self._start)

    def _at_its_end(self) -> str:
        return " from its current position: rewind it with seek(0)" if self._start else ""

    def reader(self) -> Reader:
        """See `Source`."""
        # The first bytes of a stream were read by `inspect`, and cannot be read again.
        kept = self.first or b"" if self._start is None else b""
        return ObjectReader(self.file, self.where, self.size, self._start, kept)


def _position(file: Any) -> int | None:
    """Return the position of a file object; None if it cannot be rewound."""
    try:
        seekable = getattr(file, "seekable", None)
        if seekable is not None and not seekable():
            return None
        position = file.tell()
        file.seek(position)
    except (AttributeError, OSError, ValueError):
        return None
    return position if isinstance(position, int) else None
