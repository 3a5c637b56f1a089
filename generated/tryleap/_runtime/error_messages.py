"""The texts of errors and notes: what happened, where, what the server said, and what to do.

One function for each text. None removes secrets: `error_factory` and the other callers do.
"""

from __future__ import annotations

import http
from typing import Any, Final
from urllib.parse import urlsplit

from ._package import PACKAGE
from .models.decode_context import json_kind
from .operations import Call, Operation, by_status
from .response.server_text import one_line, server_words
from .retry import Kind

# Statuses of proxies, for which Python has no names.
_REASONS: Final = {
    520: "the proxy could not understand the server's response",
    521: "the server behind the proxy is down",
    522: "the proxy could not connect to the server",
    523: "the proxy cannot reach the server",
    524: "the server did not respond to the proxy in time",
    525: "the proxy and the server could not agree on TLS",
    526: "the proxy refused the server's certificate",
}
_REPORT_BUG: Final = f"This is a bug in {PACKAGE}; please report it with the traceback."
_BY_KIND: Final[dict[Kind, str]] = {
    "unconnected": "could not connect to {server}; nothing was sent",
    "certificate": "the certificate of {server} was rejected; nothing was sent",
    "no_connection": "timed out waiting for a free connection; nothing was sent",
    "unsent": "the request cannot be sent",
    "caller_code": "the HTTP client failed after sending began",
    "lost": "the connection was lost before the whole response arrived",
    "timed_out": "timed out waiting for the response",
    "source": "the upload failed",
}


def reason(status: int) -> str:
    """Return the name of a status in a few words; empty if it has none."""
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return _REASONS.get(status, "")


def status_error(  # noqa: PLR0917 - all that an error response says
    call: Call[Any],
    status: int,
    body: Any,
    location: str | None,
    request_id: str | None,
    retry_after: str | None = None,
) -> str:
    """Describe a response with an error status: the operation, the status, and what the server said."""
    name = reason(status)
    what = f"{_place(call)}: {status}{f' {name}' if name else ''}"
    words = server_words(body)
    if words and words != name:
        what += f": the server says {words!r}"
    if request_id:
        what += f" (request {one_line(request_id, 100)})"
    if retry_after:
        shown = one_line(retry_after, 100)
        what += f" (Retry-After: {shown}{' s' if shown.isdecimal() else ''})"
    if 300 <= status < 400:
        what += f". It redirects{_target(location)}, and no redirect is followed: check base_url"
    return f"{what}."


def advice_on_status(call: Call[Any], status: int) -> str:
    """Return what the document advises for a status; empty if it has no advice."""
    advice = by_status(call.operation.advice, status)
    return _sentence(advice) if advice else ""


def server_name(host: str, variable: str | None) -> str:
    """Name the server, and the environment variable that its host is from."""
    return f"{host} (the address in {variable})" if variable else host


def connection_error(call: Call[Any], kind: Kind, detail: str, deadline: float | None, server: str) -> str:
    """Describe an attempt without a response.

    `detail` is what the HTTP library or the system says; `deadline` is that of the call, if it has passed.
    """
    if deadline is not None:
        unsent = "; nothing was sent" if kind == "unconnected" else ""
        return f"{_place(call)}: the deadline of {deadline:g} s has passed{unsent}."
    return f"{_place(call)}: {_BY_KIND[kind].format(server=server)} ({detail})."


def advice_on_failure(kind: Kind) -> str:
    """Return what to do about a request that was not sent; empty if the message itself says it."""
    return "Check the address (base_url) and the network." if kind == "unconnected" else ""


def bug(call: Call[Any], name: str) -> str:
    """Describe a bug in the client by the exception's class, as its message may contain a secret."""
    return f"{_place(call)}: {name} after the request was sent. {_REPORT_BUG}"


def decode_error(call: Call[Any], status: int, content_type: str, detail: str, start: str) -> str:
    """Describe a response that cannot be decoded: what is wrong, and how its content begins."""
    begins = f"it begins with {one_line(start[:200], 100)!r}" if start else "it is empty"
    kind = one_line(content_type, 80) if content_type else "no content type"
    # Do not repeat a content type that the detail names.
    seen = begins if content_type and content_type in detail else f"{kind}; {begins}"
    return f"{_place(call)}: {status}, but the response cannot be decoded: {detail} ({seen})."


def mismatch(call: Call[Any], path: str, detail: str) -> str:
    """Describe a value that does not match the document, for a strict client."""
    return f"{_place(call)}: the response does not match the document: {path or 'it'} {detail}."


def wrong_type(value: Any, expected: str) -> str:
    """Describe JSON of another type than documented."""
    return f"it is {json_kind(value)} where the document has {expected}"


def ambiguity(operation: Operation[Any], verify_with: str | None = None) -> str:
    """Say that the server may have processed a request, and how to check; empty if it changes nothing.

    `verify_with` is the command that shows whether it took effect; by default the operation's method.
    """
    if not operation.changes:
        return ""
    if operation.idempotent:
        return "The server may have processed this request."
    shown = verify_with or operation.verify_with
    check = f"Check with {shown}" if shown else "Check whether it took effect"
    return f"The server may have processed this request, so it was not retried. {check} before you try again."


def ambiguity_note(call: Call[Any]) -> str:
    """Return the note for an exception that is not ours, such as KeyboardInterrupt; see `ambiguity`."""
    return f"{_place(call)}: {ambiguity(call.operation)}"


def started(call: Call[Any], identifier: object) -> str:
    """Say that what a call started continues on the server, in the log or in a note."""
    return f"{_place(call)}: {_continues(identifier)}"


def failed_wait(identifier: str | None, status: str | None) -> str:
    """Say that what was waited for has failed."""
    what = "The operation" if identifier is None else identifier
    return f"{what} failed: its status is {status!r}; `error.model` has the details."


def wait_timeout(timeout: float, identifier: str | None, status: str | None, *, fetched: bool) -> str:
    """Say that what was waited for did not finish in time; `fetched` is whether any poll succeeded."""
    if not fetched:
        return f"The status could not be fetched in {timeout:g} s."
    what = "The operation" if identifier is None else identifier
    return f"{what} is still {status!r} after {timeout:g} s."


def wait_again(wait_with: str, identifier: str | None) -> str:
    """Say with which method to keep waiting."""
    call = f"{wait_with} with its id" if identifier is None else f"{wait_with}({identifier!r})"
    return f"Call {call} to keep waiting."


def missing_id(call: Call[Any], attribute: str, problem: Exception | None) -> str:
    """Say that what a call started cannot be waited for.

    Its id is missing, or cannot be sent because of `problem`.
    """
    what = f"no {attribute} to wait for" if problem is None else f"an id that cannot be sent: {problem}"
    return f"{_place(call)}: the response has {what}."


def wait_bug(call: Call[Any], problem: Exception, identifier: str | None) -> str:
    """Describe an exception in the client itself during a wait."""
    name = type(problem).__name__
    return f"{_place(call)}: waiting failed with {name}. {_REPORT_BUG} {_continues(identifier)}"


def _continues(identifier: object) -> str:
    if not isinstance(identifier, str) or not identifier:
        return "It was started and continues on the server, which sent no id."
    return f"It was started and continues on the server, with the id {one_line(identifier, 100)!r}."


def deleted_before() -> str:
    """Say what a 404 means after an earlier attempt to delete may have been processed."""
    return "An earlier attempt of this call got no clear response; it most likely deleted it."


def _place(call: Call[Any]) -> str:
    return f"{call.operation.method} {call.path}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _target(location: str | None) -> str:
    if not location:
        return ""
    try:
        parts = urlsplit(location)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    # Without the query, which may contain a secret.
    return " to " + one_line((f"{parts.scheme or 'https'}://{host}" if host else "") + parts.path, 200)
