# Made from ../_async by `make generate`: change that.
"""One attempt of a call: its request is made and sent, and the response read to the end."""

from __future__ import annotations

import logging
import time
from typing import Final

from .. import error_factory
from .._package import httpx
from ..call_state import CallState
from ..clock import Deadline, DeadlineError
from ..concurrency_sync import AttemptDeadline, ConnectionSlot, HTTPClient, close_response, raw_chunks
from ..engine import Engine
from ..log import logger
from ..request.bodies import Payload
from ..request.build import PreparedHeaders, build_request
from ..response.attempt_result import AttemptResult
from ..response.content import content_of
from ..transport.exceptions import CallbackError
from ..transport.httpx_internals import discard_if_unsolicited
from .upload import EmptyStream, UploadStream

# Given explicitly, so that the authentication of a caller's own client neither replaces ours nor sends a
# request twice.
_NO_AUTH: Final = httpx.Auth()


def attempt(
    engine: Engine, state: CallState, headers: PreparedHeaders, payload: Payload | None
) -> AttemptResult:
    """Send the request of a call once, and read the response.

    Returns:
        The response, the exception that ended the attempt, or both if a response began and broke off.

    Raises:
        BaseError: The client is closed, or the deadline passed before anything was sent.
        CallbackError: A callback of the caller raised.
    """
    client: HTTPClient = engine.pool.client()
    operation, plan = state.call.operation, state.plan
    if plan.deadline.has_passed():
        raise error_factory.connection_error("unconnected", DeadlineError(), state)
    stream = (
        EmptyStream(idempotent=operation.idempotent)
        if payload is None
        else UploadStream(payload, plan.on_upload_progress, plan.deadline)
    )
    request = build_request(operation, plan, headers, payload, stream, engine.options.http_client)
    # Tracing costs time, and a call that only reads is retried whether or not it was sent.
    if isinstance(stream, EmptyStream) and operation.changes:
        request.extensions["trace"] = stream.trace
    if added := engine.added_secrets(plan, request):
        engine.recent_secrets = state.keep_secret(added)
    state.start_attempt(stream)
    result = _exchange(client, request, stream, plan.deadline, engine.options.max_response_bytes)
    if logger.isEnabledFor(logging.DEBUG):
        summary = error_factory.summary(result, state.secrets)
        took = result.elapsed * 1000
        logger.debug("%s: %s in %.0f ms (attempt %d)", state.place, summary, took, state.attempts)
    return result


def _exchange(
    client: HTTPClient,
    request: httpx.Request,
    stream: UploadStream | EmptyStream,
    deadline: Deadline,
    max_response_bytes: int,
) -> AttemptResult:
    """Send a request and read the response. The stream is closed on every path."""
    started_at = time.perf_counter()
    response = content = None
    try:
        with AttemptDeadline(deadline), ConnectionSlot(client, request):
            response = client.send(request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            chunks = None
            try:
                content = content_of(response, max_response_bytes)
                if not response.is_stream_consumed:
                    chunks = raw_chunks(response)
                    for chunk in chunks:
                        content.feed(chunk)
                        deadline.check()
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
