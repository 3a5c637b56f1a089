"""Run git in a checkout, and unpack archives."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path


class GitError(Exception):
    """git failed, with its own message, or is not installed."""


def git(root: Path, *arguments: str, text: str | None = None) -> str:
    """Run git.

    Args:
        root: The folder to run it in.
        arguments: The subcommand and its arguments.
        text: Its standard input, or None.

    Returns:
        Its output.

    Raises:
        GitError: git failed or is not installed.
    """
    return _git(root, arguments, text).decode(errors="replace")


def git_succeeds(root: Path, *arguments: str) -> bool:
    """Return whether a git command exits with status 0.

    Args:
        root: The folder to run it in.
        arguments: The subcommand and its arguments.

    Raises:
        GitError: git is not installed.
    """
    return _run(root, arguments).returncode == 0


def export(root: Path, revision: str, folder: Path, *paths: str) -> None:
    """Write the files of a revision to a folder, without touching the working tree.

    Args:
        root: The checkout.
        revision: The revision.
        folder: The folder to write to.
        paths: The files and folders to write; everything by default.

    Raises:
        GitError: The revision or one of the paths does not exist.
    """
    archive = _git(root, ("archive", "--format=tar", revision, "--", *paths))
    with tarfile.open(fileobj=io.BytesIO(archive)) as unpacked:
        unpack(unpacked, folder)


def copy_tree(root: Path, folder: Path) -> None:
    """Copy the files of the working tree, including uncommitted ones, except for those that git ignores.

    Args:
        root: The checkout.
        folder: The folder to write to.

    Raises:
        GitError: git failed.
    """
    for name in git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        source, target = root / name, folder / name
        if name and source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Unpack an archive, refusing members that would be written outside the folder.

    Args:
        archive: The open archive.
        folder: The folder to write to.
    """
    # As an attribute, because Python before 3.11.4 has no argument for it.
    archive.extraction_filter = getattr(tarfile, "data_filter", None)
    archive.extractall(folder)  # noqa: S202 - the line above


def _git(root: Path, arguments: tuple[str, ...], text: str | None = None) -> bytes:
    done = _run(root, arguments, text)
    if done.returncode:
        raise GitError(done.stderr.decode(errors="replace").strip() or f"git {arguments[0]} failed")
    return done.stdout


def _run(
    root: Path, arguments: tuple[str, ...], text: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    executable = shutil.which("git")
    if executable is None:
        raise GitError("git was not found: install it")
    return subprocess.run(  # noqa: S603 - our own arguments
        [executable, *arguments], cwd=root, input=(text or "").encode(), capture_output=True, check=False
    )
