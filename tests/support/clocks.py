"""A clock in the place of a client's own: no test waits for a pause."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable

import anyio.lowlevel


class ManualClock:
    """Keeps pauses, which are over at once and move the time on; the jitter is always the largest.

    Args:
        on_pause: Called at each pause with its length in seconds; the async client awaits what it returns.
        running: Whether the time goes on by itself as well.
    """

    def __init__(
        self, on_pause: Callable[[float], object] = lambda seconds: None, *, running: bool = False
    ) -> None:
        self.pauses: list[float] = []
        self._on_pause = on_pause
        self._running = running

    def monotonic(self) -> float:
        return (time.monotonic() if self._running else 1000.0) + sum(self.pauses)

    def time(self) -> float:
        # A date that a server names is one of the real time.
        return time.time() if self._running else self.monotonic()

    def random(self) -> float:
        return 1.0

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._on_pause(seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.pauses.append(seconds)
        result = self._on_pause(seconds)
        if inspect.isawaitable(result):
            await result
        await anyio.lowlevel.checkpoint()
