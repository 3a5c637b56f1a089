"""Files and URLs on the command line. A directory or a pattern means the files in it or that match it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from .errors import Refused
from .terminal import one_line

_URL: Final = re.compile(r"https?://", re.IGNORECASE)


class Sources(NamedTuple):
    """The files or URLs that were given, never both.

    Args:
        files: Paths, or tuples of name, path and media type.
        urls: URLs.
    """

    files: Sequence[Any]
    urls: list[str]


def read_sources(arguments: Sequence[str], *, urls: bool = True, images: bool = False) -> Sources:
    """Separate files from URLs, and list the files of directories and patterns.

    A directory means the files in it, except hidden ones. With `images` it means its images only, and each
    file that is skipped is named on standard error.

    Args:
        arguments: The arguments.
        urls: Whether URLs are allowed.
        images: Whether only images are of use.

    Returns:
        The files, or the URLs.

    Raises:
        Refused: Files and URLs are mixed, a file does not exist, or a directory or pattern yields none.
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
                f"there are no {what} in the directory {argument}",
                "Name another one, or the files themselves.",
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
    """Leave out the files that neither their name nor their first bytes show to be images, and name them."""
    from .._runtime.request.media_types import FIRST_BYTES, media_type_of_bytes, media_type_of_name

    found = []
    for path in files:
        is_image = (media_type_of_name(path.name) or "").startswith("image/")
        # A file that cannot be read is reported when it is sent.
        with suppress(OSError), path.open("rb") as file:
            is_image = is_image or media_type_of_bytes(file.read(FIRST_BYTES)) is not None
        if is_image:
            found.append(path)
        else:
            print(one_line(f"skipped {path}: not an image"), file=sys.stderr)  # noqa: T201 - a note
    return found


def unchecked(sources: Sources) -> Sources:
    """Give each file a media type, so that the client does not check it either."""
    from .._runtime.request.media_types import DEFAULT_MEDIA_TYPE, media_type_of_name

    typed = [(each.name, each, media_type_of_name(each.name) or DEFAULT_MEDIA_TYPE) for each in sources.files]
    return Sources(typed, sources.urls)


def check_files(
    files: Sequence[Path], check: Callable[[Sequence[Path]], list[str]], skip_option: str
) -> None:
    """Refuse files that a check finds useless; it returns one sentence for each.

    Raises:
        Refused: Some files are useless. All are named, with the option that skips the check.
    """
    problems = check(files)
    if problems:
        raise Refused(
            f"{len(problems)} of {len(files)} files are useless: {'; '.join(problems)}",
            f"Nothing was sent. Leave them out, or send them anyway with {skip_option}.",
        )
