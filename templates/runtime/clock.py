"""Time and chance, in one place, so that tests need neither.

Whoever decides asks a `Clock`; a test puts another one into the engine.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable


class Clock:
    """The real thing."""

    # Seconds from an arbitrary moment: for durations.
    monotonic: Callable[[], float] = staticmethod(time.monotonic)
    # Seconds since 1970: for dates that the server sends.
    time: Callable[[], float] = staticmethod(time.time)
    # From 0 to 1.
    random: Callable[[], float] = staticmethod(random.random)

    def sleep(self, seconds: float) -> None:
        """Sleep in the sync client.

        Args:
            seconds: How long.
        """
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Sleep in the async client, on asyncio and on trio; cancelled at once.

        Args:
            seconds: How long.
        """
        import anyio

        await anyio.sleep(seconds)
