"""Find the media type of a file by its name or first bytes, and recognise what is certainly not an image.

To recognise another image format, add its signature to `_IMAGES` (or its brand to `_BRANDS`), and its
extension to `_EXTENSIONS`.
"""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from typing import Final

DEFAULT_MEDIA_TYPE: Final = "application/octet-stream"
# The first bytes that the functions below need: the signature of a tar archive is at byte 257.
FIRST_BYTES: Final = 512

# The usual extension of each image format comes first. Python's own table, which differs between systems, is
# only used for other files.
_EXTENSIONS: Final = {
    "image/avif": (".avif",),
    "image/bmp": (".bmp",),
    "image/gif": (".gif",),
    "image/heic": (".heic",),
    "image/heif": (".heif",),
    "image/jp2": (".jp2",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/jxl": (".jxl",),
    "image/png": (".png",),
    "image/svg+xml": (".svg",),
    "image/tiff": (".tiff", ".tif"),
    "image/webp": (".webp",),
}
_BY_EXTENSION: Final = {each: media_type for media_type, names in _EXTENSIONS.items() for each in names}
_IMAGES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    # The raw files of many cameras are TIFF too; the last two are its variant for large files.
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL ", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/j2c"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
)
# The brand of a file in the container that phones use, after the length of its first box and `ftyp`.
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic"),
}
_PORTABLE: Final = {
    **dict.fromkeys(b"14", "image/x-portable-bitmap"),
    **dict.fromkeys(b"25", "image/x-portable-graymap"),
    **dict.fromkeys(b"36", "image/x-portable-pixmap"),
    ord("7"): "image/x-portable-anymap",
}
_OTHER_KINDS: Final = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
)
_TAR_SIGNATURE: Final = slice(257, 262)
# Fewer bytes of text are more often a test's stand-in for an image than a mistake.
_SHORTEST_TEXT: Final = 64
_LINE_CHARACTERS: Final = frozenset("\t\n\r\f")
# Possessive, so that many comments cannot make it backtrack for ever.
_XML_ROOT: Final = (
    rb"(?s)(?i)(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*(?:\[.*?\])?\s*>)*+"
    rb"<(?:[\w.-]+:)?(?P<name>[\w.-]+)"
)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def media_type_of_name(name: str) -> str | None:
    """Return the media type of a file by the extension of its name; None if that is unknown.

    It is the same on every system.
    """
    extension = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path of this system
    if not extension:
        return None
    known = _BY_EXTENSION.get(extension)
    if known is not None:
        return known
    import mimetypes

    return mimetypes.MimeTypes().guess_type(f"file{extension}", strict=False)[0]


def media_type_of_bytes(first: bytes) -> str | None:
    """Return the media type of an image by its first `FIRST_BYTES` bytes; None if they begin no known one."""
    for signature, media_type in _IMAGES:
        if first.startswith(signature):
            return media_type
    if first[4:8] == b"ftyp":
        return _BRANDS.get(first[8:12])
    if first[:4] == b"RIFF" and first[8:12] == b"WEBP":
        return "image/webp"
    # Two letters could begin a text too, so check the reserved bytes of the header, which are zero.
    if first[:2] == b"BM" and first[6:10] == bytes(4):
        return "image/bmp"
    if first[:1] == b"P" and first[2:3].isspace():
        return _PORTABLE.get(first[1])
    return "image/svg+xml" if _is_svg(first) else None


def extension_of(media_type: str) -> str:
    """Return the usual extension of an image's media type, with its dot; empty for other media types."""
    return _EXTENSIONS.get(media_type, ("",))[0]


def kind_of_no_image(first: bytes) -> str | None:
    """Return what a file is by its first `FIRST_BYTES` bytes, such as "a PDF document"; None for an image.

    Binary data of an unknown type may be an image: there are more formats than signatures here.
    """
    for signature, kind in _OTHER_KINDS:
        if first.startswith(signature):
            return kind
    if first[_TAR_SIGNATURE] == b"ustar":
        return "a tar archive"
    if len(first) < _SHORTEST_TEXT or not _is_text(first) or media_type_of_bytes(first) is not None:
        return None
    return "text"


def _is_text(first: bytes) -> bool:
    try:
        # The last character may be cut off.
        text = codecs.getincrementaldecoder("utf-8")().decode(first, final=len(first) < FIRST_BYTES)
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(each) == "Cc" and each not in _LINE_CHARACTERS for each in text)


def _is_svg(first: bytes) -> bool:
    start = first.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not start.startswith(b"<"):
        return False
    root = re.match(_XML_ROOT, start)
    if root is not None:
        return root["name"].lower() == b"svg"
    # A comment may be longer than the bytes that were read, and an <svg> may follow it.
    return len(first) >= FIRST_BYTES and start.startswith((b"<?xml", b"<!"))
