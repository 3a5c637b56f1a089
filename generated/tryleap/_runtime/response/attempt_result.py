"""How one attempt ended."""

from __future__ import annotations

import time
from typing import NamedTuple

from .._package import httpx
from ..transport.redirects import restore_location


class ReceivedResponse(NamedTuple):
    """A response, read to its end or as far as it came.

    Args:
        status: The status.
        headers: The headers.
        content: The body, decompressed.
        elapsed: Seconds from the start of sending to the end of reading.
        is_own: Whether it answers the very request that was sent, and not another one that the caller's own
            HTTP client made on the way.
    """

    status: int
    headers: httpx.Headers
    content: bytes
    elapsed: float
    is_own: bool = True


class AttemptResult(NamedTuple):
    """How one attempt ended: with a response, a problem, or both where a response could not be read.

    Args:
        response: The response, or None where none came.
        problem: The exception that ended the attempt, or None.
        elapsed: Seconds.
    """

    response: ReceivedResponse | None
    problem: Exception | None
    elapsed: float

    @classmethod
    def of(
        cls,
        request: httpx.Request,
        response: httpx.Response | None,
        content: bytes,
        problem: Exception | None,
        started_at: float,
    ) -> AttemptResult:
        """Make it from what the HTTP library returned and raised.

        Args:
            request: The request that was sent.
            response: The response, or None where none came.
            content: What was read of its body.
            problem: The exception that ended the attempt, or None.
            started_at: When the attempt started, by `time.perf_counter`.
        """
        elapsed = time.perf_counter() - started_at
        if isinstance(problem, httpx.HTTPStatusError) and _is_own(problem.response, request):
            # A response hook of the caller raised for the status, which is what matters.
            response = problem.response
        if response is None:
            return cls(None, problem, elapsed)
        restore_location(response)
        received = ReceivedResponse(
            response.status_code, response.headers, content, elapsed, _is_own(response, request)
        )
        return cls(received, problem, elapsed)


def _is_own(response: httpx.Response, request: httpx.Request) -> bool:
    # The request of an exception proves nothing: the HTTP library writes ours on exceptions of others too.
    try:
        return response.request is request
    except RuntimeError:  # a response that somebody made by hand has none
        return False
