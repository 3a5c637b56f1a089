"""Files and URLs as they are given on the command line: directories and patterns stand for files."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from .exit_codes import Refused, one_line

_URL: Final = re.compile(r"https?://", re.IGNORECASE)


class Sources(NamedTuple):
    """What was given: files or URLs, never both."""

    files: Sequence[Any]  # paths, or files with a media type
    urls: list[str]


def read_sources(arguments: Sequence[str], *, urls: bool = True, images: bool = False) -> Sources:
    """Tell files from URLs, and find the files that directories and patterns stand for.

    A directory stands for the files in it, hidden ones and folders aside. Where images are wanted it stands
    for those alone, and the others are named on standard error.

    Args:
        arguments: What was given.
        urls: Whether URLs may be given.
        images: Whether images are wanted.

    Returns:
        The files, or the URLs.

    Raises:
        Refused: Files and URLs are mixed, or a file, a directory's or a pattern's files do not exist.
    """
    links = [each for each in arguments if urls and _URL.match(each)]
    if links and len(links) < len(arguments):
        other = next(each for each in arguments if each not in links)
        raise Refused(f"{links[0]} is a URL and {other} is not", "Give files or URLs, not both.")
    return Sources(
        [] if links else [path for each in arguments for path in _files(each, images=images)], links
    )


def _files(argument: str, *, images: bool) -> list[Path]:
    from glob import glob, has_magic

    path = Path(argument).expanduser()
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        if images:
            found = _images_among(found)
        if not found:
            what = "images" if images else "files"
            raise Refused(
                f"the directory {argument} holds no {what}", "Name one that does, or the files themselves."
            )
        return found
    if path.exists():
        return [path]
    if not has_magic(argument):
        raise Refused(
            f"there is no file or directory {argument}", "Correct the name, or quote it if it has spaces."
        )
    matches = glob(str(path), recursive=True)  # noqa: PTH207 - the pattern may be absolute
    found = sorted(each for each in map(Path, matches) if each.is_file())
    if not found:
        raise Refused(f"no file matches {argument}", "Correct the pattern, or name a directory.")
    return found


def _images_among(files: list[Path]) -> list[Path]:
    """Leave out what neither by its name nor by its bytes is an image, and say so."""
    from .._runtime.request.media_types import FIRST_BYTES, media_type_of_bytes, media_type_of_name

    found = []
    for path in files:
        is_image = (media_type_of_name(path.name) or "").startswith("image/")
        # Whoever reads it next says why it cannot be read.
        with suppress(OSError), path.open("rb") as file:
            is_image = is_image or media_type_of_bytes(file.read(FIRST_BYTES)) is not None
        if is_image:
            found.append(path)
        else:
            print(one_line(f"skipped {path}: it is no image"), file=sys.stderr)  # noqa: T201 - a note
    return found


def unchecked(sources: Sources) -> Sources:
    """Make sure that the client does not look at files either: it believes a media type that it is given.

    Args:
        sources: What was given.

    Returns:
        The same, each file with its media type.
    """
    from .._runtime.request.media_types import DEFAULT_MEDIA_TYPE, media_type_of_name

    believed = [
        (each.name, each, media_type_of_name(each.name) or DEFAULT_MEDIA_TYPE) for each in sources.files
    ]
    return Sources(believed, sources.urls)


def check_files(files: Sequence[Path], check: Callable[[Sequence[Path]], list[str]], way_round: str) -> None:
    """Refuse files of which a check says that they are of no use.

    Args:
        files: The files.
        check: Returns one sentence for each file that is of no use.
        way_round: The option that leaves the check out.

    Raises:
        Refused: There are such files; all of them are named.
    """
    problems = check(files)
    if problems:
        raise Refused(
            f"{len(problems)} of {len(files)} files would be of no use: {'; '.join(problems)}",
            f"Nothing was sent. Leave them out, or send them all the same with {way_round}.",
        )
