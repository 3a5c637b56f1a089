"""What the sync client does in another way than the async client; `concurrency_async.py` has the same names.

The flow in `_sync/`, which is made from `_async/`, imports from here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from types import TracebackType
from typing import Any, Final, TypeAlias, TypeVar, cast

from ._package import httpx
from .clock import Deadline
from .tracebacks import HIDDEN
from .transport import deadlines
from .transport.http_client_sync import new_http_client

T = TypeVar("T")

# Whether the results of callbacks are awaited.
AWAITS_CALLBACKS: Final = False

HTTPClient: TypeAlias = httpx.Client
ByteStream: TypeAlias = httpx.SyncByteStream


def run_blocking(function: Callable[[], T]) -> T:
    """Call a blocking function."""
    __tracebackhide__ = HIDDEN
    return function()


def resolve(value: Any, argument: str) -> Any:
    """Return the result of a callback; raise TypeError if it is awaitable."""
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
    """Limits each read and write of a socket inside it, in this thread, to the time that is left.

    Args:
        deadline: The deadline of the call.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._outer: Deadline | None = None

    def __enter__(self) -> None:
        if self._deadline.seconds is not None:
            self._outer = deadlines.limit_thread(self._deadline)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._deadline.seconds is not None:
            deadlines.limit_thread(self._outer)


class ConnectionSlot(nullcontext[None]):
    """Nothing: the pool of the HTTP library limits the concurrent calls of a sync client by itself."""

    def __init__(self, client: httpx.Client, request: httpx.Request) -> None:  # noqa: ARG002 - as in async
        super().__init__()


__all__ = [
    "AWAITS_CALLBACKS",
    "AttemptDeadline",
    "ByteStream",
    "ConnectionSlot",
    "HTTPClient",
    "close_response",
    "new_http_client",
    "raw_chunks",
    "resolve",
    "run_blocking",
]
