"""Leftovers: bytes that a server sends after an answer has ended.

The HTTP library would take them for the answer to the next request on the same connection, so one caller
would be given what another one asked for. A connection with leftovers is therefore never used again. This
reaches into the library, and gives way in silence where the library has changed or another transport is in
its place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Final, cast

from .._package import httpx

# From the stream of an answer, through its wrappers, to the state of the protocol on its connection.
_WAY: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


def discard_connection(response: httpx.Response) -> None:
    """Keep a connection from being used again, if more came on it than the answer.

    Args:
        response: The answer, read to its end and not yet closed.
    """
    _discard(response.stream)


def check_before_hooks(client: httpx.Client | httpx.AsyncClient) -> None:
    """Have a caller's own HTTP client check each answer that a response hook of the caller reads.

    Reading an answer to its end gives its connection back, before this package sees the answer. So the check
    goes in front of the hooks, where there are any; it changes nothing else.

    Args:
        client: The HTTP client.
    """
    hooks = client.event_hooks["response"]
    check: Any = _check if isinstance(client, httpx.Client) else _check_async
    if hooks and check not in hooks:
        hooks.insert(0, check)


def _discard(stream: Any) -> None:
    state = stream
    for name in _WAY:
        state = getattr(state, name, None)
        if state is None:
            return
    left, _ = state.trailing_data
    if left:
        # What h11 has for a connection that cannot go on; the library then closes it instead of keeping it.
        state.send_failed()


def _check(response: httpx.Response) -> None:
    response.stream = _CheckedStream(cast("httpx.SyncByteStream", response.stream))


async def _check_async(response: httpx.Response) -> None:
    response.stream = _AsyncCheckedStream(cast("httpx.AsyncByteStream", response.stream))


class _CheckedStream(httpx.SyncByteStream):
    """The body of an answer, with the check at its end."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream
        _discard(self._stream)

    def close(self) -> None:
        self._stream.close()


class _AsyncCheckedStream(httpx.AsyncByteStream):
    """The same for the async client. It is no async generator, as trio wants each of those to be ended."""

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
            _discard(self._stream)
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()
