"""What differs between async and sync code, the async half; `concurrency_sync.py` has the same names.

The flow in `_async/` imports from here whatever its sync twin in `_sync/` has to do in another way.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, TypeAlias, TypeVar, cast

import anyio
import anyio.to_thread

from ._package import httpx
from .clock import Clock
from .transport.failures import DeadlineError
from .transport.limiter import ConnectionSlot

T = TypeVar("T")

# Whether what a callback of the caller returns is awaited.
AWAITS_CALLBACKS: Final = True

HTTPClient: TypeAlias = httpx.AsyncClient
ByteStream: TypeAlias = httpx.AsyncByteStream
# A call whose result is awaited.
Fetch: TypeAlias = Callable[[], Awaitable[T]]

# Seconds by which the deadline waits for the timeouts of the HTTP library, which know what they waited for.
_GRACE: Final = 0.05
# Chunks that may have been read from the socket and not yet from the library.
_MAX_BUFFERED_CHUNKS: Final = 10_000


async def run_blocking(function: Callable[[], T]) -> T:
    """Call a function that blocks, in a thread. A cancelled caller does not wait for it."""
    return await anyio.to_thread.run_sync(function, abandon_on_cancel=True)


async def resolve(value: Any, argument: str) -> Any:  # noqa: ARG001 - the sync half names it in its error
    """Return what a callback of the caller returned, awaited if it can be awaited."""
    return await value if isinstance(value, Awaitable) else value


def raw_chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """Iterate over the body of a response as it comes from the socket, still compressed."""
    return aiter(cast("httpx.AsyncByteStream", response.stream))


async def close_response(response: httpx.Response, chunks: AsyncIterator[bytes] | None) -> None:
    """Close a response, and let the generators under `chunks` end, which trio requires of each of them."""
    await response.aclose()
    # An HTTP/2 connection stays open, so that reading on would wait for it.
    if chunks is None or response.http_version == "HTTP/2":
        return
    # Reading from a closed connection ends at once with an error, which passes through all the generators.
    with suppress(Exception):
        for _ in range(_MAX_BUFFERED_CHUNKS):
            await anext(chunks)


class AttemptDeadline:
    """Cancels what runs inside of it at a moment by the clock, and raises `DeadlineError` then.

    Args:
        at: The moment, or None for no limit.
        clock: The clock.
    """

    def __init__(self, at: float | None, clock: Clock) -> None:
        self._at = at
        self._clock = clock
        self._scope: anyio.CancelScope | None = None

    async def __aenter__(self) -> None:
        if self._at is not None and self._at != math.inf:
            ends_at = anyio.current_time() + (self._at - self._clock.monotonic()) + _GRACE
            self._scope = anyio.CancelScope(deadline=ends_at)
            self._scope.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._scope is None:
            return
        # What it returns differs: on trio it is true without an exception too.
        self._scope.__exit__(kind, problem, traceback)
        if self._scope.cancelled_caught:
            raise DeadlineError from None


__all__ = [
    "AWAITS_CALLBACKS",
    "AttemptDeadline",
    "ByteStream",
    "ConnectionSlot",
    "Fetch",
    "HTTPClient",
    "close_response",
    "raw_chunks",
    "resolve",
    "run_blocking",
]
