"""Define the error of the release commands, and run programs for them."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType


class DistributionError(Exception):
    """A release command cannot continue. The message says why, and what to do."""


class _Termination:
    """Handles SIGTERM by exiting, but not while a child process starts, which would be orphaned."""

    def __init__(self) -> None:
        self._starting = self._pending = False

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self._starting:
            self._pending = True
        else:
            raise SystemExit(128 + number)

    def exit_if_pending(self) -> None:
        """Exit if a signal was deferred."""
        if self._pending:
            self._pending = False
            raise SystemExit(128 + signal.SIGTERM)

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """Defer the signal until the end of the block."""
        self._starting = True
        try:
            yield
        finally:
            self._starting = False


_termination = _Termination()


@contextlib.contextmanager
def ending_in_order() -> Iterator[None]:
    """Convert SIGTERM to SystemExit during the block, so that everything is cleaned up."""
    earlier = signal.signal(signal.SIGTERM, _termination)
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
    """Run a program.

    Args:
        command: The program and its arguments.
        failure: The end of the message if it fails, after its own output.
        folder: The folder to run it in; the current one by default.
        environment: All of its environment variables; those of this process by default.

    Returns:
        Its standard output.

    Raises:
        DistributionError: Its exit status is not 0.
    """
    with _termination.deferred():
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
            _termination.exit_if_pending()
            output, errors = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise DistributionError("\n".join(part for part in (output.strip(), errors.strip(), failure) if part))
    return output
