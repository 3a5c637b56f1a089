"""Directories and patterns as files, and the look at pictures before they are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pictures import encoded, exif, picture
from tryleap._cli.errors import Refused
from tryleap._cli.file_arguments import read_sources
from tryleap.simulator import Simulator

from .conftest import Run


def test_directories_patterns_and_files(photos: Path) -> None:
    """A directory stands for its files, hidden ones and folders aside; a pattern for what matches."""
    (photos / ".hidden").write_bytes(b"x")
    (photos / "deeper").mkdir()
    (photos / "deeper" / "deep.jpg").write_bytes(b"x")
    all_three = [Path(f"photos/me-{number}.jpg") for number in range(3)]

    assert read_sources(["photos"]) == (all_three, [])
    assert read_sources(["photos/*.jpg"]) == (all_three, [])
    assert read_sources(["photos/me-1.jpg", "photos/me-[02].jpg"]).files == [all_three[i] for i in (1, 0, 2)]
    assert read_sources(["**/deep.jpg"]).files == [Path("photos/deeper/deep.jpg")]
    assert read_sources(["HTTPS://example.com/a.jpg"]) == ([], ["HTTPS://example.com/a.jpg"])


def test_a_name_that_looks_like_a_pattern(photos: Path) -> None:
    """A file that exists is taken before its name is read as a pattern."""
    odd = photos / "me[1].jpg"
    odd.write_bytes(b"x")

    assert read_sources([str(odd)]).files == [odd]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["photos", "https://example.com/a.jpg"], "https://example.com/a.jpg is a URL and photos is not"),
        (["nowhere"], "there is no file or directory nowhere"),
        (["*.webp"], r"no file matches \*.webp"),
        (["empty"], "there are no files in the directory empty"),
    ],
)
def test_what_cannot_be_meant(photos: Path, arguments: list[str], message: str) -> None:
    """Mixed kinds, and names that stand for nothing, are refused by name."""
    (photos.parent / "empty").mkdir()

    with pytest.raises(Refused, match=message):
        read_sources(arguments)


def test_useless_pictures_are_named(simulator: Simulator, tryleap: Run, photos: Path) -> None:
    """Empty and damaged files, files that are no images, and doubles are all named, and nothing is sent."""
    (photos / "notes.jpg").write_text("not a picture")
    (photos / "nothing.jpg").touch()
    (photos / "cut.jpg").write_bytes(encoded("JPEG")[:300])
    (photos / "same.jpg").write_bytes((photos / "me-1.jpg").read_bytes())

    ended = tryleap("models", "train", "photos")

    assert ended.status == 2
    assert ended.error == (
        (
            "4 of 7 files are useless: photos/cut.jpg is damaged: it ends early, after 300 bytes; "
            "photos/notes.jpg is not an image of a known type; photos/nothing.jpg is empty; "
            "photos/same.jpg is the same image as photos/me-1.jpg"
        ),
        "Nothing was sent. Leave them out, or send them anyway with --no-check.",
    )
    assert simulator.requests == []


def test_without_the_check_the_client_does_not_look_either(
    simulator: Simulator, tryleap: Run, photos: Path
) -> None:
    """With --no-check everything is sent, also a file that is certainly no image, as its name says."""
    (photos / "notes.jpg").write_text("notes that are longer than a few bytes, and certainly no image at all")

    assert tryleap("models", "train", "photos", "--no-check").status == 0
    assert [each.content_type for each in simulator.uploads[0].files] == ["image/jpeg"] * 4


def test_a_directory_stands_for_its_images(simulator: Simulator, tryleap: Run, photos: Path) -> None:
    """What neither by name nor by bytes is an image is skipped, and named on standard error."""
    (photos / "notes.txt").write_text("not a picture")
    (photos / "Thumbs.db").write_bytes(bytes(100))
    (photos / "me").write_bytes(encoded("HEIC"))

    ended = tryleap("models", "train", "photos")

    assert ended.status == 0
    assert ended.err.splitlines() == [
        "skipped photos/Thumbs.db: not an image",
        "skipped photos/notes.txt: not an image",
    ]
    assert [each.filename for each in simulator.uploads[0].files] == [
        "me",
        "me-0.jpg",
        "me-1.jpg",
        "me-2.jpg",
    ]


def test_a_directory_without_images(tryleap: Run, photos: Path) -> None:
    """A directory in which there are other files alone is refused."""
    for path in photos.iterdir():
        path.rename(path.with_suffix(".txt")).write_text("not a picture")

    ended = tryleap("models", "train", "photos")

    assert ended.status == 2
    assert "there are no images in the directory photos" in ended.err


def test_what_may_have_good_reasons(simulator: Simulator, tryleap: Run, photos: Path) -> None:
    """An image that is tiny, or says where it was taken, is sent; `tryleap images check` names it."""
    (photos / "small.jpg").write_bytes(encoded("JPEG", picture((8, 8)), exif=exif(6, position=True)))

    assert tryleap("models", "train", "photos").status == 0
    assert len(simulator.uploads[0].files) == 4
