"""Early responses: a server may refuse an upload before it has read it, and close the connection.

Closing with a part of the upload unread resets the connection, and the next write fails. The response that
came before is still in the socket then, and the sync client reads it. An async client would lose it: asyncio
closes a socket at once when a write fails, and TLS of anyio and of trio reads no more after a failed write.
Then a refusal would end as a call whose fate nobody knows. So here the socket stays open, and TLS does not
hear of the failure.

The limit is that of TCP and of the operating system: what was lost on its way is not sent again after a
reset, and Windows drops what was received before one. Then the call ends like any other whose connection is
lost.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import anyio

from .._package import httpx
from .httpx_internals import wrap_network, wrapped_stream

# Bytes, as many as the library reads at a time.
_CHUNK: Final = 64 * 1024


class _Socket:
    """The stream of anyio or trio below TLS; a write that fails is only noted.

    Args:
        stream: The library's stream without TLS, whose exceptions the library knows.
        inner: The stream of anyio or trio in it.

    Attributes:
        problem: Why a write failed, or None.
    """

    def __init__(self, stream: Any, inner: Any) -> None:
        self._stream = stream
        self._inner = inner
        # Writes of anyio since it read something last.
        self._writes = 0
        # The same socket under another descriptor, which asyncio does not close.
        self._kept: socket.socket | None = None
        self.problem: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def send_all(self, data: bytes) -> None:
        """Write, as trio calls it."""
        try:
            await self._stream.write(data)
        except Exception as problem:  # noqa: BLE001 - raised by the stream above TLS
            self.problem = problem

    async def send(self, item: bytes) -> None:
        """Write, as anyio calls it."""
        self._writes += 1
        # The first write is the head of a request. One without a body has no other.
        if self._writes == 2:
            with suppress(OSError):
                self._kept = socket.socket(fileno=os.dup(self._stream.get_extra_info("socket").fileno()))
        await self.send_all(item)

    async def receive(self, max_bytes: int = _CHUNK) -> bytes:
        """Read, as anyio calls it."""
        try:
            data: bytes = await self._inner.receive(max_bytes)
        except (anyio.BrokenResourceError, anyio.EndOfStream):
            data = self._rest(max_bytes)
            if not data:
                raise
            return data
        self._writes = 0
        self._let_go()
        return data

    def _rest(self, max_bytes: int) -> bytes:
        with suppress(OSError):
            if self._kept is not None:
                self._kept.setblocking(False)
                return self._kept.recv(max_bytes)
        return b""

    def _let_go(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    async def aclose(self) -> None:
        self._let_go()
        await self._inner.aclose()


class _Stream:
    """A stream of the library from which everything that arrived can be read, also after a failed write."""

    def __init__(self, stream: Any, inner: Any) -> None:
        self._socket = _Socket(stream, inner)
        self._without_tls = stream
        self._top: Any = type(stream)(self._socket)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = await self._top.read(max_bytes, timeout)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._top.write(buffer, timeout)
        if self._socket.problem is not None:
            raise self._socket.problem

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        self._top = await self._top.start_tls(ssl_context, server_hostname, timeout)
        return self

    async def aclose(self) -> None:
        await self._top.aclose()

    def get_extra_info(self, info: str) -> Any:
        return (self._top if info == "ssl_object" else self._without_tls).get_extra_info(info)


class _Backend:
    """The library's way to the network, with the streams above."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Any:
        stream = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return wrapped_stream(stream, _Stream)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> Any:
        return wrapped_stream(await self._inner.connect_unix_socket(path, timeout, socket_options), _Stream)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def hearing_early_responses(transport: httpx.AsyncHTTPTransport) -> httpx.AsyncHTTPTransport:
    """Make the connections of a new async transport of ours keep what arrives while they write.

    HTTP/2 reads while it writes by itself.
    """
    wrap_network(transport, _Backend)
    return transport
