"""Discard connections with unsolicited data: bytes that a server sends after the end of a response.

The HTTP library would take them for the response to the next request on the connection, and one caller would
get the response to another. So a connection with unsolicited data is never used again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from .._package import httpx
from .httpx_internals import discard_if_unsolicited


def check_before_hooks(client: httpx.Client | httpx.AsyncClient) -> None:
    """Check responses for unsolicited data before the response hooks of a caller's own HTTP client run.

    A hook may read a response to its end, which returns the connection to the pool before this package sees
    the response. Without response hooks nothing is changed.
    """
    hooks = client.event_hooks["response"]
    check: Any = _check if isinstance(client, httpx.Client) else _check_async
    if hooks and check not in hooks:
        hooks.insert(0, check)


def _check(response: httpx.Response) -> None:
    response.stream = _CheckedStream(cast("httpx.SyncByteStream", response.stream))


async def _check_async(response: httpx.Response) -> None:
    response.stream = _AsyncCheckedStream(cast("httpx.AsyncByteStream", response.stream))


class _CheckedStream(httpx.SyncByteStream):
    """The body of a response, with the check at its end."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream
        discard_if_unsolicited(self._stream)

    def close(self) -> None:
        self._stream.close()


class _AsyncCheckedStream(httpx.AsyncByteStream):
    """The same for the async client; not an async generator, as trio requires that each of those ends."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream
        self._chunks: AsyncIterator[bytes] | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._chunks = aiter(self._stream)
        return self

    async def __anext__(self) -> bytes:
        assert self._chunks is not None  # noqa: S101 - the iteration has begun
        try:
            return await anext(self._chunks)
        except StopAsyncIteration:
            discard_if_unsolicited(self._stream)
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()
