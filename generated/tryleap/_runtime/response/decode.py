"""Decode the body of a successful response into the result of a call."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from typing import Any, Final

from .. import error_messages
from ..drift import DriftEvent, DriftLog
from ..json_limits import TOO_DEEP, JSONLimitError, parse_json
from ..models.codecs import Codec
from ..models.decode_context import STRICT, DecodeContext, DecodeError, Drift, path_text
from ..operations import Call, ResponseSpec, by_status
from .attempt_result import ReceivedResponse
from .server_text import one_line

# Codecs of Python that are not charsets of text: some warn, some are slow.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})


def decode_result(
    call: Call[Any],
    response: ReceivedResponse,
    log: DriftLog,
    *,
    strict: bool,
    max_values: int,
    check_deadline: Callable[[], None],
    secrets: Sequence[str],
) -> Any:
    """Decode a successful response.

    Args:
        call: The call.
        response: The response.
        log: Reports drift from the document.
        strict: Whether a mismatch with the document raises.
        max_values: The values that JSON may have.
        check_deadline: Called now and then; raises `DeadlineError` if the deadline has passed.
        secrets: The texts that must not be shown, from `redaction.secret_forms`.

    Returns:
        The result.

    Raises:
        DecodeError: It cannot be decoded. The path is empty if the whole response is of the wrong type.
    """
    operation = call.operation
    context = _context(call, log, strict=strict, check_deadline=check_deadline, secrets=secrets)
    spec: ResponseSpec | None = operation.responses.get(str(response.status))
    if spec is None:
        spec = by_status(operation.responses, response.status)
        if spec is None:
            spec = next(iter(operation.responses.values()), ResponseSpec())
            detail = f"has the status {response.status}, which is not documented"
            context.mismatch("undocumented_status", None, lambda _: detail)
    if spec.kind == "none" or spec.codec is None:
        return _plain(spec, response)
    content_type = response.headers.get("content-type")
    value = _parsed(response.content, content_type, max_values)
    if content_type != spec.media_type and not _is_json(content_type):
        found = f"is {content_type or 'of no type'} where the document has {spec.media_type}"
        context.mismatch("undocumented_media_type", None, lambda _: found)
    check_deadline()
    return _decoded(spec.codec, value, context)


def _plain(spec: ResponseSpec, response: ReceivedResponse) -> Any:
    if spec.kind == "none":
        return None
    if spec.kind == "bytes":
        return response.content
    return decode_text(response.content, response.headers.get("content-type"))


def _decoded(codec: Codec, value: Any, context: DecodeContext) -> Any:
    try:
        found = codec.decode(value, context, None)
    except RecursionError:
        raise DecodeError("", TOO_DEEP) from None
    if found is value:
        # A number or a string; or a value of the wrong type, which lenient decoding returns as it is. As the
        # whole response that is useless.
        try:
            codec.decode(value, STRICT, None)
        except DecodeError:
            raise DecodeError("", error_messages.wrong_type(value, codec.expected)) from None
    return found


def _context(
    call: Call[Any],
    log: DriftLog,
    *,
    strict: bool,
    check_deadline: Callable[[], None],
    secrets: Sequence[str],
) -> DecodeContext:
    operation = call.operation.name

    def report(drift: Drift) -> None:
        if log.is_new(operation, drift.kind, path_text(drift.path, with_indexes=False)):
            log.report(DriftEvent(drift.kind, operation, drift.place(secrets), drift.text(secrets)))

    return DecodeContext(
        strict=strict, report=report, check_deadline=check_deadline, limit_depth=True, secrets=secrets
    )


def _is_json(content_type: str | None) -> bool:
    if content_type is None:
        return False
    essence = content_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _parsed(content: bytes, content_type: str | None, max_values: int) -> Any:
    if not content or content.isspace():
        raise DecodeError("", "it is empty")
    try:
        return parse_json(content, max_values, check_depth=False)
    except JSONLimitError as problem:
        raise DecodeError("", str(problem)) from problem
    except ValueError as problem:
        kind = (
            "it is not JSON" if _is_json(content_type) else f"it is {content_type or 'of no type'}, not JSON"
        )
        raise DecodeError("", f"{kind} ({one_line(str(problem), 120)})") from problem


def decode_text(content: bytes, content_type: str | None) -> str:
    """Decode a text by the charset of its content type, by default UTF-8. Invalid bytes are replaced.

    Args:
        content: The bytes.
        content_type: The Content-Type header, or None.

    Returns:
        The text.
    """
    charset = "utf-8"
    if content_type is not None and "charset=" in content_type.lower():
        charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip("\"' ")
    try:
        if codecs.lookup(charset).name not in _NO_CHARSETS:
            return content.decode(charset, "replace")
    except (LookupError, ValueError):
        pass
    return content.decode("utf-8", "replace")
