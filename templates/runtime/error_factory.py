"""Make the errors of a call from its state, without secrets.

`errors` has the classes, `error_messages` the texts.
"""

from __future__ import annotations

from typing import Any, Final

from . import error_messages
from ._package import httpx
from .call_state import CallState
from .clock import DeadlineError
from .errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ResponseDecodeError,
    UploadError,
    status_error_class,
)
from .json_limits import parse_json
from .models.decode_context import LENIENT, DecodeError
from .operations import by_status
from .redaction import cleaned, cleaned_headers, cleaned_json
from .response.attempt_result import AttemptResult, ReceivedResponse
from .response.content import CUT_OFF, GarbageError, TooLargeError
from .response.decode import decode_text
from .response.raw import request_id
from .retry import Kind, Outcome
from .tracebacks import describe

# Bytes of the body that an error keeps.
_MAX_BODY: Final = 256 * 1024
_TIMEOUTS: Final = (httpx.TimeoutException, TimeoutError, DeadlineError)


def final_error(
    outcome: Outcome, result: AttemptResult, state: CallState, *, earlier_ambiguous: bool
) -> APIStatusError | ResponseDecodeError | APIConnectionError:
    """Make the error that ends a call.

    `earlier_ambiguous` says whether the server may have acted on an earlier attempt.
    """
    response, problem = result.response, result.problem
    if outcome.kind == "status" and response is not None:
        return status_error(response, state, earlier_ambiguous=earlier_ambiguous)
    assert problem is not None  # noqa: S101 - every other kind has one
    if outcome.kind == "undecodable" and response is not None:
        return decode_error(problem, response, state)
    return connection_error(outcome.kind, problem, state)


def status_error(
    response: ReceivedResponse, state: CallState, *, earlier_ambiguous: bool = False
) -> APIStatusError:
    """Make the error for a status that is not a success."""
    call, secrets = state.call, state.secrets
    body = _body(response, secrets)
    location = cleaned(response.headers.get("location") or "", secrets)
    identifier = _request_id(response, secrets)
    retry_after = cleaned(response.headers.get("retry-after") or "", secrets)
    summary = error_messages.status_error(call, response.status, body, location, identifier, retry_after)
    advice = error_messages.advice_on_status(call, response.status)
    if earlier_ambiguous and response.status == 404 and call.operation.method == "DELETE":
        advice = f"{advice} {error_messages.deleted_before()}"
    elif state.ambiguous:
        advice = f"{advice} {error_messages.ambiguity(call.operation)}"
    return status_error_class(response.status)(
        cleaned(summary, secrets),
        advice=cleaned(advice.strip(), secrets),
        status_code=response.status,
        headers=cleaned_headers(response.headers, secrets),
        body=body,
        request_id=identifier,
        data=_data(state, response.status, body),
        **state.error_arguments(),
    )


def decode_error(problem: Exception, response: ReceivedResponse, state: CallState) -> ResponseDecodeError:
    """Make the error for a successful response that cannot be decoded."""
    call, secrets, detail = state.call, state.secrets, _reason(problem)
    if isinstance(problem, DecodeError) and problem.path:
        message = error_messages.mismatch(call, problem.path, detail)
    else:
        content_type = cleaned(response.headers.get("content-type") or "", secrets)
        start = cleaned(response.content[:_MAX_BODY].decode("utf-8", "replace"), secrets)
        message = error_messages.decode_error(call, response.status, content_type, detail, start)
    return ResponseDecodeError(
        cleaned(message, secrets),
        advice=error_messages.ambiguity(call.operation) if state.ambiguous else "",
        status_code=response.status,
        headers=cleaned_headers(response.headers, secrets),
        body=_body(response, secrets),
        request_id=_request_id(response, secrets),
        **state.error_arguments(),
    )


def connection_error(kind: Kind, problem: Exception, state: CallState) -> APIConnectionError:
    """Make the error for an attempt without a response."""
    deadline = state.plan.deadline
    # A timeout that was shortened to the time left is the deadline's.
    is_deadline = isinstance(problem, DeadlineError) or (
        kind in ("timed_out", "unconnected", "no_connection")
        and isinstance(problem, _TIMEOUTS)
        and deadline.has_passed()
    )
    message = error_messages.connection_error(
        state.call, kind, describe(problem), deadline.seconds if is_deadline else None, state.server
    )
    advice = (
        error_messages.ambiguity(state.call.operation)
        if state.ambiguous
        else error_messages.advice_on_failure(kind)
    )
    cls = UploadError if kind == "source" else APIConnectionError
    if kind in ("timed_out", "no_connection") or isinstance(problem, _TIMEOUTS):
        cls = APITimeoutError
    return cls(cleaned(message, state.secrets), advice=advice, **state.error_arguments())


def unexpected_error(problem: Exception, state: CallState) -> APIConnectionError:
    """Make the error for an unexpected exception after sending began, which is a bug."""
    state.ambiguous = True
    return APIConnectionError(
        error_messages.bug(state.call, type(problem).__name__),
        advice=error_messages.ambiguity(state.call.operation),
        **state.error_arguments(),
    )


def summary(result: AttemptResult, secrets: list[str]) -> str:
    """Describe in a few words how an attempt ended, for the log."""
    if result.response is not None:
        return str(result.response.status)
    return "no response" if result.problem is None else cleaned(describe(result.problem), secrets)


def _reason(problem: Exception) -> str:
    if isinstance(problem, DecodeError):
        return problem.detail
    if isinstance(problem, TooLargeError):
        return str(problem)
    if isinstance(problem, GarbageError):
        return f"it cannot be decompressed: {problem}"
    return describe(problem)


def _request_id(response: ReceivedResponse, secrets: list[str]) -> str | None:
    found = request_id(response.headers)
    return None if found is None else cleaned(found, secrets)


def _data(state: CallState, status: int, body: Any) -> Any:
    """Decode the body of an error as its documented model; return None if it is something else."""
    codec = by_status(state.call.operation.errors, status)
    if codec is None or body is None:
        return None
    try:
        found = codec.decode(body, LENIENT, None)
    except (DecodeError, RecursionError):
        return None
    # Decoding returned the body itself: it is JSON of another type, or a page.
    return None if found is body and isinstance(body, str | dict | list) else found


def _body(response: ReceivedResponse, secrets: list[str]) -> Any:
    """Return the body of an error: parsed JSON if it is that and not too large, else text."""
    # A little more than is kept, so that what is cut off does not begin within a secret.
    content = response.content[: _MAX_BODY + CUT_OFF]
    text = decode_text(content, response.headers.get("content-type"))
    if not text.strip():
        return None
    # Secrets are removed after parsing: the text may escape them in many ways, and would no longer be JSON.
    for source in (text.encode("utf-8", "surrogatepass"), content):
        try:
            return cleaned_json(parse_json(source, _MAX_BODY), secrets)
        except ValueError:
            continue
    return cleaned(text, secrets)[:_MAX_BODY]
