"""The copies that `prepare_images` writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from tests.support.pictures import POSITION, corners, encoded, exif, picture, turned
from tryleap import LeapError
from tryleap.images import ImagePreparationError, check_images, prepare_images, sample_image

from .test_images_check import png

RED_CORNER = ["red", "blue", "blue", "blue"]


def prepared(file: Any, folder: Path, **options: Any) -> Image.Image:
    (path,) = prepare_images([file], folder, **options)
    with Image.open(path) as image:
        image.load()
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright(tmp_path: Path, orientation: int, kind: str) -> None:
    """Whatever the orientation was, the copy is upright for every program."""
    image = prepared(turned(orientation, kind), tmp_path)

    assert (image.size, corners(image)) == ((96, 64), RED_CORNER)
    assert check_images(list(tmp_path.iterdir())) == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_no_metadata(tmp_path: Path, kind: str) -> None:
    """Nothing of the EXIF data is left, and no comment: not where it was taken, nor by which camera."""
    data = Image.Exif()
    data[0x110], data[0x8825] = "A camera of mine", POSITION
    options = {"comment": "of mine"} if kind == "JPEG" else {}
    image = prepared(encoded(kind, exif=data.tobytes(), **options), tmp_path)

    assert dict(image.getexif()) == {}
    (path,) = tmp_path.iterdir()
    assert b"of mine" not in path.read_bytes()


@pytest.mark.parametrize(
    ("name", "kind", "mode", "copy"),
    [
        ("a.heic", "HEIC", "RGB", "a.jpg"),
        ("a.jpeg", "JPEG", "RGB", "a.jpg"),
        ("a.jpeg", "JPEG", "CMYK", "a.jpg"),
        ("a.jpeg", "JPEG", "L", "a.jpg"),
        ("a.webp", "WEBP", "RGB", "a.jpg"),
        ("a.avif", "AVIF", "RGB", "a.jpg"),
        ("a.tiff", "TIFF", "RGB", "a.jpg"),
        ("a.tiff", "TIFF", "CMYK", "a.jpg"),
        ("a.png", "PNG", "RGB", "a.png"),
        ("a.png", "PNG", "P", "a.png"),
        ("a.png", "PNG", "1", "a.png"),
        ("a.gif", "GIF", "P", "a.png"),
        ("a.bmp", "BMP", "RGB", "a.png"),
        ("holiday.of.us", "JPEG", "RGB", "holiday.of.jpg"),
    ],
)
def test_types(tmp_path: Path, name: str, kind: str, mode: str, copy: str) -> None:
    """Photographs become JPEG and drawings PNG, in RGB, whatever they were."""
    (path,) = prepare_images([(name, encoded(kind, picture(mode=mode)))], tmp_path / "new" / "folder")

    assert path == tmp_path / "new" / "folder" / copy
    assert check_images([path]) == []
    with Image.open(path) as image:
        assert image.mode == "RGB"
        assert image.size == (96, 64)


def test_transparency_is_kept(tmp_path: Path) -> None:
    """An image with transparent parts becomes PNG; one whose transparency hides nothing is a photograph."""
    half = picture(mode="RGBA")
    half.putalpha(Image.linear_gradient("L").resize(half.size))
    image = prepared(("a.webp", encoded("WEBP", half, lossless=True)), tmp_path)
    assert (image.format, image.mode) == ("PNG", "RGBA")

    image = prepared(("b.webp", encoded("WEBP", picture(mode="RGBA"), lossless=True)), tmp_path)
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_sixteen_bits(tmp_path: Path) -> None:
    """Grey of 16 bits keeps its shades."""
    source = Image.new("I;16", (64, 64), 32_896)
    image = prepared(encoded("PNG", source), tmp_path)

    assert image.convert("RGB").getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize("kind", ["JPEG", "HEIC", "PNG"])
def test_made_smaller(tmp_path: Path, kind: str) -> None:
    """The longer side gets the size that is wanted; smaller images keep theirs."""
    image = prepared(encoded(kind, picture((600, 300))), tmp_path, max_size=100)
    assert (image.size, corners(image)) == ((100, 50), RED_CORNER)

    image = prepared(("b", encoded(kind, picture((90, 60)))), tmp_path, max_size=100)
    assert image.size == (90, 60)


def test_colours_become_srgb(tmp_path: Path) -> None:
    """Colours of another profile are converted, so that programs that know of none show them rightly."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # One that says blue where others say red.
    swapped = srgb.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    found = [
        prepared((str(number), encoded("PNG", icc_profile=profile)), tmp_path)
        for number, profile in enumerate((srgb, swapped, b"no profile at all"))
    ]

    assert [corners(image) for image in found] == [RED_CORNER, ["blue", "red", "red", "red"], RED_CORNER]
    assert not any("icc_profile" in image.info for image in found)


def test_quality(tmp_path: Path) -> None:
    """A lower quality makes smaller files."""
    noise = Image.effect_noise((200, 200), 90)
    sizes = [
        prepare_images([encoded("JPEG", noise)], tmp_path / str(each), quality=each)[0].stat().st_size
        for each in (100, 50, 1)
    ]

    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_names_that_meet(tmp_path: Path) -> None:
    """Copies that would bear the same name, in any case, get numbers; the order is that of the files."""
    names = ["a/me.png", "b/me.jpg", "c/ME.PNG", "d/me.png"]
    paths = prepare_images([(name, sample_image(number)) for number, name in enumerate(names)], tmp_path)

    assert [path.name for path in paths] == ["me.png", "me-2.png", "ME-3.png", "me-4.png"]
    assert len({path.read_bytes() for path in paths}) == 4


def test_originals_are_never_touched(tmp_path: Path) -> None:
    """A copy never replaces an original, also where files may be replaced."""
    original = tmp_path / "me.png"
    original.write_bytes(sample_image())
    with pytest.raises(ImagePreparationError, match=r"me\.png is in .* itself: choose another folder"):
        prepare_images([original], tmp_path, overwrite=True)

    assert original.read_bytes() == sample_image()
    assert list(tmp_path.iterdir()) == [original]


def test_other_files_are_replaced_on_demand(tmp_path: Path) -> None:
    """A file that is there already is kept, unless it may be replaced."""
    (tmp_path / "me.png").write_bytes(b"something else")
    with pytest.raises(ImagePreparationError, match=r"me\.png would replace .*me\.png"):
        prepare_images([("me.png", sample_image())], tmp_path)
    assert (tmp_path / "me.png").read_bytes() == b"something else"

    assert prepared(("me.png", sample_image()), tmp_path, overwrite=True).size == (64, 64)


def test_all_or_nothing(tmp_path: Path) -> None:
    """Where some images are unusable all of them are named, and nothing is written."""
    files = [
        ("good.png", sample_image()),
        ("text.jpg", b"not an image, but the text of somebody who forgot to take one, sadly"),
        ("cut.jpg", encoded("JPEG")[:-300]),
        ("none.jpg", b""),
        tmp_path / "gone.jpg",
    ]
    with pytest.raises(ImagePreparationError) as caught:
        prepare_images(files, tmp_path / "out")

    assert [(each.file, each.kind) for each in caught.value.problems] == [
        (files[1], "not_an_image"),
        (files[2], "damaged"),
        (files[3], "empty"),
        (files[4], "unreadable"),
    ]
    assert str(caught.value).startswith("Nothing was written: text.jpg is text; cut.jpg is damaged: it ends")
    assert isinstance(caught.value, LeapError)
    assert isinstance(caught.value, ValueError)
    assert list((tmp_path / "out").iterdir()) == []


def test_damage_that_only_a_decoder_sees(tmp_path: Path) -> None:
    """An image whose headers are well and whose content is not is named too."""
    data = bytearray(encoded("PNG", picture((256, 256))))
    place = data.index(b"IDAT") + 20
    data[place : place + 40] = bytes(40)
    with pytest.raises(ImagePreparationError, match="file 1 cannot be decoded"):
        prepare_images([bytes(data)], tmp_path)


def test_more_pixels_than_are_safe(tmp_path: Path) -> None:
    """An image that announces more pixels than memory can hold is refused before it is decoded."""
    bomb = png(60_000, 60_000, (b"IDAT", b""))
    with pytest.raises(ImagePreparationError, match="has 60000 x 60000 pixels"):
        prepare_images([bomb], tmp_path)


def test_pillow_is_left_as_it_was(tmp_path: Path) -> None:
    """Reading HEIC does not change which files the rest of the program can open."""
    prepare_images([encoded("HEIC", exif=exif(position=True))], tmp_path)

    Image.init()
    assert "HEIF" not in Image.OPEN


def test_arguments_out_of_range(tmp_path: Path) -> None:
    """Sizes and qualities that mean nothing are refused."""
    with pytest.raises(ValueError, match="max_size is 0: pass the length of the longer side"):
        prepare_images([], tmp_path, max_size=0)
    with pytest.raises(ValueError, match="quality is 101: pass a number from 1 to 100"):
        prepare_images([], tmp_path, quality=101)
