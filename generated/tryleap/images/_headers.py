"""What the headers of an image say: size, rotation, position, and whether the file is whole."""

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
_LARGEST_METADATA: Final = 1024 * 1024
# More parts than any program writes: whoever made more of them wants to keep this one busy.
_MOST_PARTS: Final = 100_000

_JPEG_END: Final = b"\xff\xd9"
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_APP1: Final = 0xE1
_JPEG_DATA: Final = 0xDA
_JPEG_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_PNG_END: Final = b"IEND"


class Header(NamedTuple):
    """What the headers of an image say.

    Args:
        width: Pixels; None where the format is not one that is read here.
        height: The same.
        orientation: EXIF's number, 1 to 8; 1 is upright.
        has_position: Whether they say where the picture was taken.
    """

    width: int | None = None
    height: int | None = None
    orientation: int = UPRIGHT
    has_position: bool = False


def read_header(window: Window, media_type: str) -> Header:
    """Read the headers of an image.

    Args:
        window: The file.
        media_type: What its first bytes say that it is.

    Returns:
        What they say; nothing for a format that is not read here.

    Raises:
        EndsEarlyError: The file ends before its image does.
        ValueError: The headers are broken; the text says how.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        return Header()
    found = reader(window)
    if 0 in (found.width, found.height):
        raise ValueError("its headers say that it has no pixels")
    return found


class _Metadata:
    """Collects what is said in the parts of a file that hold EXIF and XMP."""

    def __init__(self) -> None:
        self.orientation, self.has_position = UPRIGHT, False

    def add_exif(self, data: bytes) -> None:
        try:
            tags, position = read_tags(Window(BytesIO(data), 0, len(data)))
        except (EndsEarlyError, ValueError):
            return  # such data is passed over by every program: the image is as good as without it
        orientation = tags.get(ORIENTATION, UPRIGHT)
        self.orientation = orientation if orientation in range(1, 9) else UPRIGHT
        self.has_position |= position

    def add_xmp(self, data: bytes) -> None:
        self.has_position |= _XMP_POSITION in data

    def header(self, width: int, height: int) -> Header:
        return Header(width, height, self.orientation, self.has_position)


def _jpeg(window: Window) -> Header:
    metadata, size, offset = _Metadata(), None, 2
    for _ in range(_MOST_PARTS):
        fill, marker = window.read(offset, 2)
        if fill != 0xFF:
            raise ValueError("its parts are not where its headers say")
        if marker == 0xFF or marker in _JPEG_ALONE:
            offset += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack(">H", window.read(offset + 2, 2))
        content = offset + 4, length - 2
        if length < 2:
            raise ValueError("a part of it is shorter than its own header")
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
    # Cameras add previews and films behind the image, so its end need not be the file's.
    if window.read_up_to(window.size - 2, 2) != _JPEG_END and not window.find(_JPEG_END, offset):
        raise EndsEarlyError
    height, width = size
    return metadata.header(width, height)


def _png(window: Window) -> Header:
    metadata, offset = _Metadata(), 8
    width, height = struct.unpack(">II", window.read(16, 8))
    for _ in range(_MOST_PARTS):
        length, kind = struct.unpack(">I4s", window.read(offset, 8))
        # Each part ends in a checksum of four bytes.
        if offset + length + 12 > window.size:
            raise EndsEarlyError
        if kind == _PNG_END:
            break
        if kind == b"eXIf" and length <= _LARGEST_METADATA:
            metadata.add_exif(window.read(offset + 8, length))
        elif kind == b"iTXt" and length <= _LARGEST_METADATA:
            metadata.add_xmp(window.read(offset + 8, length))
        offset += length + 12
    return metadata.header(width, height)


def _webp(window: Window) -> Header:
    metadata, size, offset = _Metadata(), None, 12
    (length,) = struct.unpack("<I", window.read(4, 4))
    if length + 8 > window.size:
        raise EndsEarlyError
    for _ in range(_MOST_PARTS):
        if offset + 8 > min(window.size, length + 8):
            break
        kind, inside = struct.unpack("<4sI", window.read(offset, 8))
        if kind in _WEBP_SIZES:
            size = size or _WEBP_SIZES[kind](window.read(offset + 8, 10))
        elif kind == b"EXIF" and inside <= _LARGEST_METADATA:
            metadata.add_exif(window.read(offset + 8, inside).removeprefix(_EXIF))
        elif kind == b"XMP " and inside <= _LARGEST_METADATA:
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
    if kind == 12:  # the oldest of its headers, with shorter numbers
        return Header(*struct.unpack("<HH", window.read(18, 4)))
    width, height = struct.unpack("<ii", window.read(18, 8))
    return Header(abs(width), abs(height))


def _tiff(window: Window) -> Header:
    tags, position = read_tags(window)
    return Header(tags.get(WIDTH), tags.get(HEIGHT), tags.get(ORIENTATION, UPRIGHT), position)


def _boxes(window: Window) -> Header:
    # Programs that read this format turn the image by themselves: EXIF's number says nothing here.
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
