"""Turns: no more async calls at a time than the pool has connections.

httpcore looks through its whole queue at each event, so that each of a thousand calls at once would cost more
than each of a hundred. Whoever has no turn yet waits here instead, where waiting costs nothing.
"""

from __future__ import annotations

from types import TracebackType
from typing import Final
from weakref import WeakKeyDictionary, WeakSet

import anyio
from anyio.lowlevel import RunVar

from ._http import httpx

# The HTTP clients that are ours; a caller's own has limits of its own.
_ours: Final[WeakSet[httpx.AsyncClient]] = WeakSet()
# Limiters belong to an event loop, and one client may meet several, one after the other.
_limiters: Final[RunVar[WeakKeyDictionary[httpx.AsyncClient, anyio.CapacityLimiter]]] = RunVar("turns")


def number(client: httpx.AsyncClient) -> None:
    """Give turns to the calls of an HTTP client from now on."""
    _ours.add(client)


class Turn:
    """The time in which a call may use a connection: an async context manager.

    Args:
        client: The HTTP client.
        request: The request, whose timeout for a free connection bounds the wait for the turn.
    """

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        self._limiter = _limiter(client) if client in _ours else None
        self._request = request

    async def __aenter__(self) -> None:
        if self._limiter is None or self._taken(self._limiter):
            return
        seconds = self._request.extensions["timeout"]["pool"]
        with anyio.move_on_after(seconds) as waited:
            await self._limiter.acquire_on_behalf_of(self)
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
        if self._limiter is not None:
            self._limiter.release_on_behalf_of(self)


def _limiter(client: httpx.AsyncClient) -> anyio.CapacityLimiter:
    limiters = _limiters.get(None)
    if limiters is None:
        limiters = WeakKeyDictionary()
        _limiters.set(limiters)
    limiter = limiters.get(client)
    if limiter is None:
        from .pools import MOST_AT_A_TIME

        limiter = limiters[client] = anyio.CapacityLimiter(MOST_AT_A_TIME)
    return limiter
