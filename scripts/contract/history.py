"""What an older revision of the checkout held, taken out without touching the work tree."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from attrs import frozen


class HistoryError(Exception):
    """The revision or what is wanted of it is not there; the message says what to do."""


@frozen
class Revision:
    """A revision of a checkout.

    Args:
        root: The checkout.
        name: The revision as it was asked for.
        commit: The full name of its commit.
    """

    root: Path
    name: str
    commit: str

    def holds(self, path: str) -> bool:
        """Whether the revision has a file or a folder of this name."""
        return _git(self.root, "cat-file", "-e", f"{self.commit}:{path}").returncode == 0

    def write(self, path: str, folder: Path) -> Path:
        """Take a file or a folder out.

        Args:
            path: Its path inside the checkout.
            folder: Where it is put, under the same path.

        Returns:
            The path that was written.

        Raises:
            HistoryError: The revision has nothing of this name.
        """
        done = _git(self.root, "archive", "--format=tar", self.commit, "--", path)
        if done.returncode:
            raise HistoryError(f"{self.name} has no {path}: {_last_line(done.stderr)}")
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            # As an attribute, because Python before 3.11.4 knows no argument for it.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(folder)  # noqa: S202 - the line above
        return folder / path


def find(root: Path, name: str) -> Revision:
    """Find a revision.

    Args:
        root: The checkout.
        name: A tag, a branch or a commit.

    Returns:
        The revision.

    Raises:
        HistoryError: There is no such revision, or the folder is no checkout.
    """
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if done.returncode:
        reason = _last_line(done.stderr)
        raise HistoryError(
            f"there is no revision {name!r}{f' ({reason})' if reason else ''}: name a tag, a branch or a "
            "commit that was fetched (git fetch --tags; a shallow clone lacks older ones)"
        )
    return Revision(root, name, done.stdout.decode().strip())


def differs(revision: Revision, path: str) -> bool:
    """Whether a path of the work tree is not what the revision has, new files included.

    Args:
        revision: The older state.
        path: The path inside the checkout.

    Returns:
        Whether anything is different.
    """
    changed = _git(revision.root, "diff", "--quiet", revision.commit, "--", path).returncode != 0
    new = _git(revision.root, "ls-files", "--others", "--exclude-standard", "--", path).stdout
    return changed or bool(new.strip())


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    git = shutil.which("git")
    if git is None:
        raise HistoryError("git was not found: install it, or run this where the history is")
    return subprocess.run([git, *arguments], cwd=root, capture_output=True, check=False)  # noqa: S603 - our arguments


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""
