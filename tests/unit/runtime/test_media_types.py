"""Media types by names and by first bytes, and what is certainly no image."""

from __future__ import annotations

import time

import pytest

from templates.runtime.request.media_types import (
    FIRST_BYTES,
    extension_of,
    kind_of_no_image,
    media_type_of_bytes,
    media_type_of_name,
)

TEXT = "Ein Text, der länger ist als vierundsechzig Zeichen, und kein Bild.\r\n\t"
SVG = (
    '<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg:svg width="1">' + " " * 40
)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("A.JPG", "image/jpeg"),
        ("a.b.webp", "image/webp"),
        ("a.heic", "image/heic"),
        ("a.zip", "application/zip"),
        ("noext", None),
        ("a.unheardof", None),
    ],
)
def test_names(name: str, media_type: str | None) -> None:
    """The extension decides, in any case."""
    assert media_type == media_type_of_name(name)


@pytest.mark.parametrize(
    ("first", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypmif1", "image/heif"),
        (b"\x00\x00\x00\x1cftypavif", "image/avif"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
        (b"BM\x36\x00\x00\x00\x00\x00\x00\x00", "image/bmp"),
        (b"\x00\x00\x00\x0cJXL \r\n", "image/jxl"),
        (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
        (b"P3\n2 2\n255\n", "image/x-portable-pixmap"),
        (b"P5 2 2 255 ", "image/x-portable-graymap"),
        (SVG.encode(), "image/svg+xml"),
        (b"\xef\xbb\xbf  <svg/>", "image/svg+xml"),
        (b"", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"\x00\x00\x00\x18ftypmp42", None),
        (b"BMW builds cars.", None),
        (b"P3 is no picture"[:2], None),
        (b"<html><svg></svg></html>", None),
        (b"%PDF-1.7", None),
    ],
)
def test_images(first: bytes, media_type: str | None) -> None:
    """The kinds that cameras, phones, browsers and programs write are told by their first bytes."""
    assert media_type == media_type_of_bytes(first)


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"7z\xbc\xaf\x27\x1c\x00", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        (b"photos/me.jpg".ljust(257, b"\x00") + b"ustar\x0000", "a tar archive"),
        (TEXT.encode(), "text"),
        (TEXT.encode() * 20, "text"),
        ((b"\xef\xbb\xbf" + TEXT.encode()), "text"),
        (b"<!DOCTYPE html><html><body>Not found: this page is no image</body></html>", "text"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>    ', "text"),
        # A few bytes of text are what tests use.
        (b"x" * 63, None),
        (b"x" * 64, "text"),
        (b"", None),
        # Binary data of an unknown type may be an image.
        (bytes(range(256)) * 2, None),
        (b"x" * 100 + b"\x00" + b"x" * 100, None),
        (b"x" * 100 + b"\x1b" + b"x" * 100, None),
        (b"x" * 100 + b"\xff" + b"x" * 100, None),
        (("x" * 100 + "\x85").encode(), None),
        (SVG.encode(), None),
        (b"P3\n" + b"1 2 3 " * 100, None),
        # Nobody knows what follows so long a comment.
        (b"<?xml version='1.0'?><!-- " + b"x" * FIRST_BYTES, None),
        (b"<?xml version='1.0'?><!-- never closed" + b"x" * 60, "text"),
    ],
)
def test_what_is_certainly_no_image(first: bytes, kind: str | None) -> None:
    """Documents, archives and text are named; binary data of an unknown type may be an image."""
    assert kind == kind_of_no_image(first[:FIRST_BYTES])


def test_a_character_that_is_cut_in_two() -> None:
    """The last character of what was read may go on behind it; at the end of a file it may not."""
    text = "x" * (FIRST_BYTES - 1) + "ä"

    assert kind_of_no_image(text.encode()[:FIRST_BYTES]) == "text"
    assert kind_of_no_image(b"x" * 100 + "ä".encode()[:1]) is None


def test_hostile_xml_takes_no_time() -> None:
    """However many comments and declarations there are, they are read once."""
    began = time.process_time()
    for part in (b"<?x?>", b"<!---->", b"<!DOCTYPE a>", b"<!DOCTYPE a[]>", b" ", b"<!DOCTYPE "):
        media_type_of_bytes((b"<a " if part == b" " else b"") + part * 200)

    assert time.process_time() - began < 1


def test_extensions() -> None:
    """An image without a name gets the extension of its type."""
    assert extension_of("image/jpeg") == ".jpg"
    assert extension_of("application/pdf") == ""
