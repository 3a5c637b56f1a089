"""What the async client does in another way than the sync client; `concurrency_sync.py` has the same names.

The flow in `_async/` imports from here, and `_sync/`, which is made from it, from the other module.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, TypeAlias, TypeVar, cast

import anyio
import anyio.to_thread

from ._package import httpx
from .clock import Deadline, DeadlineError
from .tracebacks import HIDDEN
from .transport.http_client_async import new_http_client
from .transport.limiter import ConnectionSlot

T = TypeVar("T")

# Whether the results of callbacks are awaited.
AWAITS_CALLBACKS: Final = True

HTTPClient: TypeAlias = httpx.AsyncClient
ByteStream: TypeAlias = httpx.AsyncByteStream

# Seconds after the deadline before anything is cancelled. The timeouts of the HTTP library, which end at the
# deadline too, come first: they say what was waited for.
_GRACE: Final = 0.05
# Chunks that the HTTP library may have read from the socket and not yet handed over: it reads 64 KiB at a
# time, and the smallest chunk takes six bytes of them. One more tells that the connection is closed.
_MAX_BUFFERED_CHUNKS: Final = 64 * 1024 // 6 + 2


async def run_blocking(function: Callable[[], T]) -> T:
    """Call a blocking function in a thread. A caller that is cancelled does not wait for it."""
    __tracebackhide__ = HIDDEN
    return await anyio.to_thread.run_sync(function, abandon_on_cancel=True)


async def resolve(value: Any, argument: str) -> Any:  # noqa: ARG001 - the sync half names it in its error
    """Return the result of a callback, awaited if it is awaitable."""
    return await value if isinstance(value, Awaitable) else value


def raw_chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    """Iterate over the body of a response as it comes from the socket, still compressed."""
    return aiter(cast("httpx.AsyncByteStream", response.stream))


async def close_response(response: httpx.Response, chunks: AsyncIterator[bytes] | None) -> None:
    """Close a response, and exhaust `chunks`: trio requires that every async generator ends."""
    await response.aclose()
    # An HTTP/2 connection stays open: reading would wait.
    if chunks is None or response.http_version == "HTTP/2":
        return
    # Reading from a closed connection fails at once, and the exception ends all the generators.
    with suppress(Exception):
        for _ in range(_MAX_BUFFERED_CHUNKS):
            await anext(chunks)


class AttemptDeadline:
    """Cancels what runs inside it when the deadline passes, and then raises `DeadlineError`.

    Args:
        deadline: The deadline of the call.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._scope: anyio.CancelScope | None = None

    async def __aenter__(self) -> None:
        if self._deadline.seconds is not None:
            self._scope = anyio.CancelScope(deadline=anyio.current_time() + self._deadline.left() + _GRACE)
            self._scope.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._scope is None:
            return
        # What this returns is of no use: on trio it is true without an exception too.
        self._scope.__exit__(kind, problem, traceback)
        if self._scope.cancelled_caught:
            raise DeadlineError from None


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
