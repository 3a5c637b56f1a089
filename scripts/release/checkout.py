"""What git knows of a checkout, and copies of what it holds."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

from attrs import frozen

from .problems import DistributionError, git, run

MOST_CHANGES = 10  # files named in a message; the rest are counted


@frozen
class Checkout:
    """A checkout of the repository.

    Args:
        root: its folder.
    """

    root: Path

    def ask(self, *arguments: str, failure: str = "git failed (see above)") -> str:
        """Run git in the checkout; returns its output without surrounding white space.

        Raises:
            DistributionError: git failed.
        """
        return run([git(), *arguments], failure, folder=self.root).strip()

    def commit(self, revision: str = "HEAD") -> str:
        """The full name of a revision's commit.

        Raises:
            DistributionError: there is no such revision.
        """
        name = f"{revision}^{{commit}}"
        return self.ask("rev-parse", "--verify", "--quiet", name, failure=f"there is no revision {revision}")

    def commit_time(self) -> int:
        """When the last commit was made, in seconds since 1970."""
        return int(self.ask("log", "-1", "--format=%ct"))

    def changes(self) -> list[str]:
        """The files of the work tree that differ from the last commit, new ones too."""
        command = [git(), "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"]
        shown = run(command, "git status failed", folder=self.root)
        return [entry[3:] for entry in shown.split("\0") if entry]  # after two letters and a space

    def insist_on_clean(self, way_out: str) -> None:
        """Refuse a work tree with changes that are not committed.

        Args:
            way_out: what else can be done, as the end of a message.

        Raises:
            DistributionError: there are such changes.
        """
        changes = self.changes()
        if changes:
            named = "\n".join(f"  {name}" for name in changes[:MOST_CHANGES])
            more = f"\n  ... and {len(changes) - MOST_CHANGES} more" if len(changes) > MOST_CHANGES else ""
            raise DistributionError(
                f"the work tree is not what was committed last:\n{named}{more}\n"
                f"Commit these files, or put them away with git stash --include-untracked; {way_out}"
            )

    def has_tag(self, name: str) -> bool:
        """Whether there is a tag of this name."""
        return bool(self.ask("tag", "--list", name))

    def last_tag(self) -> str | None:
        """The newest tag of a release before the last commit or on it, None where there is none."""
        if not self.ask("tag", "--list", "v*", "--merged", "HEAD"):
            return None
        return self.ask("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD")

    def export(self, folder: Path, *, tree: bool = False) -> None:
        """Copy the files of the checkout, none of which git ignores.

        Args:
            folder: where to; it is made.
            tree: as the work tree has them, instead of the last commit.
        """
        folder.mkdir(parents=True)
        if not tree:
            command = [git(), "archive", "--format=tar", "HEAD"]
            done = subprocess.run(command, cwd=self.root, capture_output=True, check=False)  # noqa: S603 - as it stands
            if done.returncode:
                raise DistributionError(f"{done.stderr.decode(errors='replace').strip()}\ngit archive failed")
            with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
                # As an attribute, because Python before 3.11.4 knows no argument for it.
                archive.extraction_filter = getattr(tarfile, "data_filter", None)
                archive.extractall(folder)  # noqa: S202 - the line above
            return
        for name in self.ask("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
            source, target = self.root / name, folder / name
            if name and source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
