"""The whole answer of a call, for who wants more than the value."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    import datetime as dt

    from .._package import httpx

T = TypeVar("T")
P = ParamSpec("P")


class ApiResponse(Generic[T]):
    """An answer with everything that came.

    Args:
        status_code: The status.
        headers: The headers.
        content: The content, unpacked.
        data: What was read of it: what the call without `with_raw_response` returns.
        elapsed: From the start of sending to the end of reading, of the last attempt.
        retries_taken: How many retries were made before.
        request_id: The server's name for the request, or None.
    """

    __slots__ = ("content", "data", "elapsed", "headers", "request_id", "retries_taken", "status_code")

    def __init__(
        self,
        *,
        status_code: int,
        headers: httpx.Headers,
        content: bytes,
        data: T,
        elapsed: dt.timedelta,
        retries_taken: int,
        request_id: str | None,
    ) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.data = data
        self.elapsed = elapsed
        self.retries_taken = retries_taken
        self.request_id = request_id

    def __repr__(self) -> str:
        return f"<ApiResponse [{self.status_code}] {len(self.content)} bytes, {self.retries_taken} retries>"


def as_raw(method: Callable[P, T]) -> Callable[P, ApiResponse[T]]:
    """Say of a method of a resource that returns whole answers that it does.

    Args:
        method: The method. Its signature, overloads included, stays.

    Returns:
        The same method.
    """
    return cast("Callable[P, ApiResponse[T]]", method)


def as_raw_async(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[ApiResponse[T]]]:
    """Say the same of a method that is awaited.

    Args:
        method: The method.

    Returns:
        The same method.
    """
    return cast("Callable[P, Awaitable[ApiResponse[T]]]", method)
