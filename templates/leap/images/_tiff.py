"""Read the relevant tags of a TIFF structure, from TIFF files and from the EXIF data of other formats."""

from __future__ import annotations

import struct
from typing import Final

from ._window import EndsEarlyError, Window

WIDTH: Final = 0x100
HEIGHT: Final = 0x101
ORIENTATION: Final = 0x112
_GPS: Final = 0x8825
# Latitude and longitude, in the GPS directory.
_POSITION: Final = frozenset({2, 4})
_ENTRY: Final = 12
_SHORT: Final = 3


def read_tags(window: Window, base: int = 0) -> tuple[dict[int, int], bool]:
    """Read the first directory.

    Args:
        window: The file.
        base: The offset of the structure in the file.

    Returns:
        The tags with a single number, and whether there is a position.

    Raises:
        EndsEarlyError: The file is truncated.
        ValueError: It is not a TIFF structure.
    """
    head = window.read(base, 8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None:
        raise ValueError("its EXIF data has no byte order")
    version, offset = struct.unpack(f"{order}HI", head[2:])
    if version != 42:
        return {}, False  # BigTIFF, which has longer offsets
    tags = _directory(window, base, offset, order)
    return tags, _GPS in tags and _has_position(window, base, tags[_GPS], order)


def _has_position(window: Window, base: int, offset: int, order: str) -> bool:
    try:
        return bool(_POSITION & set(_directory(window, base, offset, order)))
    except EndsEarlyError:
        return False


def _directory(window: Window, base: int, offset: int, order: str) -> dict[int, int]:
    (count,) = struct.unpack(f"{order}H", window.read(base + offset, 2))
    entries = window.read(base + offset + 2, count * _ENTRY)
    found: dict[int, int] = {}
    for number in range(count):
        tag, kind, _, value = struct.unpack_from(f"{order}HHI4s", entries, number * _ENTRY)
        if kind == _SHORT:
            found[tag] = struct.unpack_from(f"{order}H", value)[0]
        else:
            # A number, or the offset of a longer value, which does not matter for the tags used here.
            found[tag] = struct.unpack(f"{order}I", value)[0]
    return found
