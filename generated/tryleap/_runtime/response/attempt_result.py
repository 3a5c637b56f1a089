"""The result of one attempt: a response, an exception, or both."""

from __future__ import annotations

import time

from .._package import httpx
from ..transport.redirects import restore_location


class ReceivedResponse:
    """A response, read to its end or as far as it was received.

    Args:
        status: The status.
        headers: The headers.
        content: The body, decompressed.
        elapsed: Seconds from the start of sending to the end of reading.
        is_own: Whether it is a response to our request, and not to another request that the caller's own
            HTTP client sent on the way.
    """

    def __init__(
        self, status: int, headers: httpx.Headers, content: bytes, elapsed: float, *, is_own: bool
    ) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.elapsed = elapsed
        self.is_own = is_own


class AttemptResult:
    """The result of one attempt: a response, an exception, or both if a response could not be read.

    Args:
        response: The response, or None if none came.
        problem: The exception that ended the attempt, or None.
        elapsed: Seconds.
    """

    def __init__(self, response: ReceivedResponse | None, problem: Exception | None, elapsed: float) -> None:
        self.response = response
        self.problem = problem
        self.elapsed = elapsed

    @classmethod
    def of(
        cls,
        request: httpx.Request,
        response: httpx.Response | None,
        content: bytes,
        problem: Exception | None,
        started_at: float,
    ) -> AttemptResult:
        """Make a result from what the HTTP library returned and raised.

        `started_at` is when the attempt started, by `time.perf_counter`.
        """
        elapsed = time.perf_counter() - started_at
        if isinstance(problem, httpx.HTTPStatusError) and _is_own(problem.response, request):
            # A response hook of the caller raised for the status. The status matters, not the exception.
            response = problem.response
        if response is None:
            return cls(None, problem, elapsed)
        restore_location(response)
        received = ReceivedResponse(
            response.status_code, response.headers, content, elapsed, is_own=_is_own(response, request)
        )
        return cls(received, problem, elapsed)


def _is_own(response: httpx.Response, request: httpx.Request) -> bool:
    # The request of an exception proves nothing: the HTTP library sets ours on other exceptions too.
    try:
        return response.request is request
    except RuntimeError:  # a response that the caller's code created has no request
        return False
