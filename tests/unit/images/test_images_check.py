"""What `check_images` finds in files that the tests make."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support.paths import GENERATED
from tests.support.pictures import encoded, exif, picture, turned
from tryleap._version import install_command
from tryleap.images import ImageProblem, check_images, prepare_images, sample_image

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIC", "GIF", "BMP", "TIFF")


def kinds(*files: Any) -> list[str]:
    return [problem.kind for problem in check_images(files)]


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_is_wrong_with_a_good_image(kind: str) -> None:
    """An upright image without metadata is well in every format."""
    assert check_images([encoded(kind)]) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC", "BMP"])
@pytest.mark.parametrize("left", [0.5, 0.98])
def test_truncated(kind: str, left: float) -> None:
    """A file that was cut off is damaged, wherever that was."""
    data = encoded(kind, picture((256, 256)))

    (problem,) = check_images([data[: int(len(data) * left)]])
    assert problem.kind == "damaged"
    assert "ends early, after" in problem.detail


def test_previews_behind_the_image() -> None:
    """What cameras add behind the image does not make it damaged."""
    assert kinds(encoded("JPEG") + b"a film behind the picture" * 100) == []


# A TIFF file says it in tags of its own.
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations(orientation: int, kind: str) -> None:
    """Each orientation but the first is named with its number."""
    found = check_images([turned(orientation, kind)])

    assert [each.kind for each in found] == ["rotated"] * (orientation != 1)
    assert all(f"EXIF orientation, {orientation}" in each.detail for each in found)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_positions(kind: str) -> None:
    """A position is found in the EXIF data of each format; EXIF data without one is no problem."""
    assert kinds(encoded(kind, exif=exif(position=True))) == ["location"]
    assert kinds(encoded(kind, exif=exif(1))) == []


def test_position_in_xmp() -> None:
    """A position may stand in XMP instead."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a exif:GPSLatitude="52,31N"/></x:xmpmeta>'

    assert kinds(encoded("JPEG", xmp=xmp)) == ["location"]


# The size of a lossless WebP stands elsewhere than in a lossy one.
@pytest.mark.parametrize(
    ("kind", "options"), [*((kind, {}) for kind in FORMATS), ("WEBP", {"lossless": True})]
)
def test_a_few_pixels(kind: str, options: dict[str, Any]) -> None:
    """Images of a few pixels are named, whichever side is short."""
    sizes = ((200, 31), (31, 200), (32, 32))

    assert [kinds(encoded(kind, picture(size), **options)) for size in sizes] == [["tiny"], ["tiny"], []]


def test_duplicates() -> None:
    """Exact copies are named, with the first of them; other files of the same size are not."""
    first, other = sample_image(), bytearray(sample_image())
    other[-1] ^= 1
    found = check_images([("a.png", first), ("b.png", bytes(other)), ("c.png", first), ("d.png", first)])

    assert [(each.kind, each.detail) for each in found] == [
        ("duplicate", "c.png is the same image as a.png"),
        ("duplicate", "d.png is the same image as a.png"),
    ]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"%PDF-1.7\n" + bytes(100), "is a PDF document"),
        (b"PK\x03\x04" + bytes(100), "is a ZIP archive"),
        (b"I took these pictures with my phone. " * 5, "is text"),
        (b"short", "is not an image of a known type"),
        (bytes(1000), "is not an image of a known type"),
    ],
)
def test_no_images(content: bytes, detail: str) -> None:
    """Files of other types are named as what they are, where that is known."""
    (problem,) = check_images([("me.jpg", content)])

    assert (problem.kind, problem.detail) == ("not_an_image", f"me.jpg {detail}")


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("me.jpg", "PNG", ["wrong_extension"]),
        ("me.JPEG", "JPEG", []),
        ("me.txt", "JPEG", ["wrong_extension"]),
        ("me", "JPEG", []),
        ("me.heif", "HEIC", []),
        ("me.jpg", "HEIC", ["wrong_extension"]),
    ],
)
def test_extensions(name: str, kind: str, found: list[str]) -> None:
    """A name that says another type than the bytes is a problem; one that says nothing is not."""
    assert kinds((name, encoded(kind))) == found


def test_empty_files(tmp_path: Path) -> None:
    """A file without bytes, and a stream at its end, which only needs to be rewound."""
    (tmp_path / "nothing.jpg").touch()
    stream = io.BytesIO()
    picture().save(stream, "JPEG")
    found = check_images([b"", tmp_path / "nothing.jpg", stream])

    assert [each.file for each in found] == [b"", tmp_path / "nothing.jpg", stream]
    assert [each.detail for each in found] == [
        "file 1 is empty",
        f"{tmp_path / 'nothing.jpg'} is empty",
        "file 3 is empty from its current position: rewind it with seek(0)",
    ]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """Files that are not there, folders, and things that are no files are named with the reason."""
    found = check_images([tmp_path / "gone.jpg", tmp_path, 3])  # type: ignore[list-item]

    assert [(each.kind, each.detail.split(" cannot be read: ")[1]) for each in found] == [
        ("unreadable", "No such file or directory"),
        ("unreadable", "Is a directory"),
        ("unreadable", "int is not a path, bytes or a seekable binary file"),
    ]


def check(files: Any, _: Path) -> object:
    return check_images(files)


@pytest.mark.parametrize("function", [check, prepare_images])
def test_streams_stay_where_they_were(function: Callable[[Any, Path], object], tmp_path: Path) -> None:
    """A file object is read from where it stands, and stands there afterwards."""
    stream = io.BytesIO(b"before" + sample_image())
    stream.seek(6)

    assert function([stream], tmp_path) in ([], [tmp_path / "image-1.png"])
    assert stream.tell() == 6


@pytest.mark.parametrize("function", [check, prepare_images])
def test_one_file_instead_of_several(function: Callable[[Any, Path], object], tmp_path: Path) -> None:
    """A single file is refused: its letters or bytes would be taken for files."""
    for file in ("me.jpg", b"bytes", Path("me.jpg")):
        with pytest.raises(TypeError, match=r"files must be a list: give .file., or for a directory"):
            function(file, tmp_path)


def test_a_problem_shows_no_bytes() -> None:
    """A problem is short to read, and leads back to the file as it was given."""
    data = b"x" * 1000
    (problem,) = check_images([data])

    assert problem.file is data
    assert repr(problem) == "ImageProblem(kind='not_an_image', detail='file 1 is text')"
    assert str(problem) == "file 1 is text"
    assert isinstance(problem, ImageProblem)


def png(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *more, (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def boxes(*parts: tuple[bytes, bytes]) -> bytes:
    return b"".join(struct.pack(">I", 8 + len(data)) + kind + data for kind, data in parts)


HEIC_START = boxes((b"ftyp", b"heic" + bytes(8)))
# An item list that announces 65,535 extents without a byte each, for thousands of items.
MANY_EXTENTS = bytes(4) + b"\x00\x00" + b"\xff\xff" + b"\x00\x01\x00\x00\xff\xff" * 65_535


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (png(0, 64), "is damaged: its headers declare no pixels"),
        (b"\xff\xd8\xff\xe1\x00\x00", "is damaged: one of its segments is shorter than its header"),
        (b"\xff\xd8\xff\xe1\x00\x04abcd", "is damaged: its segments are not where its headers say"),
        (b"\xff\xd8" + b"\xff" * 1000, "is damaged: it ends early, after 1002 bytes"),
        (b"\xff\xd8" + b"\xff\xe2\x00\x02" * 200_000, "is damaged: it has no pixels"),
        (b"RIFF\x04\x00\x00\x00WEBP", "is damaged: it has no pixels"),
        (b"II*\x00\xff\xff\xff\x7f", "is damaged: it ends early, after 8 bytes"),
        (b"MM\x00*\x00\x00\x00\x08\xff\xff", "is damaged: it ends early, after 10 bytes"),
        (HEIC_START, "is damaged: it has no metadata"),
        (HEIC_START + b"\x00\x00\x00\x01meta", "is damaged: it ends early, after 28 bytes"),
        (HEIC_START + b"\x00\x00\x00\x04meta", "is damaged: one of its boxes is shorter than its header"),
        (
            HEIC_START + boxes((b"meta", bytes(4) + struct.pack(">I", 99) + b"iprp")),
            "is damaged: one of its boxes is larger than the box that contains it",
        ),
        (
            HEIC_START + boxes((b"meta", bytes(5 * 1024 * 1024))),
            "is damaged: its metadata is larger than any camera writes",
        ),
        (HEIC_START + boxes((b"meta", bytes(4) + boxes((b"iloc", MANY_EXTENTS)))), None),
    ],
)
def test_hostile_headers(content: bytes, detail: str | None) -> None:
    """Headers that lie about sizes and numbers are told from images, without following what they say."""
    assert [each.detail for each in check_images([content])] == ([f"file 1 {detail}"] if detail else [])


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", FORMATS)
def test_broken_anywhere(kind: str, seed: int) -> None:
    """Whatever bytes of an image are changed, the check ends and says what it finds."""
    data = bytearray(
        encoded(kind, exif=exif(6, position=True) if kind not in ("GIF", "BMP", "TIFF") else b"")
    )
    for number in range(4):
        data[(seed * 7919 + number * 104_729) % len(data)] ^= 1 + seed * 5 % 255

    assert all(isinstance(each, ImageProblem) for each in check_images([bytes(data)]))


def test_broken_exif_is_passed_over() -> None:
    """EXIF data that no program can read does not make an image useless."""
    assert kinds(png(64, 64, (b"eXIf", b"nonsense"))) == []
    assert kinds(png(64, 64, (b"eXIf", b"II*\x00\xff\xff\xff\xff"))) == []


def test_it_needs_no_extra() -> None:
    """Checking, and the sample image, need the required dependencies alone."""
    code = (
        "import sys; sys.modules['PIL'] = None; sys.modules['pillow_heif'] = None\n"
        "from tryleap.images import check_images, prepare_images, sample_image\n"
        "print(check_images([sample_image()]))\n"
        "try:\n    prepare_images([sample_image()], '.')\n"
        "except ImportError as error:\n    print(error)\n"
    )
    environment = {"PYTHONPATH": str(GENERATED), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)

    assert done.stdout.splitlines() == [
        "[]",
        f"prepare_images needs Pillow and pillow-heif: {install_command('images')}",
    ], done.stderr


def test_sample_images() -> None:
    """The sample image is a real one, small, the same each time, and another for another number."""
    with Image.open(io.BytesIO(sample_image())) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", (64, 64))
        assert len(image.getcolors(4096) or ()) > 1000

    assert sample_image() == sample_image(0)
    assert len({sample_image(number) for number in (0, 1, 256, 65_536, 256**3 - 1)}) == 5
    assert all(check_images([sample_image(number)]) == [] for number in range(20))
    assert len(sample_image()) < 1000
    for number in (-1, 256**3):
        with pytest.raises(ValueError, match="pass a number from 0 to 16777215"):
            sample_image(number)
