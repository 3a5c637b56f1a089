"""Answers: what a reply of the server is read as, a value or an error."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .. import messages
from ..drift import DriftEvent
from ..errors import APIStatusError, ResponseDecodeError, status_error_class
from ..models.decode_context import LENIENT, STRICT, DecodeContext, DecodeError, Drift, path_text
from ..operations import Answer, by_status
from ..redaction import cleaned, cleaned_headers, cleaned_json
from .raw import ApiResponse

if TYPE_CHECKING:
    from .._package import httpx
    from ..drift import DriftLog
    from ..models.codecs import Codec
    from ..operations import Call

_REQUEST_IDS: Final = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")
# Bytes of the body that an error holds; of a longer one, its beginning.
_LARGEST_BODY: Final = 256 * 1024


class Reply:
    """A reply of the server, read to its end.

    Args:
        status: The status.
        headers: The headers.
        content: The content, unpacked.
        elapsed: Seconds from the start of sending to the end of reading.
    """

    __slots__ = ("content", "elapsed", "headers", "status")

    def __init__(self, status: int, headers: httpx.Headers, content: bytes, elapsed: float) -> None:
        self.status = status
        self.headers = headers
        self.content = content
        self.elapsed = elapsed


class Context(NamedTuple):
    """What an error says of its call.

    Args:
        call: The call.
        retries: How many retries were made.
        ambiguous: Whether the server may have acted on this or an earlier attempt.
        secrets: What must not be shown.
    """

    call: Call[Any]
    retries: int
    ambiguous: bool
    secrets: list[str]

    def arguments(self) -> dict[str, Any]:
        """The arguments of every error that concerns a request."""
        return {
            "method": self.call.operation.method,
            "path": self.call.path,
            "may_have_been_processed": self.ambiguous,
            "retries_taken": self.retries,
        }


def read_value(
    call: Call[Any], reply: Reply, log: DriftLog, *, strict: bool, secrets: Sequence[str] = ()
) -> Any:
    """Read a reply with a status of success.

    Args:
        call: The call.
        reply: The reply.
        log: Reports drift from the document.
        strict: Whether a mismatch raises.
        secrets: What must not be told.

    Returns:
        The value.

    Raises:
        DecodeError: It cannot be read; the path is empty where it is not even of the right type.
    """
    operation = call.operation
    context = _context(call, log, strict=strict, secrets=secrets)
    answer: Answer | None = operation.answers.get(str(reply.status))
    if answer is None:
        answer = by_status(operation.answers, reply.status)
        if answer is None:
            answer = next(iter(operation.answers.values()), Answer())
            detail = f"has the status {reply.status}, which is not documented"
            context.mismatch("undocumented_status", None, lambda _: detail)
    if answer.kind == "none" or answer.codec is None:
        return _plain(answer, reply)
    content_type = reply.headers.get("content-type")
    value = _parsed(reply.content, content_type)
    if content_type != answer.media_type and not _is_json(content_type):
        found = f"is {content_type or 'of no type'} where the document has {answer.media_type}"
        context.mismatch("undocumented_media_type", None, lambda _: found)
    return _decoded(answer.codec, value, context)


def _plain(answer: Answer, reply: Reply) -> Any:
    if answer.kind == "none":
        return None
    if answer.kind == "bytes":
        return reply.content
    return _text(reply.content, reply.headers.get("content-type"))


def _decoded(codec: Codec, value: Any, context: DecodeContext) -> Any:
    found = codec.decode(value, context, None)
    if found is value:
        # A number or a text; or a value of another type, which as the whole response is of no use.
        try:
            codec.decode(value, STRICT, None)
        except DecodeError:
            raise DecodeError("", messages.of_other_type(value, codec.expected)) from None
    return found


def _context(call: Call[Any], log: DriftLog, *, strict: bool, secrets: Sequence[str]) -> DecodeContext:
    operation = call.operation.name

    def report(drift: Drift) -> None:
        if log.is_new(operation, drift.kind, path_text(drift.path, with_indexes=False)):
            log.report(DriftEvent(drift.kind, operation, drift.place(secrets), drift.text(secrets)))

    return DecodeContext(strict=strict, report=report, secrets=secrets)


def _is_json(content_type: str | None) -> bool:
    if content_type is None:
        return False
    essence = content_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _parsed(content: bytes, content_type: str | None) -> Any:
    if not content or content.isspace():
        raise DecodeError("", "it is empty")
    try:
        return json.loads(content)
    except RecursionError as problem:
        raise DecodeError("", "it is nested too deeply") from problem
    except ValueError as problem:
        kind = (
            "it is no JSON"
            if _is_json(content_type)
            else f"it is {content_type or 'of no type'}, and no JSON"
        )
        raise DecodeError("", f"{kind} ({messages.one_line(str(problem), 120)})") from problem


def decode_error(problem: BaseException, detail: str, reply: Reply, context: Context) -> ResponseDecodeError:
    """Make the error for a success that cannot be read.

    Args:
        problem: Why not.
        detail: The same in words.
        reply: The reply, as far as it came.
        context: What is known of the call.

    Returns:
        The error. The caller raises it from the problem.
    """
    call, secrets = context.call, context.secrets
    if isinstance(problem, DecodeError) and problem.path:
        message = messages.of_strict(call, problem.path, detail)
    else:
        content_type = cleaned(reply.headers.get("content-type") or "", secrets)
        start = cleaned(reply.content[:_LARGEST_BODY].decode("utf-8", "replace"), secrets)
        message = messages.of_decoding(call, reply.status, content_type, detail, start)
    if context.ambiguous:
        message = f"{message} {messages.ambiguity(call.operation)}"
    return ResponseDecodeError(
        cleaned(message, secrets),
        status_code=reply.status,
        headers=cleaned_headers(reply.headers, secrets),
        body=_body(reply, secrets),
        request_id=_clean_request_id(reply.headers, secrets),
        **context.arguments(),
    )


def status_error(reply: Reply, context: Context, *, explanation: str = "") -> APIStatusError:
    """Make the error for a status that is no success.

    Args:
        reply: The reply.
        context: What is known of the call.
        explanation: What else is to be said.

    Returns:
        The error.
    """
    call, secrets = context.call, context.secrets
    body = _body(reply, secrets)
    location = cleaned(reply.headers.get("location") or "", secrets)
    message = messages.of_status(call, reply.status, body, location)
    name = _clean_request_id(reply.headers, secrets)
    if name:
        message = f"{message} (request {messages.one_line(name, 100)})"
    if explanation:
        message = f"{message} {explanation}"
    return status_error_class(reply.status)(
        cleaned(message, secrets),
        status_code=reply.status,
        headers=cleaned_headers(reply.headers, secrets),
        body=body,
        request_id=name,
        data=_data(call, reply.status, body),
        **context.arguments(),
    )


def request_id(headers: httpx.Headers) -> str | None:
    """Find the server's name for a request.

    Args:
        headers: The headers of the answer.

    Returns:
        The name, or None.
    """
    for name in _REQUEST_IDS:
        value: str | None = headers.get(name)
        if value:
            return value
    return None


def _clean_request_id(headers: httpx.Headers, secrets: list[str]) -> str | None:
    name = request_id(headers)
    return None if name is None else cleaned(name, secrets)


def whole_answer(reply: Reply, data: Any, retries: int) -> ApiResponse[Any]:
    """Make what `with_raw_response` returns.

    Args:
        reply: The reply.
        data: What was read of it.
        retries: How many retries were made.

    Returns:
        The whole answer.
    """
    return ApiResponse(
        status_code=reply.status,
        headers=reply.headers,
        content=reply.content,
        data=data,
        elapsed=dt.timedelta(seconds=reply.elapsed),
        retries_taken=retries,
        request_id=request_id(reply.headers),
    )


def _body(reply: Reply, secrets: list[str]) -> Any:
    """What an error says of the answer's body: JSON, as far as it is that and not too large, else text."""
    content = reply.content[:_LARGEST_BODY]
    text = _text(content, reply.headers.get("content-type"))
    if not text.strip():
        return None
    # Cleaned once it is parsed: the text may write a secret in many ways, and may be no JSON without it.
    for source in (text, content):
        try:
            return cleaned_json(json.loads(source), secrets)
        except (ValueError, RecursionError):
            continue
    return cleaned(text, secrets)


def _text(content: bytes, content_type: str | None) -> str:
    charset = "utf-8"
    if content_type is not None and "charset=" in content_type.lower():
        charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip("\"' ")
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _data(call: Call[Any], status: int, body: Any) -> Any:
    codec = by_status(call.operation.errors, status)
    if codec is None or body is None:
        return None
    try:
        found = codec.decode(body, LENIENT, None)
    except (DecodeError, RecursionError):
        return None
    # JSON of another type, or a page: the body has it, and the model has not.
    return None if found is body and isinstance(body, str | dict | list) else found
