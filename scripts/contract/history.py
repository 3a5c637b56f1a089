"""Read files of an older revision without touching the working tree."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from ..repository import GitError, export, git, git_succeeds


class HistoryError(Exception):
    """The revision or a file of it does not exist; the message says what to do."""


@frozen
class Revision:
    """A revision of a checkout.

    Args:
        root: The checkout.
        name: The revision as it was given.
        commit: The full name of its commit.
    """

    root: Path
    name: str
    commit: str

    def has(self, path: str) -> bool:
        """Return whether the revision has a file or a folder of this name."""
        return git_succeeds(self.root, "cat-file", "-e", f"{self.commit}:{path}")

    def write(self, path: str, folder: Path) -> Path:
        """Write a file or a folder of the revision.

        Args:
            path: Its path inside the checkout.
            folder: The folder to write to, under the same path.

        Returns:
            The path that was written.

        Raises:
            HistoryError: The revision has no such file or folder.
        """
        try:
            export(self.root, self.commit, folder, path)
        except GitError as error:
            raise HistoryError(f"{self.name} has no {path}: {_last_line(error)}") from error
        return folder / path


def find(root: Path, name: str) -> Revision:
    """Return a revision by the name of a tag, a branch or a commit.

    Raises:
        HistoryError: There is no such revision, or the folder is not a checkout.
    """
    try:
        commit = git(root, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    except GitError as error:
        raise HistoryError(
            f"there is no revision {name!r} ({_last_line(error)}): name a tag, a branch or a commit that was "
            "fetched (git fetch --tags; a shallow clone lacks older ones)"
        ) from error
    return Revision(root, name, commit.strip())


def differs(revision: Revision, path: str) -> bool:
    """Return whether a path differs between the working tree and a revision, including new files."""
    same = git_succeeds(revision.root, "diff", "--quiet", revision.commit, "--", path)
    new = git(revision.root, "ls-files", "--others", "--exclude-standard", "--", path)
    return not same or bool(new.strip())


def _last_line(error: GitError) -> str:
    return str(error).splitlines()[-1]
