"""Create a small real image for tests."""

from __future__ import annotations

import struct
import zlib
from typing import Final

_SIDE: Final = 64  # pixels
_TRUE_COLOUR: Final = 2


def sample_image(variant: int = 0) -> bytes:
    """Return the bytes of a small real image, for tests and for trying things out.

    Args:
        variant: A number from 0 to 16,777,215; different numbers give different images.

    Returns:
        A PNG file of 64 x 64 pixels, the same bytes for the same number.

    Raises:
        ValueError: The number is out of range.
    """
    if not 0 <= variant < 256**3:
        raise ValueError(f"variant is {variant}: pass a number from 0 to {256**3 - 1}")
    red, green, blue = variant.to_bytes(3, "big")
    # A gradient. Each pixel is encoded as the difference from its left neighbour, which compresses well.
    rows = b"".join(
        b"\x01" + bytes((red, (4 * y + green) % 256, (2 * y + blue) % 256)) + b"\x04\x00\x02" * (_SIDE - 1)
        for y in range(_SIDE)
    )
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, _TRUE_COLOUR, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
