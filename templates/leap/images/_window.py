"""Provide random access to the bytes of a file argument."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from .._runtime.request.files import upload_of

_CHUNK: Final = 1024 * 1024


class EndsEarlyError(Exception):
    """The file is shorter than its headers say."""


class Window:
    """The bytes of a file object from a position to its end.

    Args:
        file: A seekable binary file object.
        start: The position of the first byte.
        size: The number of bytes.

    Attributes:
        size: The number of bytes.
        start: The position of the first byte in the file object.
    """

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self.start, self.size = file, start, size

    def read(self, offset: int, count: int) -> bytes:
        """Return exactly `count` bytes.

        Raises:
            EndsEarlyError: There are fewer bytes.
        """
        data = self.read_up_to(offset, count)
        if len(data) < count:
            raise EndsEarlyError
        return data

    def read_up_to(self, offset: int, count: int) -> bytes:
        """Return `count` bytes, or fewer at the end of the file."""
        if offset >= self.size:
            return b""
        self._file.seek(self.start + offset)
        return self._file.read(count)

    def find(self, wanted: bytes, offset: int) -> bool:
        """Return whether a byte sequence occurs at or after an offset."""
        tail = b""
        while chunk := self.read_up_to(offset, _CHUNK):
            if wanted in tail + chunk:
                return True
            tail, offset = chunk[1 - len(wanted) :], offset + len(chunk)
        return False

    def digest(self) -> bytes:
        """Return the SHA-256 of all bytes."""
        found, offset = hashlib.sha256(), 0
        while chunk := self.read_up_to(offset, _CHUNK):
            found.update(chunk)
            offset += len(chunk)
        return found.digest()


@contextmanager
def opened(content: Any) -> Iterator[Window]:
    """Open the content of a file argument.

    Args:
        content: A path, bytes, or a binary file object, which stays open and keeps its position.

    Yields:
        Its bytes.

    Raises:
        OSError: It cannot be opened or rewound.
        TypeError: It has another type.
    """
    if isinstance(content, bytes | bytearray | memoryview):
        data = bytes(content)
        yield Window(BytesIO(data), 0, len(data))
    elif isinstance(content, str | os.PathLike):
        with Path(content).open("rb") as file:
            yield Window(file, 0, file.seek(0, os.SEEK_END))
    elif callable(getattr(content, "read", None)) and callable(getattr(content, "seek", None)):
        start = content.tell()
        try:
            yield Window(content, start, max(0, content.seek(0, os.SEEK_END) - start))
        finally:
            content.seek(start)
    else:
        raise TypeError(f"{type(content).__name__} is not a path, bytes or a seekable binary file")


def name_of(file: Any) -> str | None:
    """Return the path or file name of a file argument, or None if it has none."""
    if isinstance(file, tuple):
        return file[0] if file and isinstance(file[0], str) else None
    if isinstance(file, str | os.PathLike):
        return os.fsdecode(file)
    upload = upload_of(file)
    own = getattr(file, "name", None) if upload is None else upload.name
    return own if isinstance(own, str) else None


def content_of(file: Any) -> Any:
    """Return the content of a file argument: an item of a tuple, the file of an upload, or the argument."""
    content = file[1] if isinstance(file, tuple) and len(file) > 1 else file
    upload = upload_of(content)
    return content if upload is None else upload.file
