"""Find problems with sample images by reading only their headers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final, Literal, TypeAlias

from .._runtime.request.files import FileTypes
from .._runtime.request.media_types import (
    FIRST_BYTES,
    kind_of_no_image,
    media_type_of_bytes,
    media_type_of_name,
)
from ._metadata import UPRIGHT, Header, read_header
from ._window import EndsEarlyError, Window, content_of, name_of, opened

ProblemKind: TypeAlias = Literal[
    "unreadable",
    "empty",
    "not_an_image",
    "damaged",
    "duplicate",
    "tiny",
    "wrong_extension",
    "rotated",
    "location",
]
# Smaller images are icons or tracking pixels, from which nothing can be learned.
_MIN_SIDE: Final = 32
# These two names are used interchangeably.
_PHONE_TYPES: Final = frozenset({"image/heic", "image/heif"})


@dataclass(frozen=True)
class ImageProblem:
    """A problem with a sample image.

    Args:
        file: The file, as it was passed.
        kind: The kind of problem:
            - `unreadable`: the file does not exist or cannot be read;
            - `empty`: the file has no bytes;
            - `not_an_image`: the file has another type, or an unknown one;
            - `damaged`: the file is truncated, or its headers are invalid;
            - `duplicate`: the file has the same bytes as an earlier one;
            - `tiny`: the image is less than 32 pixels wide or high;
            - `wrong_extension`: the extension does not match the content;
            - `rotated`: the image is upright only in programs that apply its EXIF orientation;
            - `location`: the metadata contains the place where the picture was taken.
        detail: The problem as a sentence that names the file.
    """

    file: FileTypes = field(repr=False)
    kind: ProblemKind
    detail: str

    def __str__(self) -> str:
        return self.detail


def check_images(files: Iterable[FileTypes]) -> list[ImageProblem]:
    """Find problems with sample images before you pay for a training.

    It reads only headers, and the whole content of files of equal size to find duplicates. Nothing is changed
    or sent. The service publishes no limits on images, so none are assumed.

    Args:
        files: The same values as for `image_sample_files`. File objects must be seekable; their position does
            not change.

    Returns:
        The problems in the order of the files; an empty list if there are none.

    Raises:
        TypeError: `files` is one file instead of a list.
    """
    if isinstance(files, str | bytes | bytearray | memoryview | PurePath):
        raise TypeError(
            "files must be a list: give [file], or for a directory sorted(Path(directory).iterdir())"
        )
    given = list(files)
    found: list[list[ImageProblem]] = []
    by_size: defaultdict[int, list[int]] = defaultdict(list)
    for number, file in enumerate(given):
        label = name_of(file) or f"file {number + 1}"
        try:
            with opened(content_of(file)) as window:
                problems = [
                    ImageProblem(file, kind, f"{label} {said}") for kind, said in _problems(window, file)
                ]
                by_size[window.size].append(number)
        except (OSError, TypeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            problems = [ImageProblem(file, "unreadable", f"{label} cannot be read: {reason}")]
        found.append(problems)
    for size, group in by_size.items():
        if size and len(group) > 1:
            _add_duplicates(given, group, found)
    return [problem for problems in found for problem in problems]


def _problems(window: Window, file: Any) -> Iterator[tuple[ProblemKind, str]]:
    first = window.read_up_to(0, FIRST_BYTES)
    if not first:
        at_end = " from its current position: rewind it with seek(0)" if window.start else ""
        yield "empty", f"is empty{at_end}"
        return
    media_type = media_type_of_bytes(first)
    if media_type is None:
        yield "not_an_image", f"is {kind_of_no_image(first) or 'not an image of a known type'}"
        return
    try:
        header = read_header(window, media_type)
    except EndsEarlyError:
        yield "damaged", f"is damaged: it ends early, after {window.size} bytes"
        header = Header()
    except ValueError as error:
        yield "damaged", f"is damaged: {error}"
        header = Header()
    yield from _problems_of_header(header)
    of_name = media_type_of_name(name_of(file) or "")
    if of_name not in (None, media_type) and not {of_name, media_type} <= _PHONE_TYPES:
        yield "wrong_extension", f"is {media_type}, but its name says {of_name}"


def _problems_of_header(header: Header) -> Iterator[tuple[ProblemKind, str]]:
    if header.width and header.height and min(header.width, header.height) < _MIN_SIDE:
        yield "tiny", f"has only {header.width} x {header.height} pixels"
    if header.orientation != UPRIGHT:
        yield "rotated", f"is upright only in programs that apply its EXIF orientation, {header.orientation}"
    if header.has_position:
        yield "location", "contains the place where it was taken"


def _add_duplicates(given: list[FileTypes], group: list[int], found: list[list[ImageProblem]]) -> None:
    """Compare the contents of files of equal size."""
    seen: dict[bytes, int] = {}
    for number in group:
        try:
            with opened(content_of(given[number])) as window:
                digest = window.digest()
        except (OSError, ValueError) as error:
            label = name_of(given[number]) or f"file {number + 1}"
            found[number].append(
                ImageProblem(given[number], "unreadable", f"{label} cannot be read: {error}")
            )
            continue
        first = seen.setdefault(digest, number)
        if first != number:
            label, original = (name_of(given[each]) or f"file {each + 1}" for each in (number, first))
            problem = ImageProblem(given[number], "duplicate", f"{label} is the same image as {original}")
            found[number].append(problem)
