"""Images that the tests make, of any format and with any metadata."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image

from tryleap.images import sample_image

ORIENTATION, GPS = 0x112, 0x8825
POSITION = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
# Where the red corner of an upright picture is stored, for each of EXIF's orientations.
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def exif(orientation: int | None = None, *, position: bool = False) -> bytes:
    """EXIF data."""
    data = Image.Exif()
    if orientation is not None:
        data[ORIENTATION] = orientation
    if position:
        data[GPS] = POSITION
    return data.tobytes()


def picture(size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """A blue picture, whose upper left corner is red."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def encoded(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """The bytes of a picture in a format of Pillow's, or as HEIC."""
    image, target = image or picture(), BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(target, **options)
    else:
        image.save(target, kind, **options)
    return target.getvalue()


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """A picture that is upright only for programs that heed its orientation."""
    turn = TURNS[orientation]
    stored = picture() if turn is None else picture().transpose(turn)
    if kind != "TIFF":
        return encoded(kind, stored, exif=exif(orientation))
    tags = Image.Exif()
    tags[ORIENTATION] = orientation
    return encoded(kind, stored, exif=tags)


def write_samples(folder: Path, *names: str) -> list[Path]:
    """Write files of small real images, each another one, of the type that its name says."""
    for number, name in enumerate(names):
        data = sample_image(number)
        if not name.endswith(".png"):
            with Image.open(BytesIO(data)) as image:
                data = encoded("JPEG", image)
        (folder / name).write_bytes(data)
    return [folder / name for name in names]


def corners(image: Image.Image) -> list[str]:
    """What colour the four corners have: upper left, upper right, lower left, lower right."""
    width, height = image.size
    places = [(2, 2), (width - 3, 2), (2, height - 3), (width - 3, height - 3)]
    found = [image.convert("RGB").getpixel(place) for place in places]
    return ["red" if red > blue else "blue" for red, _, blue in found]  # type: ignore[misc] # RGB
