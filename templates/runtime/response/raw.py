"""The raw response of a call, which `with_raw_response` returns."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Generic, TypeVar

from .._package import httpx
from .attempt_result import ReceivedResponse

_REQUEST_ID_HEADERS: Final = (
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "cf-ray",
)
T = TypeVar("T")


class ApiResponse(Generic[T]):
    """A response with status, headers and data.

    Args:
        status_code: The status.
        headers: The headers.
        content: The body, decompressed.
        data: The result that the call without `with_raw_response` returns.
        elapsed: The time of the last attempt, from the start of sending to the end of reading.
        retries_taken: How many retries were made.
    """

    __slots__ = ("content", "data", "elapsed", "headers", "retries_taken", "status_code")

    def __init__(
        self,
        *,
        status_code: int,
        headers: httpx.Headers,
        content: bytes,
        data: T,
        elapsed: dt.timedelta,
        retries_taken: int,
    ) -> None:
        self.status_code: int = status_code
        self.headers: httpx.Headers = headers
        self.content: bytes = content
        self.data: T = data
        self.elapsed: dt.timedelta = elapsed
        self.retries_taken: int = retries_taken

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, or None."""
        return request_id(self.headers)

    def __repr__(self) -> str:
        return f"<ApiResponse [{self.status_code}] {len(self.content)} bytes, {self.retries_taken} retries>"


def raw_response(response: ReceivedResponse, data: Any, retries: int) -> ApiResponse[Any]:
    """Make the raw response of a call with its result."""
    return ApiResponse(
        status_code=response.status,
        headers=response.headers,
        content=response.content,
        data=data,
        elapsed=dt.timedelta(seconds=response.elapsed),
        retries_taken=retries,
    )


def request_id(headers: httpx.Headers) -> str | None:
    """Return the server's id of a request from the headers of the response, or None."""
    for name in _REQUEST_ID_HEADERS:
        value: str | None = headers.get(name)
        if value:
            return value
    return None
