# Made from ../_async by `make generate`: change that.
"""One attempt: a request out, and its response read to the end."""

from __future__ import annotations

import time
from typing import Final

from .._package import httpx
from ..clock import Clock
from ..concurrency_sync import AttemptDeadline, ConnectionSlot, HTTPClient, close_response, raw_chunks
from ..response.attempt_result import AttemptResult
from ..response.content import content_of
from ..transport.failures import CallbackError, DeadlineError
from ..transport.httpx_internals import discard_if_unsolicited
from .upload import EmptyStream, UploadStream

# Given explicitly, so that the authentication of a caller's own client neither replaces ours nor sends a
# request twice.
_NO_AUTH: Final = httpx.Auth()


def attempt(
    client: HTTPClient,
    request: httpx.Request,
    stream: UploadStream | EmptyStream,
    *,
    clock: Clock,
    deadline_at: float | None,
    max_response_bytes: int,
) -> AttemptResult:
    """Send a request once, and read the response.

    Args:
        client: The HTTP client.
        request: The request.
        stream: Its body, which is closed on every path.
        clock: The clock of the deadline.
        deadline_at: The moment by the clock at which the attempt ends, or None.
        max_response_bytes: The largest decompressed body that is accepted.

    Returns:
        The response, the exception that ended the attempt, or both where a response began and broke off.

    Raises:
        CallbackError: A callback of the caller raised.
    """
    started_at = time.perf_counter()
    response = content = None
    try:
        with AttemptDeadline(deadline_at, clock), ConnectionSlot(client, request):
            response = client.send(request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            chunks = None
            try:
                content = content_of(response, max_response_bytes)
                if not response.is_stream_consumed:
                    chunks = raw_chunks(response)
                    for chunk in chunks:
                        content.feed(chunk)
                        if deadline_at is not None and clock.monotonic() >= deadline_at:
                            raise DeadlineError
                        if content.full:
                            break
                    else:
                        discard_if_unsolicited(response.stream)
            finally:
                close_response(response, chunks)
        return AttemptResult.of(request, response, content.finish(), None, started_at)
    except CallbackError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever the layers below raise becomes an error of ours
        so_far = b"" if content is None else content.so_far()
        return AttemptResult.of(request, response, so_far, problem, started_at)
    finally:
        stream.close()
