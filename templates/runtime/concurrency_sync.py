"""What differs between async and sync code, the sync half; `concurrency_async.py` has the same names.

The flow in `_sync/`, which is made from `_async/`, imports from here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final, TypeAlias, TypeVar, cast

from ._package import httpx
from .clock import Clock
from .transport import deadlines

T = TypeVar("T")

# Whether what a callback of the caller returns is awaited.
AWAITS_CALLBACKS: Final = False

HTTPClient: TypeAlias = httpx.Client
ByteStream: TypeAlias = httpx.SyncByteStream
# A call.
Fetch: TypeAlias = Callable[[], T]


def run_blocking(function: Callable[[], T]) -> T:
    """Call a function that blocks."""
    return function()


def resolve(value: Any, argument: str) -> Any:
    """Return what a callback of the caller returned; refuse what would have to be awaited."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TypeError(f"{argument} is an async function: the sync client cannot await it")
    return value


def raw_chunks(response: httpx.Response) -> Iterator[bytes]:
    """Iterate over the body of a response as it comes from the socket, still compressed."""
    return iter(cast("httpx.SyncByteStream", response.stream))


def close_response(response: httpx.Response, chunks: Iterator[bytes] | None) -> None:  # noqa: ARG001 - as in async
    """Close a response."""
    response.close()


class AttemptDeadline:
    """Bounds each read and write inside of it, in this thread, by the time left until a moment by the clock.

    Args:
        at: The moment, or None for no limit.
        clock: The clock.
    """

    def __init__(self, at: float | None, clock: Clock) -> None:
        self._at = at
        self._clock = clock
        self._outer: deadlines.TimeLeft | None = None

    def __enter__(self) -> None:
        if self._at is not None:
            self._outer = deadlines.bound_thread(deadlines.time_left(self._at, self._clock))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._at is not None:
            deadlines.bound_thread(self._outer)


class ConnectionSlot:
    """The pool of the HTTP library limits the calls of a sync client by itself.

    Args:
        client: The HTTP client.
        request: The request.
    """

    def __init__(self, client: httpx.Client, request: httpx.Request) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass


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
