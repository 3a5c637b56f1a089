"""Counts what a process holds, before and after, and says what has been left behind."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_DESCRIPTORS = next((path for path in (Path("/proc/self/fd"), Path("/dev/fd")) if path.is_dir()), None)
# trio keeps idle threads for ten seconds, to use them again: they are its own affair.
_KEPT = "Trio thread"


class Holdings:
    """The file descriptors and threads of this process at one moment."""

    def __init__(self) -> None:
        self.descriptors = _descriptors()
        self.threads = {thread for thread in threading.enumerate() if not thread.name.startswith(_KEPT)}

    def left_over(self) -> list[str]:
        """Name what the process holds now and did not hold then."""
        now = Holdings()
        files = [
            f"descriptor {number}: {what}"
            for number, what in sorted(now.descriptors.items())
            if number not in self.descriptors
        ]
        return files + sorted(f"thread {thread.name}" for thread in now.threads - self.threads)


def _descriptors() -> dict[int, str]:
    found: dict[int, str] = {}
    for name in os.listdir(_DESCRIPTORS) if _DESCRIPTORS else ():  # noqa: PTH208, Path.iterdir holds it open longer
        try:
            found[int(name)] = os.readlink(f"{_DESCRIPTORS}/{name}")  # noqa: PTH115, a socket's is no path
        except OSError:
            continue  # the one through which the directory itself was read, or one closed meanwhile
    return found
