"""Replace the output folder atomically.

The new folder is written beside the old one, and two renames exchange them. If a run is killed between the
two, the next run restores the old folder (`recover`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..document.problems import stop
from .templates import LEFT_BY_TOOLS, MARK

_NEW = ".new-"
_OLD = ".old"


def check_target(output: Path) -> None:
    """Refuse to replace anything but a folder that this generator wrote, or an empty one.

    Args:
        output: The folder to replace.

    Raises:
        GenerationError: It is a file, or a non-empty folder without the generator's mark.
    """
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise stop("", f"{output} is not a folder", "Give --output a folder that is empty or does not exist.")
    if output.is_dir() and any(output.iterdir()) and not (output / MARK).is_file():
        raise stop(
            "",
            f"the folder {output} is not empty and was not written by this generator (it has no {MARK})",
            "Give --output an empty folder, or move away what is in it.",
        )


def recover(output: Path) -> None:
    """Clean up after a killed run, and restore the old output if it was killed during the exchange."""
    aside = _aside(output)
    if aside.is_dir():
        if output.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(output)
    if output.parent.is_dir():
        for left in output.parent.glob(f".{output.name}{_NEW}*"):
            shutil.rmtree(left, ignore_errors=True)


def content(folder: Path) -> dict[str, bytes]:
    """Return the content of the files in a folder by their relative paths, except for caches of tools."""
    found = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder)
        if path.is_file() and LEFT_BY_TOOLS.isdisjoint(inside.parts):
            found[inside.as_posix()] = path.read_bytes()
    return found


@contextlib.contextmanager
def staged(output: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files to a new folder beside the output, and exchange the two at the end of the block.

    Args:
        output: The output folder.
        files: The content of each file by its relative path.

    Yields:
        The new folder, for formatting.

    Raises:
        GenerationError: A folder cannot be written. On any error, the old output is unchanged.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{output.name}{_NEW}", dir=output.parent))
    except OSError as error:
        raise stop("", f"{output} cannot be written: {error.strerror}", "Choose another --output.") from error
    try:
        fresh.chmod(0o755)
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield fresh
        _exchange(fresh, output)
    except OSError as error:
        raise stop("", f"{output} cannot be written: {error}", "Choose another --output.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _aside(output: Path) -> Path:
    return output.with_name(f".{output.name}{_OLD}")


def _exchange(fresh: Path, output: Path) -> None:
    for path in sorted(fresh.rglob("*")):
        if path.is_file():
            _flush(path)
    aside = _aside(output)
    if output.exists():
        output.rename(aside)
    try:
        fresh.rename(output)
    except OSError:
        if aside.exists():
            aside.rename(output)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _flush(path: Path) -> None:
    """Write the content to disk before a rename makes it the output."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
