"""What is certainly useless is refused before it is sent, and billed; what may be an image is sent."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.support.file_arguments import Stream
from tests.support.pictures import encoded, picture
from tryleap.images import sample_image
from tryleap.simulator import Simulator

TEXT = b"These are the notes that I took while I made the pictures of myself, in words."
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def stream_at_its_end() -> io.BytesIO:
    buffer = io.BytesIO()
    picture().save(buffer, "JPEG")
    return buffer


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (lambda _: b"", "image_sample_files[0] is empty"),
        (lambda _: ("me.jpg", b""), "image_sample_files[0] ('me.jpg') is empty"),
        (lambda _: ("me.jpg", b"", "image/jpeg"), "image_sample_files[0] ('me.jpg') is empty"),
        (lambda path: path, "image_sample_files[0] ('me.jpg') is empty"),
        (lambda _: Stream(b""), "image_sample_files[0] is empty"),
        (
            lambda _: stream_at_its_end(),
            "image_sample_files[0] is empty from its current position: rewind it with seek(0)",
        ),
        (
            lambda _: TEXT,
            (
                "image_sample_files[0] is text, not an image; to send it anyway, give its media type: "
                '(filename, content, "image/...")'
            ),
        ),
        (lambda _: ("me.jpg", TEXT), "image_sample_files[0] ('me.jpg') is text, not an image; "),
        (lambda _: ("me.jpg", PDF), "image_sample_files[0] ('me.jpg') is a PDF document, not an image; "),
        (lambda _: Stream(b"PK\x03\x04" + bytes(80)), "image_sample_files[0] is a ZIP archive, not an image"),
    ],
)
def test_refused(call: Any, simulator: Simulator, tmp_path: Path, file: Any, message: str) -> None:
    """Nothing is sent of an empty file, or of one that is certainly no image: the message says why."""
    (tmp_path / "me.jpg").touch()
    before = len(simulator.requests)
    with pytest.raises(ValueError) as caught:
        call(simulator.base_url, "train_model", image_sample_files=[file(tmp_path / "me.jpg")])

    assert str(caught.value).startswith(message)
    assert len(simulator.requests) == before


@pytest.mark.parametrize(
    "file",
    [
        sample_image(),
        encoded("HEIC"),
        b"a few bytes of text",
        bytes(range(256)),
        b"<svg xmlns='http://www.w3.org/2000/svg' width='100' height='100'></svg>",
        ("me.jpg", TEXT, "image/jpeg"),
        ("me.pdf", PDF, "application/pdf"),
        Stream(sample_image()),
    ],
    ids=["PNG", "HEIC", "a few bytes", "unknown", "SVG", "believed text", "believed PDF", "stream"],
)
def test_sent(call: Any, simulator: Simulator, file: Any) -> None:
    """Images, what may be one, and what the caller vouches for are sent whole."""
    size = None if isinstance(file, Stream) else len(file[1] if isinstance(file, tuple) else file)
    file = Stream(sample_image()) if isinstance(file, Stream) else file
    call(simulator.base_url, "train_model", image_sample_files=[file])

    assert simulator.uploads[-1].files[0].size == (size or len(sample_image()))


@pytest.mark.parametrize(
    "url",
    ["me-1.jpg", "file:///etc/passwd", "ftp://example.com/me.jpg", "https://", "", "example.com/1.jpg"],
)
def test_no_urls(call: Any, simulator: Simulator, url: str) -> None:
    """What is no URL of the web is refused, with its place among the others."""
    before = len(simulator.requests)
    with pytest.raises(ValueError) as caught:
        call(simulator.base_url, "train_model", image_sample_urls=["https://example.com/me.jpg", url])

    assert str(caught.value) == (
        f"image_sample_urls[1] must be a URL that begins with http:// or https://, not {url!r}"
    )
    assert len(simulator.requests) == before


def test_no_webhook_url(call: Any, simulator: Simulator) -> None:
    """A webhook that nobody can call is refused as well."""
    with pytest.raises(ValueError, match="webhook_url must be a URL that begins with http:// or https://"):
        call(simulator.base_url, "train_model", image_sample_files=[sample_image()], webhook_url="localhost")


def test_urls_in_any_case(call: Any, simulator: Simulator) -> None:
    """A scheme may be written in capitals."""
    call(simulator.base_url, "train_model", image_sample_urls=["HTTPS://example.com/me.jpg"])

    assert simulator.uploads[-1].fields["imageSampleUrls"] == ["HTTPS://example.com/me.jpg"]
