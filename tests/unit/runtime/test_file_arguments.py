"""What is not a file, and what the message says to give instead."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from templates.runtime.request.files import files_of, source_of
from templates.runtime.request.multipart import FileField


class Array:
    """Stands for a numpy array, which the tests do without."""

    __module__ = "numpy"
    __array_interface__ = None


class Tensor:
    def __array__(self) -> None:
        """What other libraries offer."""


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (
            Image.new("RGB", (8, 8)),
            [
                "f[0] is a Pillow image, not a file; give buffer.getvalue() after:",
                "    buffer = io.BytesIO()",
                '    image.save(buffer, "PNG")',
            ],
        ),
        (
            Array(),
            [
                "f[0] is a numpy array, not a file; give buffer.getvalue() after:",
                "    buffer = io.BytesIO()",
                '    PIL.Image.fromarray(array).save(buffer, "PNG")',
            ],
        ),
        (
            Tensor(),
            [
                "f[0] is an array (Tensor), not a file; give buffer.getvalue() after:",
                "    buffer = io.BytesIO()",
                '    PIL.Image.fromarray(array).save(buffer, "PNG")',
            ],
        ),
        (
            3,
            [
                (
                    "f[0] must be a path, bytes, a binary file object, (filename, content) or "
                    "(filename, content, content_type), not int"
                )
            ],
        ),
    ],
)
def test_images_in_memory(value: Any, lines: list[str]) -> None:
    """An image of another library is named, with the two lines that make a file of it."""
    with pytest.raises(TypeError) as caught:
        FileField("f", [value], many=True).sources()

    assert str(caught.value).splitlines() == lines


def test_the_lines_do_it() -> None:
    """The two lines of the message make a file that is accepted."""
    image, buffer = Image.new("RGB", (8, 8)), io.BytesIO()
    image.save(buffer, "PNG")

    (source,) = FileField("f", [buffer.getvalue()], many=True, images=True, min_length=1).sources()
    source.inspect()
    source.check()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        (
            "photos",
            (
                "is a directory, not a file: give the images in it, as sorted(Path('{0}/photos')"
                '.glob("*.jpg"))'
            ),
        ),
        (
            "photos/*.jpg",
            "(patterns are not replaced: give sorted(Path('{0}/photos').glob('*.jpg')))",
        ),
        ("p*s/**/me?.jpg", "(patterns are not replaced: give sorted(Path('{0}').glob('p*s/**/me?.jpg')))"),
    ],
)
def test_directories_and_patterns(tmp_path: Path, name: str, advice: str) -> None:
    """A directory or a pattern is not expanded; the message says how."""
    (tmp_path / "photos").mkdir()
    with pytest.raises(ValueError) as caught:
        source_of(f"{tmp_path}/{name}", "f").inspect()

    assert str(caught.value).endswith(advice.format(tmp_path))


def test_a_pattern_in_the_working_folder() -> None:
    """The advice for a pattern without a folder begins in the working folder."""
    with pytest.raises(ValueError, match=r"give sorted\(Path\('\.'\)\.glob\('\*\.jpg'\)\)"):
        source_of("*.jpg", "f").inspect()


def test_the_home_folder() -> None:
    """The shell's sign for the home folder is not replaced."""
    with pytest.raises(ValueError, match=r"~ is not replaced: give Path\('~/no-me\.jpg'\)\.expanduser\(\)"):
        source_of("~/no-me.jpg", "f").inspect()


def test_names_that_look_like_patterns(tmp_path: Path) -> None:
    """A file that exists is taken, whatever it is called."""
    path = tmp_path / "me[1]*~.jpg"
    path.write_bytes(b"x")

    source_of(path, "f").inspect()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "me.jpg",
            (
                "f must be a list, not str; for a single file give [f], for those of a directory "
                'sorted(Path(directory).glob("*.jpg"))'
            ),
        ),
        (io.BytesIO(b"x"), "f must be a list, not BytesIO; for a single file give [f]"),
        (b"x", "f must be a list, not bytes; for a single one give [f]"),
        (
            ("me.jpg", b"content"),
            "f is one file with its name: give a list of them, [(filename, content), ...]",
        ),
        (
            ("me.jpg", io.BytesIO(b"x"), "image/jpeg"),
            "f is one file with its name: give a list of them, [(filename, content), ...]",
        ),
    ],
)
def test_one_file_instead_of_several(value: Any, message: str) -> None:
    """One file where several are meant is noticed, a pair of name and content too."""
    with pytest.raises(TypeError) as caught:
        files_of(value, "f")

    assert str(caught.value) == message


@pytest.mark.parametrize(
    "value",
    [
        ("a.jpg", b"b", Path("c.jpg")),
        ("a.jpg", "b.jpg"),
        ("a.jpg", Path("b.jpg")),
        (b"a", b"b"),
        (("a.jpg", b"a"), ("b.jpg", b"b")),
    ],
)
def test_tuples_of_files(value: tuple[Any, ...]) -> None:
    """A tuple of files is as good as a list."""
    assert files_of(value, "f") == list(value)
