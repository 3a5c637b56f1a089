"""Early responses: a server may refuse an upload before it has read it, and close the connection.

asyncio drops what has arrived and was not read yet when a write fails, so that the refusal would be lost
and the call would end as one whose fate nobody knows. So an async connection listens while it writes.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

import anyio
import anyio.lowlevel

from .._package import httpx
from .httpx_internals import wrap_network

# Bytes: what is written at once before anything can come back. No request without a file is larger.
_AT_ONCE: Final = 16 * 1024
# Bytes, as many as the library reads at a time.
_CHUNK: Final = 64 * 1024
# Turns of the event loop that it takes to read what is there.
_TURNS: Final = 3


class _Stream:
    """A stream of the library that listens while it writes."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._early = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._early:
            early, self._early = self._early, b""
            return early
        data: bytes = await self._inner.read(max_bytes, timeout)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(buffer) <= _AT_ONCE or self._early:
            await self._inner.write(buffer, timeout)
            return
        problem: Exception | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._listen)
            if self._inner.get_extra_info("is_readable"):
                for _ in range(_TURNS):
                    await anyio.lowlevel.checkpoint()
            try:
                await self._inner.write(buffer, timeout)
            except Exception as caught:  # noqa: BLE001 - raised below, outside of the group
                problem = caught
            group.cancel_scope.cancel()
        if problem is not None:
            raise problem

    async def _listen(self) -> None:
        # What goes wrong with reading shows when the response is read.
        with suppress(Exception):
            self._early = await self._inner.read(_CHUNK)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _Stream:
        return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


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
    ) -> _Stream:
        return _Stream(await self._inner.connect_tcp(host, port, timeout, local_address, socket_options))

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> _Stream:
        return _Stream(await self._inner.connect_unix_socket(path, timeout, socket_options))

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def listening(transport: httpx.AsyncHTTPTransport) -> httpx.AsyncHTTPTransport:
    """Make the connections of an async transport of ours listen while they write.

    Args:
        transport: The transport, just made. HTTP/2 listens by itself.

    Returns:
        The transport.
    """
    wrap_network(transport, _Backend)
    return transport
