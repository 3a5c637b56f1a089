"""What keeps a package from being built, rehearsed, released or published."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType


class DistributionError(Exception):
    """It cannot go on; the message says why, and what to do."""


class _Told:
    """Ends this process when it is told to, but not while it starts another, which would be left behind."""

    def __init__(self) -> None:
        self._starting = self._pending = False

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self._starting:
            self._pending = True
        else:
            raise SystemExit(128 + number)

    def now(self) -> None:
        """End, if that was put off."""
        if self._pending:
            self._pending = False
            raise SystemExit(128 + signal.SIGTERM)

    @contextlib.contextmanager
    def later(self) -> Iterator[None]:
        """Put off ending until the block is over: the process that it starts is then known, and ended too."""
        self._starting = True
        try:
            yield
        finally:
            self._starting = False


_told = _Told()


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Leave every block in order, and so take everything down, also when this process is told to end."""
    earlier = signal.signal(signal.SIGTERM, _told)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)


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
    with _told.later():
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    with process:
        try:
            _told.now()
            output, errors = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DistributionError("\n".join(part for part in (output.strip(), errors.strip(), failure) if part))
    return output


def git() -> str:
    """Where git is.

    Raises:
        DistributionError: it is not installed.
    """
    found = shutil.which("git")
    if found is None:
        raise DistributionError("git was not found: install it, or run this where the history is")
    return found
