"""Query a checkout with git, and copy its files."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from .. import repository
from .problems import DistributionError

MAX_CHANGES = 10  # files named in a message; the rest are counted


@frozen
class Checkout:
    """A checkout of the repository.

    Args:
        root: its folder.
    """

    root: Path

    def git(self, *arguments: str, failure: str = "git failed (see above)", text: str | None = None) -> str:
        """Run git in the checkout.

        Args:
            arguments: The subcommand and its arguments.
            failure: The end of the message if it fails, after git's own.
            text: What git reads from standard input, or None for nothing.

        Returns:
            Its output without trailing white space.

        Raises:
            DistributionError: git failed.
        """
        try:
            return repository.git(self.root, *arguments, text=text).rstrip()
        except repository.GitError as error:
            raise DistributionError(f"{error}\n{failure}") from error

    def commit(self, revision: str = "HEAD") -> str:
        """Return the full name of a revision's commit.

        Raises:
            DistributionError: There is no such revision.
        """
        name = f"{revision}^{{commit}}"
        return self.git("rev-parse", "--verify", name, failure=f"there is no revision {revision}")

    def commit_time(self) -> int:
        """Return the time of the last commit, in seconds since 1970."""
        return int(self.git("log", "-1", "--format=%ct"))

    def changes(self) -> list[str]:
        """Return the files of the working tree that differ from the last commit, including new ones."""
        shown = self.git("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
        return [entry[3:] for entry in shown.split("\0") if entry]  # after two letters and a space

    def insist_on_clean(self, way_out: str) -> None:
        """Refuse a working tree with uncommitted changes.

        Args:
            way_out: An alternative, for the end of the message.

        Raises:
            DistributionError: There are uncommitted changes.
        """
        changes = self.changes()
        if changes:
            named = "\n".join(f"  {name}" for name in changes[:MAX_CHANGES])
            more = f"\n  ... and {len(changes) - MAX_CHANGES} more" if len(changes) > MAX_CHANGES else ""
            raise DistributionError(
                f"the working tree differs from the last commit:\n{named}{more}\n"
                f"Commit these files, or stash them with git stash --include-untracked; {way_out}"
            )

    def has_tag(self, name: str) -> bool:
        """Return whether there is a tag of this name."""
        return bool(self.git("tag", "--list", name))

    def last_tag(self) -> str | None:
        """Return the newest release tag that the last commit contains, or None."""
        if not self.git("tag", "--list", "v*", "--merged", "HEAD"):
            return None
        return self.git("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD")

    def export(self, folder: Path, *, tree: bool = False) -> None:
        """Copy the files of the checkout, except those that git ignores.

        Args:
            folder: The folder for the copy, which is created.
            tree: Whether to copy the working tree instead of the last commit.

        Raises:
            DistributionError: git failed.
        """
        folder.mkdir(parents=True)
        try:
            if tree:
                repository.copy_tree(self.root, folder)
            else:
                repository.export(self.root, "HEAD", folder)
        except repository.GitError as error:
            raise DistributionError(f"{error}\nthe files could not be copied (see above)") from error
