"""The clock, the source of jitter and the deadline of a call. Tests give the engine a clock of their own."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable


class Clock:
    """The system's clock, and random numbers."""

    # Seconds from an arbitrary moment: for durations.
    monotonic: Callable[[], float] = staticmethod(time.monotonic)
    # Seconds since 1970: for dates that the server sends.
    time: Callable[[], float] = staticmethod(time.time)
    # From 0 to 1.
    random: Callable[[], float] = staticmethod(random.random)

    def sleep(self, seconds: float) -> None:
        """Sleep in the sync client."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Sleep in the async client, on asyncio and on trio. Cancellation interrupts it at once."""
        import anyio

        await anyio.sleep(seconds)


class DeadlineError(Exception):
    """The deadline of a call has passed."""


class Deadline:
    """The end of a call, its retries included. It starts to count when it is made.

    Args:
        seconds: How long the call may take; None for no limit.
        clock: The clock that measures it.
    """

    __slots__ = ("_at", "_clock", "seconds")

    def __init__(self, seconds: float | None, clock: Clock) -> None:
        self.seconds: float | None = seconds
        self._clock = clock
        self._at = math.inf if seconds is None else clock.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left: 0 or less once it has passed, infinity without a limit."""
        return math.inf if self.seconds is None else self._at - self._clock.monotonic()

    def has_passed(self) -> bool:
        """Return whether the time is up."""
        return self.seconds is not None and self._clock.monotonic() >= self._at

    def check(self) -> None:
        """Raise `DeadlineError` if the time is up."""
        if self.has_passed():
            raise DeadlineError
