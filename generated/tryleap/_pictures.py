"""A look at pictures before they are uploaded. The service publishes no limits, so none are guessed here."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_BEGINNING: Final = 32
# JPEG, PNG, GIF, TIFF (and the raw files of cameras that build on it), BMP, JPEG XL, JPEG 2000, icons,
# Photoshop.
_SIGNATURES: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"BM",
    b"\xff\x0a",
    b"\x00\x00\x00\x0cJXL ",
    b"\x00\x00\x00\x0cjP  ",
    b"\xff\x4f\xff\x51",
    b"\x00\x00\x01\x00",
    b"8BPS",
)
# What follows the length of the first box in a file of the kind that phones write.
_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


def check(files: Sequence[Path]) -> list[str]:
    """Find files that are of no use in a training.

    Args:
        files: The files that are to be sent.

    Returns:
        A sentence for each that is empty, cannot be read, is no picture by its first bytes, or is the same
        picture as an earlier one.
    """
    problems: list[str] = []
    by_size: defaultdict[int, list[Path]] = defaultdict(list)
    for path in files:
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                beginning = file.read(_BEGINNING)
        except OSError as error:
            problems.append(f"{path} cannot be read ({error.strerror})")
            continue
        if not beginning:
            problems.append(f"{path} is empty")
        elif not is_picture(beginning):
            problems.append(f"{path} is not a picture by its first bytes")
        else:
            by_size[size].append(path)
    for group in by_size.values():
        problems += _same(group)
    return problems


def is_picture(beginning: bytes) -> bool:
    """Tell by its first bytes whether a file is a picture.

    Args:
        beginning: At least the first 12 bytes.

    Returns:
        Whether it is of a kind that is known.
    """
    if beginning.startswith(_SIGNATURES):
        return True
    kind, brand = beginning[4:8], beginning[8:12]
    return (beginning.startswith(b"RIFF") and brand == b"WEBP") or (kind == b"ftyp" and brand in _BRANDS)


def _same(paths: list[Path]) -> list[str]:
    """Compare files of one size by their contents; a single one is not even read."""
    if len(paths) == 1:
        return []
    seen: dict[bytes, Path] = {}
    problems = []
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        first = seen.setdefault(digest, path)
        if first is not path:
            problems.append(f"{path} is the same picture as {first}")
    return problems
