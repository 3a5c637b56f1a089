"""What is not a file, or certainly no image, and what the message says to give instead."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from templates.runtime.request.files import files_of, source_of
from templates.runtime.request.multipart import FileField
from tests.support.file_arguments import Stream


class Array:
    """Stands for a numpy array, which the tests do without."""

    __module__ = "numpy"
    __array_interface__ = None


class Tensor:
    def __array__(self) -> None:
        """What other libraries offer."""


@pytest.mark.parametrize(
    ("value", "called", "saved"),
    [
        (Image.new("RGB", (8, 8)), "a Pillow image", "image.save"),
        (Array(), "a numpy array", "PIL.Image.fromarray(array).save"),
        (Tensor(), "an array (Tensor)", "PIL.Image.fromarray(array).save"),
    ],
)
def test_images_in_memory(value: Any, called: str, saved: str) -> None:
    """An image of another library is named, with the two lines that make a file of it."""
    with pytest.raises(TypeError) as caught:
        FileField("f", [value], many=True).sources()

    assert str(caught.value).splitlines() == [
        f"f[0] is {called}, not a file; give buffer.getvalue() after:",
        "    buffer = io.BytesIO()",
        f'    {saved}(buffer, "PNG")',
    ]


# Ends of messages; {0} is a folder.
ADVICE = {
    "{0}/photos": "is a directory, not a file: give the images in it, as sorted(Path('{0}/photos')"
    '.glob("*.jpg"))',
    "{0}/photos/*.jpg": "(patterns are not replaced: give sorted(Path('{0}/photos').glob('*.jpg')))",
    "{0}/p*s/**/me?.jpg": "(patterns are not replaced: give sorted(Path('{0}').glob('p*s/**/me?.jpg')))",
    "*.jpg": "(patterns are not replaced: give sorted(Path('.').glob('*.jpg')))",
    "~/no-me.jpg": "(~ is not replaced: give Path('~/no-me.jpg').expanduser())",
}


@pytest.mark.parametrize("name", ADVICE)
def test_what_a_shell_would_replace(tmp_path: Path, name: str) -> None:
    """A directory, a pattern or the sign for the home folder is not expanded; the message says how."""
    (tmp_path / "photos").mkdir()
    with pytest.raises(ValueError) as caught:
        source_of(name.format(tmp_path), "f").inspect()

    assert str(caught.value).endswith(ADVICE[name].format(tmp_path))


def test_names_that_look_like_patterns(tmp_path: Path) -> None:
    """A file that exists is taken, whatever it is called."""
    path = tmp_path / "me[1]*~.jpg"
    path.write_bytes(b"x")

    source_of(path, "f").inspect()


NAMED = "f is one file with its name: give a list of them, [(filename, content), ...]"
OF_A_DIRECTORY = ', for those of a directory sorted(Path(directory).glob("*.jpg"))'


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("me.jpg", f"f must be a list, not str; for a single file give [f]{OF_A_DIRECTORY}"),
        (io.BytesIO(b"x"), "f must be a list, not BytesIO; for a single file give [f]"),
        (b"x", "f must be a list, not bytes; for a single one give [f]"),
        (("me.jpg", b"content"), NAMED),
        (("me.jpg", io.BytesIO(b"x"), "image/jpeg"), NAMED),
    ],
)
def test_one_file_instead_of_several(value: Any, message: str) -> None:
    """One file where several are meant is noticed, a pair of name and content too."""
    with pytest.raises(TypeError) as caught:
        files_of(value, "f")

    assert str(caught.value) == message


@pytest.mark.parametrize("kind", [tuple, iter])
@pytest.mark.parametrize(
    "files",
    [
        ["a.jpg", b"b", Path("c.jpg")],
        ["a.jpg", "b.jpg"],
        ["a.jpg", Path("b.jpg")],
        [b"a", b"b"],
        [("a.jpg", b"a"), ("b.jpg", b"b")],
    ],
)
def test_other_iterables_of_files(kind: Any, files: list[Any]) -> None:
    """A tuple of files is as good as a list, and so is a generator, which is read once."""
    assert files_of(kind(files), "f") == files


def checked(value: Any) -> None:
    """Look at one of several files, where the document wants images with content."""
    (source,) = FileField("f", [value], many=True, images=True, min_length=1).sources()
    source.inspect()
    source.check()


TEXT = b"These are the notes that I took while I made the pictures of myself, in words."
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
ANYWAY = '; to send it anyway, give its media type: (filename, content, "image/...")'


def image(kind: str = "PNG", *, at_its_end: bool = False) -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, kind)
    return buffer if at_its_end else io.BytesIO(buffer.getvalue())


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (lambda _: b"", "f[0] is empty"),
        (lambda _: ("me.jpg", b""), "f[0] ('me.jpg') is empty"),
        (lambda _: ("me.jpg", b"", "image/jpeg"), "f[0] ('me.jpg') is empty"),
        (lambda path: path, "f[0] ('me.jpg') is empty"),
        (lambda _: Stream(b""), "f[0] is empty"),
        (lambda _: image(at_its_end=True), "f[0] is empty from its current position: rewind it with seek(0)"),
        (lambda _: TEXT, f"f[0] is text, not an image{ANYWAY}"),
        (lambda _: ("me.jpg", TEXT), f"f[0] ('me.jpg') is text, not an image{ANYWAY}"),
        (lambda _: ("me.jpg", PDF), f"f[0] ('me.jpg') is a PDF document, not an image{ANYWAY}"),
        (lambda _: Stream(b"PK\x03\x04" + bytes(80)), f"f[0] is a ZIP archive, not an image{ANYWAY}"),
    ],
)
def test_useless_files(tmp_path: Path, file: Any, message: str) -> None:
    """Nothing is sent of an empty file, or of one that is certainly no image: the message says why."""
    (tmp_path / "me.jpg").touch()
    with pytest.raises(ValueError) as caught:
        checked(file(tmp_path / "me.jpg"))

    assert str(caught.value) == message


@pytest.mark.parametrize(
    "file",
    [image(), ("me.jpg", TEXT, "image/jpeg"), ("me.pdf", PDF, "application/pdf"), Stream(image().getvalue())],
    ids=["image", "believed text", "believed PDF", "stream"],
)
def test_what_may_be_an_image(file: Any) -> None:
    """Images and what the caller vouches for are accepted; of bytes alone, see test_media_types."""
    checked(file)
