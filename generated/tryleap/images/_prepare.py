"""Write normalized copies of sample images. It needs the extra `images`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from .._runtime._package import LeapError
from .._runtime.request.files import FileTypes
from .._runtime.request.media_types import FIRST_BYTES, kind_of_no_image, media_type_of_bytes
from .._version import install_command
from ._check import ImageProblem
from ._metadata import read_header
from ._window import EndsEarlyError, Window, content_of, name_of, opened

if TYPE_CHECKING:
    from PIL import Image

_NEEDED: Final = f"prepare_images needs Pillow and pillow-heif: {install_command('images')}"
# Drawings rather than photographs: JPEG would blur their edges.
_DRAWN: Final = frozenset({"image/bmp", "image/gif", "image/png"})
_PHONE_TYPES: Final = frozenset({"image/heic", "image/heif"})


class ImagePreparationError(LeapError, ValueError):
    """Some images could not be prepared. Nothing was written.

    Args:
        problems: The problem of each image.
    """

    def __init__(self, problems: Sequence[ImageProblem]) -> None:
        details = "; ".join(problem.detail for problem in problems)
        super().__init__(f"Nothing was written: {details}.")
        self.problems: list[ImageProblem] = list(problems)


def prepare_images(
    files: Iterable[FileTypes],
    folder: str | os.PathLike[str],
    *,
    max_size: int | None = None,
    quality: int = 95,
    overwrite: bool = False,
) -> list[Path]:
    """Write upright copies of images, without metadata, as JPEG or PNG.

    The EXIF orientation is applied, colours are converted to sRGB, and EXIF, XMP and comments are omitted,
    including the place where a picture was taken. Drawings (PNG, GIF, BMP) and transparent images become PNG,
    all others JPEG, including HEIC. If a file has several images, the first is used. The originals are
    never changed.

    Args:
        files: The same values as for `image_sample_files`.
        folder: The folder for the copies, which is created if necessary. A copy has the name of its original
            with the extension of its new type, and a number if the name is taken.
        max_size: The maximum length of the longer side in pixels. Larger images are scaled down; None keeps
            their size.
        quality: The JPEG quality, from 1 to 100.
        overwrite: Whether existing files in the folder may be replaced. Originals are never replaced.

    Returns:
        The copies, in the order of the files.

    Raises:
        ImagePreparationError: Some files are damaged or not images, or a copy would replace a file. Nothing
            was written.
        ValueError: An argument is out of range.
        ImportError: The extra `images` is not installed.
    """
    if isinstance(files, str | bytes | bytearray | memoryview | PurePath):
        raise TypeError(
            "files must be a list: give [file], or for a directory sorted(Path(directory).iterdir())"
        )
    if max_size is not None and max_size < 1:
        raise ValueError(f"max_size is {max_size}: pass the length of the longer side in pixels, or None")
    if not 1 <= quality <= 100:
        raise ValueError(f"quality is {quality}: pass a number from 1 to 100")
    _import_pillow()
    given, target = list(files), Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    originals = [path for file in given if (path := _path_of(file)) is not None]
    problems: list[ImageProblem] = []
    moves: list[tuple[Path, Path]] = []
    taken: set[str] = set()
    # Inside the target folder, so that moving the copies is atomic.
    with TemporaryDirectory(prefix=".preparing-", dir=target) as staging:
        for number, file in enumerate(given):
            label = name_of(file) or f"file {number + 1}"
            try:
                data, extension = _prepared(content_of(file), max_size, quality)
                stem = PurePath(name_of(file) or f"image-{number + 1}").stem
                copy = target / _free_name(stem, extension, taken)
                _check_target(copy, originals, overwrite=overwrite)
                staged = Path(staging) / str(number)
                staged.write_bytes(data)
                moves.append((staged, copy))
            except _UnusableError as error:
                problems.append(ImageProblem(file, error.kind, f"{label} {error}"))
        if problems:
            raise ImagePreparationError(problems)
        for staged, copy in moves:
            staged.replace(copy)
    return [copy for _, copy in moves]


class _UnusableError(Exception):
    """An image cannot be prepared. The text follows its name in a sentence."""

    def __init__(self, kind: Any, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def _import_pillow() -> None:
    try:
        import PIL
        import pillow_heif
    except ImportError as error:
        raise ImportError(_NEEDED, name=error.name) from error
    del PIL, pillow_heif


def _path_of(file: Any) -> Path | None:
    content = content_of(file)
    return Path(content) if isinstance(content, str | os.PathLike) else None


def _free_name(stem: str, extension: str, taken: set[str]) -> str:
    """Return a name that no other copy has, even on a case-insensitive file system."""
    name, number = f"{stem}{extension}", 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}{extension}"
    taken.add(name.casefold())
    return name


def _check_target(copy: Path, originals: Sequence[Path], *, overwrite: bool) -> None:
    if not os.path.lexists(copy):
        return
    if any(original.exists() and copy.samefile(original) for original in originals):
        raise _UnusableError(
            "unreadable", f"is in {copy.parent} itself: choose another folder for the copies"
        )
    if not overwrite:
        raise _UnusableError(
            "unreadable", f"would replace {copy}: choose another folder, or allow overwriting"
        )


def _prepared(content: Any, max_size: int | None, quality: int) -> tuple[bytes, str]:
    try:
        with opened(content) as window:
            first = window.read_up_to(0, FIRST_BYTES)
            if not first:
                raise _UnusableError("empty", "is empty")
            media_type = media_type_of_bytes(first)
            if media_type is None:
                kind = kind_of_no_image(first) or "not an image of a known type"
                raise _UnusableError("not_an_image", f"is {kind}")
            _check_header(window, media_type)
            return _encoded(window, media_type, max_size, quality)
    except (OSError, TypeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _UnusableError("unreadable", f"cannot be read: {reason}") from error


def _check_header(window: Window, media_type: str) -> None:
    from PIL import Image

    try:
        header = read_header(window, media_type)
    except EndsEarlyError as error:
        raise _UnusableError("damaged", f"is damaged: it ends early, after {window.size} bytes") from error
    except ValueError as error:
        raise _UnusableError("damaged", f"is damaged: {error}") from error
    pixels, limit = (header.width or 0) * (header.height or 0), Image.MAX_IMAGE_PIXELS
    # Pillow has the same limit, for most formats.
    if limit is not None and pixels > 2 * limit:
        raise _UnusableError(
            "damaged",
            f"has {header.width} x {header.height} pixels, more than the {2 * limit} that are safe to "
            "decode (PIL.Image.MAX_IMAGE_PIXELS sets the limit)",
        )


def _encoded(window: Window, media_type: str, max_size: int | None, quality: int) -> tuple[bytes, str]:
    from PIL import Image, ImageOps

    try:
        with _open(BytesIO(window.read(0, window.size)), media_type) as source:
            if max_size is not None:
                source.draft(None, (max_size, max_size))
            source.load()
            image = _plain(ImageOps.exif_transpose(source))
            if max_size is not None:
                image.thumbnail((max_size, max_size), Image.Resampling.LANCZOS)
            image.info = {}
            if image.mode == "RGBA" or media_type in _DRAWN:
                return _saved(image, "PNG", optimize=True), ".png"
            return _saved(image.convert("RGB"), "JPEG", quality=quality, subsampling=0), ".jpg"
    except Exception as error:  # decoders raise arbitrary exceptions for damaged data
        raise _UnusableError("damaged", f"cannot be decoded: {error}") from error


def _open(data: BytesIO, media_type: str) -> Image.Image:
    from PIL import Image

    if media_type in _PHONE_TYPES:
        from pillow_heif import open_heif

        # Registering the format with Pillow would affect the whole program.
        image: Image.Image = open_heif(data).to_pillow()
        return image
    return Image.open(data)


def _plain(image: Image.Image) -> Image.Image:
    """Convert an image of any mode to RGB or RGBA, in sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() == (255, 255):
            image = image.convert("RGB")
    elif image.mode not in ("RGB", "CMYK", "L"):
        image = image.convert("RGB")
    if profile:
        image = _in_srgb(image, profile)
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    from PIL import ImageCms

    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ImportError):
        return image  # ignore an invalid profile, or one that Pillow cannot apply
    return converted if converted is not None else image


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()
