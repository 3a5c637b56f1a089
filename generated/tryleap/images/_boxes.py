"""Read the headers of HEIC, HEIF and AVIF files, which consist of nested boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from ._tiff import read_tags
from ._window import EndsEarlyError, Window

# More than any camera writes.
_MAX_BOXES: Final = 10_000
_MAX_META_BYTES: Final = 4 * 1024 * 1024
_MAX_EXIF_ITEMS: Final = 4
_LARGE_SIZE: Final = 1
_TO_THE_END: Final = 0


class _Box(NamedTuple):
    kind: bytes
    start: int  # of its content
    end: int


class _Fields:
    """Read consecutive big-endian numbers."""

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self._data, self.offset = data, offset

    def number(self, length: int) -> int:
        data = self._data[self.offset : self.offset + length]
        if len(data) < length:
            raise ValueError("its metadata is truncated")
        self.offset += length
        return int.from_bytes(data, "big")


def read_boxes(window: Window) -> tuple[int, int, bool]:
    """Read the size of the image and whether it has a GPS position.

    Args:
        window: The file.

    Returns:
        Width and height in pixels, 0 if unknown, and whether there is a position.

    Raises:
        EndsEarlyError: The file ends inside a box.
        ValueError: Its structure is broken.
    """
    meta = None
    for box in _file_boxes(window):
        if box.kind == b"meta":
            if box.end - box.start > _MAX_META_BYTES:
                raise ValueError("its metadata is larger than any camera writes")
            meta = window.read(box.start, box.end - box.start)
    if meta is None:
        raise ValueError("it has no metadata")
    return *_largest(meta), _has_position(window, meta)


def _file_boxes(window: Window) -> Iterator[_Box]:
    offset = 0
    for _ in range(_MAX_BOXES):
        if offset >= window.size:
            return
        head = window.read_up_to(offset, 16)
        box = _box(head, offset, offset, window.size)
        yield box
        if box.end > window.size:
            raise EndsEarlyError
        offset = box.end


def _inner_boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    while start < end:
        box = _box(data[start : start + 16], start, start, end)
        if box.end > end:
            raise ValueError("one of its boxes is larger than the box that contains it")
        yield box
        start = box.end


def _box(head: bytes, offset: int, begin: int, end: int) -> _Box:
    if len(head) < 8:
        raise EndsEarlyError
    size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], begin + 8
    if size == _LARGE_SIZE:
        if len(head) < 16:
            raise EndsEarlyError
        size, start = struct.unpack(">Q", head[8:16])[0], begin + 16
    elif size == _TO_THE_END:
        size = end - offset
    if begin + size < start:
        raise ValueError("one of its boxes is shorter than its header")
    return _Box(kind, start, begin + size)


def _largest(meta: bytes) -> tuple[int, int]:
    """Return the size of the largest image. The others are tiles and previews of it."""
    sizes, cropped = [(0, 0)], []
    for properties in _within(meta, b"iprp", b"ipco"):
        for box in _inner_boxes(meta, properties.start, properties.end):
            fields = _Fields(meta, box.start)
            if box.kind == b"ispe":
                fields.number(4)
                sizes.append((fields.number(4), fields.number(4)))
            elif box.kind == b"clap":
                # Encoders pad images to whole blocks; this box has the visible size, as fractions.
                width, of_width, height, of_height = (fields.number(4) for _ in range(4))
                cropped.append((width // (of_width or 1), height // (of_height or 1)))
    return max(cropped or sizes, key=lambda size: size[0] * size[1])


def _within(meta: bytes, *path: bytes) -> Iterator[_Box]:
    """Yield the boxes at a path. The metadata begins with four bytes of version and flags."""
    found = [_Box(b"meta", 4, len(meta))]
    for kind in path:
        found = [
            box for outer in found for box in _inner_boxes(meta, outer.start, outer.end) if box.kind == kind
        ]
    yield from found


def _has_position(window: Window, meta: bytes) -> bool:
    items = {item for box in _within(meta, b"iinf") for item in _exif_items(meta, box)}
    for box in _within(meta, b"iloc"):
        for offset in islice(_offsets(meta, box, items), _MAX_EXIF_ITEMS):
            # The first four bytes are the distance from their end to the structure.
            behind = int.from_bytes(window.read(offset, 4), "big")
            if read_tags(window, offset + 4 + behind)[1]:
                return True
    return False


def _exif_items(meta: bytes, box: _Box) -> Iterator[int]:
    fields = _Fields(meta, box.start)
    version = fields.number(1)
    fields.number(3)
    fields.number(2 if version == 0 else 4)
    for entry in _inner_boxes(meta, fields.offset, box.end):
        inside = _Fields(meta, entry.start)
        kind = inside.number(1)
        inside.number(3)
        if entry.kind == b"infe" and kind >= 2:
            item = inside.number(2 if kind == 2 else 4)
            inside.number(2)
            if inside.number(4) == int.from_bytes(b"Exif", "big"):
                yield item


def _offsets(meta: bytes, box: _Box, items: set[int]) -> Iterator[int]:
    """Yield the file offset of the first extent of each item."""
    fields = _Fields(meta, box.start)
    version = fields.number(1)
    fields.number(3)
    lengths = fields.number(2)
    of_offset, of_length, of_base = lengths >> 12, lengths >> 8 & 15, lengths >> 4 & 15
    of_index = lengths & 15 if version else 0
    wide = 4 if version == 2 else 2
    for _ in range(fields.number(wide)):
        item = fields.number(wide)
        in_file = not (version and fields.number(2) & 15)
        fields.number(2)
        base = fields.number(of_base)
        extents = fields.number(2)
        if not extents:
            continue
        begin = fields.offset
        fields.number(of_index)
        if in_file and item in items:
            yield base + fields.number(of_offset)
        # Extents can be empty and numerous, so skip them in one step.
        fields.offset = begin + extents * (of_index + of_offset + of_length)
