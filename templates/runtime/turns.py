"""Turns: no more async calls at a time than there are connections, and each in a lane.

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
from .lanes import LANE, Numbers

MOST_AT_A_TIME: Final = 100
# The HTTP clients that are ours; a caller's own has limits of its own.
_ours: Final[WeakSet[httpx.AsyncClient]] = WeakSet()


def number(client: httpx.AsyncClient) -> None:
    """Give turns to the calls of an HTTP client from now on."""
    _ours.add(client)


class _Gate:
    """What the turns of one client share in one event loop."""

    def __init__(self) -> None:
        self.limiter = anyio.CapacityLimiter(MOST_AT_A_TIME)
        self.lanes = Numbers()


# One client may meet several event loops, one after the other.
_gates: Final[RunVar[WeakKeyDictionary[httpx.AsyncClient, _Gate]]] = RunVar("turns")


class Turn:
    """The time in which a call may use a connection: an async context manager.

    Args:
        client: The HTTP client.
        request: The request, whose timeout for a free connection bounds the wait for the turn. It is told
            its lane.
    """

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        self._gate = _gate(client) if client in _ours else None
        self._request = request
        self._lane = 0

    async def __aenter__(self) -> None:
        gate = self._gate
        if gate is None:
            return
        if not self._taken(gate.limiter):
            await self._wait(gate.limiter)
        self._lane = gate.lanes.take()
        self._request.extensions[LANE] = self._lane, gate.lanes

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
        if self._gate is not None:
            self._gate.lanes.give_back(self._lane)
            self._gate.limiter.release_on_behalf_of(self)


def _gate(client: httpx.AsyncClient) -> _Gate:
    gates = _gates.get(None)
    if gates is None:
        gates = WeakKeyDictionary()
        _gates.set(gates)
    gate = gates.get(client)
    if gate is None:
        gate = gates[client] = _Gate()
    return gate
