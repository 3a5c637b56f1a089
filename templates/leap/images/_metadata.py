"""Read the headers of an image: size, orientation, position, and whether the file is complete.

The formats themselves are recognised in `_runtime/request/media_types.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final, NamedTuple

from ._boxes import read_boxes
from ._tiff import HEIGHT, ORIENTATION, WIDTH, read_tags
from ._window import EndsEarlyError, Window

UPRIGHT: Final = 1
_EXIF: Final = b"Exif\x00\x00"
_XMP_POSITION: Final = b"GPSLatitude"
_MAX_METADATA_BYTES: Final = 1024 * 1024
# More than any program writes. Such a file would only waste time.
_MAX_PARTS: Final = 100_000

_JPEG_END: Final = b"\xff\xd9"
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_APP1: Final = 0xE1
_JPEG_DATA: Final = 0xDA
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_PNG_END: Final = b"IEND"


class Header(NamedTuple):
    """The headers of an image.

    Args:
        width: Pixels; None if the format is not supported.
        height: Pixels; None if the format is not supported.
        orientation: The EXIF orientation, 1 to 8; 1 is upright.
        has_position: Whether they contain a GPS position.
    """

    width: int | None = None
    height: int | None = None
    orientation: int = UPRIGHT
    has_position: bool = False


def read_header(window: Window, media_type: str) -> Header:
    """Read the headers of an image.

    Args:
        window: The file.
        media_type: Its media type, according to its first bytes.

    Returns:
        The headers; empty if the format is not supported.

    Raises:
        EndsEarlyError: The file is truncated.
        ValueError: The headers are invalid; the message says how.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        return Header()
    found = reader(window)
    if 0 in (found.width, found.height):
        raise ValueError("its headers declare no pixels")
    return found


class _Metadata:
    """Collects orientation and position from the EXIF and XMP parts of a file."""

    def __init__(self) -> None:
        self.orientation, self.has_position = UPRIGHT, False

    def add_exif(self, data: bytes) -> None:
        try:
            tags, position = read_tags(Window(BytesIO(data), 0, len(data)))
        except (EndsEarlyError, ValueError):
            return  # programs ignore invalid EXIF data, so the image is still usable
        orientation = tags.get(ORIENTATION, UPRIGHT)
        self.orientation = orientation if orientation in range(1, 9) else UPRIGHT
        self.has_position |= position

    def add_xmp(self, data: bytes) -> None:
        self.has_position |= _XMP_POSITION in data

    def header(self, width: int, height: int) -> Header:
        return Header(width, height, self.orientation, self.has_position)


def _jpeg(window: Window) -> Header:
    metadata, size, offset = _Metadata(), None, 2
    for _ in range(_MAX_PARTS):
        fill, marker = window.read(offset, 2)
        if fill != 0xFF:
            raise ValueError("its segments are not where its headers say")
        if marker == 0xFF or marker in _JPEG_ALONE:
            offset += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", window.read(offset + 2, 2))
        content = offset + 4, length - 2
        if length < 2:
            raise ValueError("one of its segments is shorter than its header")
        if marker in _JPEG_SIZES:
            size = struct.unpack(">HH", window.read(offset + 5, 4))
        elif marker == _JPEG_APP1:
            data = window.read(*content)
            metadata.add_exif(data.removeprefix(_EXIF)) if data.startswith(_EXIF) else metadata.add_xmp(data)
        elif marker == _JPEG_DATA:
            break
        offset += 2 + length
    if size is None:
        raise ValueError("it has no pixels")
    # Cameras append previews and videos, so the image need not end at the end of the file.
    if window.read_up_to(window.size - 2, 2) != _JPEG_END and not window.find(_JPEG_END, offset):
        raise EndsEarlyError
    height, width = size
    return metadata.header(width, height)


def _png(window: Window) -> Header:
    metadata, offset = _Metadata(), 8
    width, height = struct.unpack(">II", window.read(16, 8))
    for _ in range(_MAX_PARTS):
        length, kind = struct.unpack(">I4s", window.read(offset, 8))
        # Each chunk ends with a checksum of four bytes.
        if offset + length + 12 > window.size:
            raise EndsEarlyError
        if kind == _PNG_END:
            break
        if kind == b"eXIf" and length <= _MAX_METADATA_BYTES:
            metadata.add_exif(window.read(offset + 8, length))
        elif kind == b"iTXt" and length <= _MAX_METADATA_BYTES:
            metadata.add_xmp(window.read(offset + 8, length))
        offset += length + 12
    return metadata.header(width, height)


def _webp(window: Window) -> Header:
    metadata, size, offset = _Metadata(), None, 12
    (length,) = struct.unpack("<I", window.read(4, 4))
    if length + 8 > window.size:
        raise EndsEarlyError
    for _ in range(_MAX_PARTS):
        if offset + 8 > min(window.size, length + 8):
            break
        kind, inside = struct.unpack("<4sI", window.read(offset, 8))
        if kind in _WEBP_SIZES:
            size = size or _WEBP_SIZES[kind](window.read(offset + 8, 10))
        elif kind == b"EXIF" and inside <= _MAX_METADATA_BYTES:
            metadata.add_exif(window.read(offset + 8, inside).removeprefix(_EXIF))
        elif kind == b"XMP " and inside <= _MAX_METADATA_BYTES:
            metadata.add_xmp(window.read(offset + 8, inside))
        offset += 8 + inside + inside % 2
    if size is None:
        raise ValueError("it has no pixels")
    return metadata.header(*size)


def _webp_extended(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1


def _webp_lossy(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width & 0x3FFF, height & 0x3FFF


def _webp_lossless(data: bytes) -> tuple[int, int]:
    bits = int.from_bytes(data[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_WEBP_SIZES: Final[Mapping[bytes, Callable[[bytes], tuple[int, int]]]] = {
    b"VP8X": _webp_extended,
    b"VP8 ": _webp_lossy,
    b"VP8L": _webp_lossless,
}


def _gif(window: Window) -> Header:
    return Header(*struct.unpack("<HH", window.read(6, 4)))


def _bmp(window: Window) -> Header:
    (length,) = struct.unpack("<I", window.read(2, 4))
    if length > window.size:
        raise EndsEarlyError
    (kind,) = struct.unpack("<I", window.read(14, 4))
    if kind == 12:  # the oldest header, with shorter numbers
        return Header(*struct.unpack("<HH", window.read(18, 4)))
    width, height = struct.unpack("<ii", window.read(18, 8))
    return Header(abs(width), abs(height))


def _tiff(window: Window) -> Header:
    tags, position = read_tags(window)
    return Header(tags.get(WIDTH), tags.get(HEIGHT), tags.get(ORIENTATION, UPRIGHT), position)


def _boxes(window: Window) -> Header:
    # Decoders of this format apply the rotation themselves, so the EXIF orientation does not matter.
    width, height, position = read_boxes(window)
    return Header(width or None, height or None, has_position=position)


_READERS: Final[Mapping[str, Callable[[Window], Header]]] = {
    "image/avif": _boxes,
    "image/bmp": _bmp,
    "image/gif": _gif,
    "image/heic": _boxes,
    "image/heif": _boxes,
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/tiff": _tiff,
    "image/webp": _webp,
}
