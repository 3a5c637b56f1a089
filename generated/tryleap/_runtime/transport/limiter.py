"""Limit the concurrent calls of an async client, and give each a connection slot with a pool of its own.

httpcore walks through its whole queue and all its connections whenever a call starts or ends: with a thousand
concurrent calls, each costs several times as much as one alone. And if a task is cancelled at a bad moment,
httpcore keeps the connection of its call reserved for ever. So calls queue here, where waiting costs nothing.
Each gets a slot with at most one connection to each address; the slot of a call that failed is emptied.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final
from weakref import WeakKeyDictionary

import anyio
from anyio.lowlevel import RunVar

from .._package import httpx
from .http_client import MAX_CONCURRENT_CALLS

SLOT_LIMITS: Final = httpx.Limits(max_connections=1, max_keepalive_connections=1)
# Seconds that an idle connection is kept, as in httpx. The pool in an unused slot cannot close its own.
_KEEPALIVE: Final = 5.0
# The extension of a request that holds its slot.
_SLOT: Final = "connection_slot"


class _Slot:
    """Room for one call at a time, with connections of its own.

    Attributes:
        released_at: When the last call released it, by the monotonic clock.
    """

    def __init__(self) -> None:
        self.released_at = 0.0
        self._transports: dict[SlotTransport, httpx.AsyncBaseTransport] = {}

    def transport(self, owner: SlotTransport) -> httpx.AsyncBaseTransport:
        """Return the transport of this slot that belongs to one of the transports of a client."""
        transport = self._transports.get(owner)
        if transport is None:
            transport = self._transports[owner] = owner.make()
            owner.used.add(self)
        return transport

    async def close(self) -> None:
        """Close its connections, even if the task is cancelled. The next call opens new ones."""
        with anyio.CancelScope(shield=True):
            while self._transports:
                owner, transport = self._transports.popitem()
                owner.used.discard(self)
                # A connection of an event loop that has ended cannot be closed.
                with suppress(Exception):
                    await transport.aclose()


class SlotTransport(httpx.AsyncBaseTransport):
    """The transport of a client. It sends each request in the slot that is among its extensions.

    Args:
        make: Makes the transport of one slot. It is called once at first, so that invalid options raise
        early.

    Attributes:
        used: The slots that may have connections of this transport.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._spare: httpx.AsyncBaseTransport | None = make()
        self.used: set[_Slot] = set()

    def make(self) -> httpx.AsyncBaseTransport:
        """Make the transport of one slot."""
        spare, self._spare = self._spare, None
        return spare or self._make()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request in its slot."""
        slot: _Slot = request.extensions[_SLOT]
        return await slot.transport(self).handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections of all slots."""
        for slot in list(self.used):
            await slot.close()


class _Limiter:
    """The slots of one client in one event loop."""

    def __init__(self) -> None:
        self.capacity = anyio.CapacityLimiter(MAX_CONCURRENT_CALLS)
        # Slots without a call. The last was released last, so its connection is most likely still open.
        self._free: list[_Slot] = []

    def take(self) -> _Slot:
        """Take a free slot, or make one."""
        return self._free.pop() if self._free else _Slot()

    def release(self, slot: _Slot) -> None:
        """Make a slot available to other calls."""
        slot.released_at = time.monotonic()
        self._free.append(slot)

    async def close_unused(self, seconds: float) -> None:
        """Close the slots that no call has used for so long that their connections are of no use."""
        before = time.monotonic() - seconds
        while self._free and self._free[0].released_at <= before:
            await self._free.pop(0).close()


# Our HTTP clients, with the limiters of all their event loops. A caller's own client keeps its own limits.
_ours: Final[WeakKeyDictionary[httpx.AsyncClient, list[_Limiter]]] = WeakKeyDictionary()
# The limiters of this event loop. A client may be used in several loops, one after the other.
_limiters: Final[RunVar[WeakKeyDictionary[httpx.AsyncClient, _Limiter]]] = RunVar("limiters")


def enable(client: httpx.AsyncClient) -> None:
    """Limit the concurrent calls of an HTTP client from now on."""
    _ours[client] = []


class ConnectionSlot:
    """A connection reserved for one call: an async context manager.

    Args:
        client: The HTTP client.
        request: The request, whose timeout for a free connection bounds the wait for a slot.
    """

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        self._client = client
        self._request = request
        self._limiter: _Limiter | None = None

    async def __aenter__(self) -> None:
        if self._client not in _ours:
            return
        limiter = await _limiter_of(self._client)
        if not self._acquire_nowait(limiter.capacity):
            await self._acquire(limiter.capacity)
        self._limiter = limiter
        self._request.extensions[_SLOT] = limiter.take()

    async def _acquire(self, capacity: anyio.CapacityLimiter) -> None:
        seconds = self._request.extensions["timeout"]["pool"]
        with anyio.move_on_after(seconds) as waited:
            await capacity.acquire_on_behalf_of(self)
        if waited.cancelled_caught:
            raise httpx.PoolTimeout(
                f"all {MAX_CONCURRENT_CALLS} connections are in use", request=self._request
            )

    def _acquire_nowait(self, capacity: anyio.CapacityLimiter) -> bool:
        # Before anyio 4.15 a full limiter raises trio's own exception under trio, so check first.
        if capacity.available_tokens < 1:
            return False
        try:
            capacity.acquire_on_behalf_of_nowait(self)
        except anyio.WouldBlock:  # other calls are waiting already
            return False
        return True

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        limiter = self._limiter
        if limiter is None:
            return
        slot: _Slot = self._request.extensions.pop(_SLOT)
        try:
            if problem is not None:
                await slot.close()
        finally:
            limiter.release(slot)
            limiter.capacity.release_on_behalf_of(self)
        await limiter.close_unused(_KEEPALIVE)


async def _limiter_of(client: httpx.AsyncClient) -> _Limiter:
    limiters = _limiters.get(None)
    if limiters is None:
        limiters = WeakKeyDictionary()
        _limiters.set(limiters)
    limiter = limiters.get(client)
    if limiter is None:
        limiter = limiters[client] = _Limiter()
        others = _ours[client]
        before, others[:] = list(others), [limiter]
        for each in before:
            await each.close_unused(0.0)
    return limiter
