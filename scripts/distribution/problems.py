"""What keeps a package from being built, rehearsed, released or published."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class DistributionError(Exception):
    """It cannot go on; the message says why, and what to do."""


def run(
    command: Sequence[str | Path],
    failure: str,
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program to its end.

    Args:
        command: the program and its arguments.
        failure: what to say when it fails; what it printed itself is put before.
        folder: where it runs; the present folder by default.
        environment: its whole environment; that of this process by default.

    Returns:
        What it wrote to its output.

    Raises:
        DistributionError: it ended with a status other than 0.
    """
    done = subprocess.run(  # noqa: S603 - our own arguments
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        parts = (done.stdout.strip(), done.stderr.strip(), failure)
        raise DistributionError("\n".join(part for part in parts if part))
    return done.stdout


def git() -> str:
    """Where git is.

    Raises:
        DistributionError: it is not installed.
    """
    found = shutil.which("git")
    if found is None:
        raise DistributionError("git was not found: install it, or run this where the history is")
    return found
