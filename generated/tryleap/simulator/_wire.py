"""Breaks connections on purpose, which ASGI has no word for."""

from __future__ import annotations

import asyncio
import socket
import struct
from weakref import WeakValueDictionary

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

# The transport of each open connection, by its two addresses, which the scope names as well.
_transports: WeakValueDictionary[tuple[object, ...], asyncio.Transport] = WeakValueDictionary()


class Protocol(H11Protocol):
    """uvicorn's protocol, with its transport kept within reach."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        _transports[self.server, self.client] = transport


async def reset(scope: Scope, receive: Receive) -> None:
    """Ends the connection by a reset, without an answer."""
    transport = _transports[scope["server"], scope["client"]]
    # Lingering for no time makes the system send RST where an orderly end would send FIN.
    no_time = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
    transport.abort()
    await _gone(receive)


async def cut(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Sends the head and the first half of the body, and ends the connection."""
    status, headers = response.status_code, response.raw_headers
    await send({"type": "http.response.start", "status": status, "headers": headers})
    half = bytes(response.body[: len(response.body) // 2])
    await send({"type": "http.response.body", "body": half, "more_body": True})
    _transports[scope["server"], scope["client"]].close()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Waits until the server knows that the connection ended, so that it asks for no rest of the answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
