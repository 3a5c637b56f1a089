"""Turns: no more async calls at a time than there are connections, and each in a lane.

httpcore looks through its whole queue at each event, so that each of a thousand calls at once would cost more
than each of a hundred. Whoever has no turn yet waits here instead, where waiting costs nothing.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Final
from weakref import WeakKeyDictionary

import anyio
from anyio.lowlevel import RunVar

from .._package import httpx
from .connections import LANE, Lane

_MOST_AT_A_TIME: Final = 100
# Seconds, as httpx keeps an idle connection. A lane that nobody enters cannot see that its time is over.
_KEPT: Final = 5.0


class _Gate:
    """What the turns of one client share in one event loop."""

    def __init__(self) -> None:
        self.limiter = anyio.CapacityLimiter(_MOST_AT_A_TIME)
        # Those in which no call is, the one that was left last at the end: its connection is the warmest.
        self._free: list[Lane] = []

    def enter(self) -> Lane:
        """Take a lane that is free, or else a new one."""
        return self._free.pop() if self._free else Lane()

    def leave(self, lane: Lane) -> None:
        """Leave a lane to others."""
        lane.left_at = time.monotonic()
        self._free.append(lane)

    async def close_unused(self, seconds: float) -> None:
        """Close the lanes that nobody has entered for so long that their connections are of no use."""
        before = time.monotonic() - seconds
        while self._free and self._free[0].left_at <= before:
            await self._free.pop(0).close()


# The HTTP clients that are ours, with the gates of all their event loops; a caller's own has its own limits.
_ours: Final[WeakKeyDictionary[httpx.AsyncClient, list[_Gate]]] = WeakKeyDictionary()
# The gates of this event loop. One client may meet several loops, one after the other.
_gates: Final[RunVar[WeakKeyDictionary[httpx.AsyncClient, _Gate]]] = RunVar("turns")


def number(client: httpx.AsyncClient) -> None:
    """Give turns to the calls of an HTTP client from now on."""
    _ours[client] = []


class Turn:
    """The time in which a call may use a connection: an async context manager.

    Args:
        client: The HTTP client.
        request: The request, whose timeout for a free connection bounds the wait for the turn. It is told
            its lane.
    """

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        self._client = client
        self._request = request
        self._gate: _Gate | None = None

    async def __aenter__(self) -> None:
        if self._client not in _ours:
            return
        gate = await _gate(self._client)
        if not self._taken(gate.limiter):
            await self._wait(gate.limiter)
        self._gate = gate
        self._request.extensions[LANE] = gate.enter()

    async def _wait(self, limiter: anyio.CapacityLimiter) -> None:
        seconds = self._request.extensions["timeout"]["pool"]
        with anyio.move_on_after(seconds) as waited:
            await limiter.acquire_on_behalf_of(self)
        if waited.cancelled_caught:
            raise httpx.PoolTimeout("no connection became free", request=self._request)

    def _taken(self, limiter: anyio.CapacityLimiter) -> bool:
        # Before anyio 4.15 a full limiter raises trio's own exception under trio, so a full one is not asked.
        if limiter.available_tokens < 1:
            return False
        try:
            limiter.acquire_on_behalf_of_nowait(self)
        except anyio.WouldBlock:  # others were there before
            return False
        return True

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        gate = self._gate
        if gate is None:
            return
        lane: Lane = self._request.extensions.pop(LANE)
        try:
            if problem is not None:
                await lane.close()
        finally:
            gate.leave(lane)
            gate.limiter.release_on_behalf_of(self)
        await gate.close_unused(_KEPT)


async def _gate(client: httpx.AsyncClient) -> _Gate:
    gates = _gates.get(None)
    if gates is None:
        gates = WeakKeyDictionary()
        _gates.set(gates)
    gate = gates.get(client)
    if gate is None:
        gate = gates[client] = _Gate()
        others = _ours[client]
        before, others[:] = list(others), [gate]
        for each in before:
            await each.close_unused(0.0)
    return gate
