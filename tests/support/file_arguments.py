"""Every way to give a file to the client."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"


class Stream(io.RawIOBase):
    """A source that can be read once only, whose length is not known, and some bytes at a time."""

    def __init__(self, data: bytes, at_a_time: int = 2**20) -> None:
        self._inner = io.BytesIO(data)
        self._at_a_time = at_a_time

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._inner.readinto(memoryview(buffer)[: self._at_a_time])


def as_path(folder: Path, data: bytes) -> Path:
    """A file with this content."""
    path = folder / "me.png"
    path.write_bytes(data)
    return path


KINDS: dict[str, Callable[[Path, bytes], Any]] = {
    "path": as_path,
    "text path": lambda folder, data: str(as_path(folder, data)),
    "bytes": lambda _, data: data,
    "bytearray": lambda _, data: bytearray(data),
    "file object": lambda _, data: io.BytesIO(data),
    "stream": lambda _, data: Stream(data),
    "named bytes": lambda _, data: ('é "1".png', data),
    "named file object": lambda _, data: ("me.png", io.BytesIO(data)),
    "named path": lambda folder, data: ("other.png", as_path(folder, data)),
    "named and typed": lambda _, data: ("me", data, "image/x-mine"),
}
"""Every kind of file argument."""
