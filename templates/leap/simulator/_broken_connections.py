"""Break connections on purpose, which ASGI cannot express."""

from __future__ import annotations

import asyncio
import socket
import struct
from weakref import WeakValueDictionary

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

# The transport of each open connection by its two addresses, which are also in the ASGI scope.
_transports: WeakValueDictionary[tuple[object, ...], asyncio.Transport] = WeakValueDictionary()


class Protocol(H11Protocol):
    """uvicorn's protocol, which also registers its transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        _transports[self.server, self.client] = transport


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection without a response."""
    transport = _transports[scope["server"], scope["client"]]
    # With a linger time of zero, closing sends RST instead of FIN.
    no_time = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
    transport.abort()
    await _gone(receive)


async def cut(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the head and the first half of the body, then close the connection."""
    status, headers = response.status_code, response.raw_headers
    await send({"type": "http.response.start", "status": status, "headers": headers})
    half = bytes(response.body[: len(response.body) // 2])
    await send({"type": "http.response.body", "body": half, "more_body": True})
    _transports[scope["server"], scope["client"]].close()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Wait until the server has noticed the disconnect, so that it does not expect a complete response."""
    while (await receive())["type"] != "http.disconnect":
        pass
