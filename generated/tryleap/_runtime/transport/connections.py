"""Lanes: each connection of an async client in a pool of its own.

httpcore looks at every pair of its connections whenever a call begins or ends, so that among a hundred a call
costs several times what it costs alone. And where a task is cancelled at a bad moment, it keeps the place of
the call for ever; here, that pool is thrown away. `Turn` gives each call its lane.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import anyio

from .._package import httpx

LIMITS: Final = httpx.Limits(max_connections=1, max_keepalive_connections=1)
# The key among the extensions of a request under which its lane stands.
LANE: Final = "lane"


class Lane:
    """A place for one call at a time, with a connection of its own to each address.

    Attributes:
        left_at: When the last call left it, by the monotonic clock.
    """

    def __init__(self) -> None:
        self.left_at = 0.0
        self._transports: dict[Lanes, httpx.AsyncBaseTransport] = {}

    def transport(self, lanes: Lanes) -> httpx.AsyncBaseTransport:
        """Return what sends in this lane for one of the transports of a client."""
        transport = self._transports.get(lanes)
        if transport is None:
            transport = self._transports[lanes] = lanes.made()
            lanes.used.add(self)
        return transport

    async def close(self) -> None:
        """Close its connections, whatever becomes of the task meanwhile; the next call gets new ones."""
        with anyio.CancelScope(shield=True):
            while self._transports:
                lanes, transport = self._transports.popitem()
                lanes.used.discard(self)
                # A connection whose event loop has ended cannot be closed, and is of no use to anybody.
                with suppress(Exception):
                    await transport.aclose()


class Lanes(httpx.AsyncBaseTransport):
    """The transport of a client: it sends each request in the lane that its extensions name.

    Args:
        make: Makes what sends in one lane. It is called once at first, so that wrong options show.

    Attributes:
        used: The lanes in which it may have connections.
    """

    def __init__(self, make: Callable[[], httpx.AsyncBaseTransport]) -> None:
        self._make = make
        self._spare: httpx.AsyncBaseTransport | None = make()
        self.used: set[Lane] = set()

    def made(self) -> httpx.AsyncBaseTransport:
        """Make what sends in one lane."""
        spare, self._spare = self._spare, None
        return spare or self._make()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request in its lane."""
        lane: Lane = request.extensions[LANE]
        return await lane.transport(self).handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections of all lanes."""
        for lane in list(self.used):
            await lane.close()
