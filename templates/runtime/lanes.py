"""Lanes: each connection of an async client in a pool of its own, because a large pool is slow.

httpcore looks at every pair of its connections whenever a call begins or ends, so that among a hundred a call
costs several times what it costs alone. `Turn` gives each call its lane.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress
from typing import Final

from ._http import httpx

LIMITS: Final = httpx.Limits(max_connections=1, max_keepalive_connections=1)
# The key among the extensions of a request under which its lane stands.
LANE: Final = "lane"
# Seconds, as httpx keeps an idle connection. A lane that nobody enters cannot see that its time is over.
_KEPT: Final = 5.0


class Numbers:
    """The numbers of the lanes of one event loop, to which their connections belong."""

    def __init__(self) -> None:
        self._given = 0
        # With the moment at which each was left, the last one at the end: its connection is the warmest.
        self._free: list[tuple[int, float]] = []

    @property
    def are_free(self) -> bool:
        """Whether no call is in any lane."""
        return len(self._free) == self._given

    def take(self) -> int:
        """Take a lane for a call: the one that was left last, or else a new one."""
        if self._free:
            return self._free.pop()[0]
        self._given += 1
        return self._given

    def give_back(self, number: int) -> None:
        """Leave a lane to others."""
        self._free.append((number, time.monotonic()))

    def long_unused(self) -> list[int]:
        """List the lanes in which nobody is, and whose connections are too old to be used."""
        before = time.monotonic() - _KEPT
        return [number for number, left_at in self._free if left_at < before]


class Lanes(httpx.AsyncBaseTransport):
    """Transports, made on demand, of which each request uses the one that its extensions name.

    Args:
        make: Makes one of them. It is called once at first, so that wrong options show.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._spare: httpx.AsyncBaseTransport | None = make()
        self._loops: dict[Numbers, dict[int, httpx.AsyncBaseTransport]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request in its lane, after closing the lanes that were left for good."""
        number, numbers = request.extensions[LANE]
        lanes = self._loops.setdefault(numbers, {})
        lane = lanes.get(number)
        if lane is None:
            lane = lanes[number] = self._spare or self._make()
            self._spare = None
        if len(lanes) > 1:
            await _close([lanes.pop(each) for each in numbers.long_unused() if each in lanes])
        if len(self._loops) > 1:
            await self._forget([each for each in self._loops if each is not numbers and each.are_free])
        return await lane.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections of all lanes."""
        await self._forget(list(self._loops))

    async def _forget(self, loops: list[Numbers]) -> None:
        await _close([lane for numbers in loops for lane in self._loops.pop(numbers).values()])


async def _close(lanes: Iterable[httpx.AsyncBaseTransport]) -> None:
    async with AsyncExitStack() as stack:
        for lane in lanes:
            stack.push_async_callback(_close_one, lane)


async def _close_one(lane: httpx.AsyncBaseTransport) -> None:
    # A connection whose event loop has ended cannot be closed, and is of no use to anybody.
    with suppress(Exception):
        await lane.aclose()
