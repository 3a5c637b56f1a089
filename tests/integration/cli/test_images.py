"""The commands that check and prepare images."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.support.pictures import encoded, exif, turned
from tryleap.images import sample_image

from .conftest import Run


@pytest.fixture
def mixed(photos: Path) -> Path:
    """The folder with a good image, an empty one, a double, and one that tells where it was taken."""
    for path in photos.iterdir():
        path.unlink()
    (photos / "a.png").write_bytes(sample_image())
    (photos / "b.jpg").touch()
    (photos / "c.png").write_bytes(sample_image())
    (photos / "d.jpg").write_bytes(encoded("JPEG", exif=exif(6, position=True)))
    return photos


def test_check(mixed: Path, tryleap: Run) -> None:
    """With --json each problem is one line, and the status says that there are some."""
    ended = tryleap("images", "check", "photos", "--json")

    assert (ended.status, ended.err) == (1, "")
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [(each["file"], each["kind"]) for each in found] == [
        ("photos/b.jpg", "empty"),
        ("photos/c.png", "duplicate"),
        ("photos/d.jpg", "rotated"),
        ("photos/d.jpg", "location"),
    ]
    assert found[1]["detail"] == "photos/c.png is the same image as photos/a.png"


def test_check_on_a_terminal(mixed: Path, terminal: Run) -> None:
    """A person sees a table; where all is well, one line says so."""
    ended = terminal("images", "check", "photos")
    assert ended.status == 1
    assert "photos/b.jpg is empty" in ended.plain

    ended = terminal("images", "check", "photos/a.png")
    assert (ended.status, ended.plain.strip()) == (0, "No problems found in 1 image.")


def test_nothing_wrong(mixed: Path, tryleap: Run) -> None:
    """Where all is well nothing is written for programs, and the status is 0."""
    ended = tryleap("images", "check", "photos/a.png", "--json")

    assert ended == (0, "", "")


def test_prepare(mixed: Path, tryleap: Run) -> None:
    """Copies are written, and named one a line."""
    (mixed / "e.heic").write_bytes(encoded("HEIC"))
    (mixed / "f.jpg").write_bytes(turned(6))
    given = [f"photos/{name}" for name in ("a.png", "e.heic", "f.jpg")]
    ended = tryleap("images", "prepare", *given, "--to", "out", "--max-size", "48", "--json")

    assert ended.status == 0, ended.err
    assert [json.loads(line) for line in ended.out.splitlines()] == [
        {"file": "photos/a.png", "copy": "out/a.png"},
        {"file": "photos/e.heic", "copy": "out/e.jpg"},
        {"file": "photos/f.jpg", "copy": "out/f.jpg"},
    ]
    sizes = []
    for name in ("a.png", "e.jpg", "f.jpg"):
        with Image.open(Path("out") / name) as image:
            sizes.append(image.size)
    assert sizes == [(48, 48), (48, 32), (48, 32)]


def test_prepare_on_a_terminal(mixed: Path, terminal: Run) -> None:
    """A person sees the names of the copies."""
    ended = terminal("images", "prepare", "photos/a.png", "--to", "out")

    assert (ended.status, ended.plain.strip()) == (0, "out/a.png")


@pytest.mark.parametrize(
    ("arguments", "message", "advice"),
    [
        (
            ("photos", "--to", "out"),
            "Nothing was written: photos/b.jpg is empty.",
            "Remove or fix these files.",
        ),
        (
            ("photos/a.png", "--to", "photos/d.jpg"),
            "photos/d.jpg: File exists",
            "Choose another directory with --to.",
        ),
        (
            ("nowhere", "--to", "out"),
            "there is no file or directory nowhere",
            "Correct the name, or quote it if it has spaces.",
        ),
    ],
)
def test_what_cannot_be_prepared(
    mixed: Path, tryleap: Run, arguments: tuple[str, ...], message: str, advice: str
) -> None:
    """What cannot be done is said in two lines, with the way out."""
    ended = tryleap("images", "prepare", *arguments)

    assert ended.status == 2
    assert ended.error == (message, advice)
