"""What errors say: what happened, where, what the server said, and what to do about it."""

from __future__ import annotations

import html
import http
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from .models.decode_context import is_array, is_object, json_kind
from .operations import Call, Operation, by_status
from .retry import Kind

_LONGEST: Final = 500
# Statuses of proxies that Python does not name.
_REASONS: Final = {
    520: "the proxy could not understand the server's response",
    521: "the server behind the proxy is down",
    522: "the proxy could not connect to the server",
    523: "the proxy cannot reach the server",
    524: "the server did not respond to the proxy in time",
    525: "the proxy and the server could not agree on TLS",
    526: "the proxy refused the server's certificate",
}
# Each of these fails or ends at the next "<": a page that repeats one must not cost more than its length.
_TITLE: Final = re.compile(r"<title[^<>]*>([^<]*)</title", re.IGNORECASE)
_TAG: Final = re.compile(r"<!--|<(script|style)\b|<", re.IGNORECASE)
_ENDS: Final = {
    "script": re.compile("</script[^<>]*>", re.IGNORECASE),
    "style": re.compile("</style[^<>]*>", re.IGNORECASE),
    "<!--": re.compile("-->"),
    "<": re.compile(">"),
}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

_OF_KIND: Final[dict[Kind, str]] = {
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
    """Name a status, also one that Python does not know.

    Args:
        status: The status.

    Returns:
        A few words; empty where nobody has named it.
    """
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return _REASONS.get(status, "")


def one_line(text: str, longest: int = _LONGEST) -> str:
    """Bring a text of somebody else's into one printable line of limited length."""
    line = " ".join(_UNPRINTABLE.sub(" ", text[: longest * 20]).split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()}..."


def server_words(body: Any) -> str:
    """Find what a server says of an error, wherever it says it.

    Args:
        body: The body: parsed JSON, text, or None.

    Returns:
        One line; empty where it says nothing.
    """
    if isinstance(body, str):
        return one_line(_of_html(body) if body.lstrip()[:1] == "<" else body)
    if is_array(body):
        return one_line("; ".join(filter(None, map(server_words, body[:10]))))
    if is_object(body):
        for key in ("message", "detail", "error_description", "errors", "error", "title", "msg", "reason"):
            words = server_words(body.get(key))
            if words:
                return words
    return ""


def _of_html(page: str) -> str:
    title = _TITLE.search(page)
    text = title[1] if title else " ".join(_visible(page[: _LONGEST * 20]))
    return html.unescape(text[: _LONGEST * 20])


def _visible(page: str) -> Iterator[str]:
    """The text between the tags, without scripts, styles and comments."""
    at = 0
    while (opened := _TAG.search(page, at)) is not None:
        yield page[at : opened.start()]
        closed = _ENDS[(opened[1] or opened[0]).lower()].search(page, opened.end())
        if closed is None:
            return
        at = closed.end()
    yield page[at:]


def of_status(  # noqa: PLR0917 - all that an error response says
    call: Call[Any],
    status: int,
    body: Any,
    location: str | None,
    request: str | None,
    retry_after: str | None = None,
) -> str:
    """Say that the server answered with an error.

    Args:
        call: The call.
        status: The status.
        body: The body: parsed JSON, text, or None.
        location: Where a redirect leads, or None.
        request: The server's name for the request, or None.
        retry_after: Its `Retry-After` header, seconds or a date, or None.

    Returns:
        Where it happened, what happened, and what the server said.
    """
    name = reason(status)
    what = f"{_place(call)}: {status}{f' {name}' if name else ''}"
    words = server_words(body)
    if words and words != name:
        what += f": the server says {words!r}"
    if request:
        what += f" (request {one_line(request, 100)})"
    if retry_after:
        shown = one_line(retry_after, 100)
        what += f" (Retry-After: {shown}{' s' if shown.isdecimal() else ''})"
    if 300 <= status < 400:
        what += f". It redirects{_target(location)}, and no redirect is followed: check base_url"
    return f"{what}."


def advice_on_status(call: Call[Any], status: int) -> str:
    """Say what the document advises for a status; empty where it says nothing."""
    advice = by_status(call.operation.advice, status)
    return _sentence(advice) if advice else ""


def of_server(host: str, variable: str | None) -> str:
    """Name the server that could not be reached, and the environment variable that chose it.

    Args:
        host: Its host, with the port where it is not the scheme's.
        variable: The variable that the address comes from, or None.
    """
    return f"{host} (the address in {variable})" if variable else host


def of_failure(call: Call[Any], kind: Kind, told: str, deadline: float | None, server: str) -> str:
    """Say that no response came.

    Args:
        call: The call.
        kind: What happened.
        told: What the layers below say of it.
        deadline: The seconds of the deadline, where it is that which has passed.
        server: The server, as `of_server` names it.

    Returns:
        Where it happened, and what happened.
    """
    if deadline is not None:
        unsent = "; nothing was sent" if kind == "unconnected" else ""
        return f"{_place(call)}: the deadline of {deadline:g} s has passed{unsent}."
    return f"{_place(call)}: {_OF_KIND[kind].format(server=server)} ({told})."


def advice_on_failure(kind: Kind) -> str:
    """Say what to do about a request that was not sent; empty where the message itself says it."""
    return "Check the address (base_url) and the network." if kind == "unconnected" else ""


def of_bug(call: Call[Any], name: str) -> str:
    """Say that the client itself failed after the request was sent.

    Args:
        call: The call.
        name: The class of the exception. Its text may hold anything.

    Returns:
        Where it happened, what happened, and that it should be reported.
    """
    return (
        f"{_place(call)}: {name} after the request was sent. This is a bug of the client: please report it, "
        "with the traceback."
    )


def of_decoding(call: Call[Any], status: int, content_type: str, detail: str, start: str) -> str:
    """Say that a response cannot be decoded.

    Args:
        call: The call.
        status: The status.
        content_type: Its Content-Type; may be empty.
        detail: What is wrong with it.
        start: How its content begins.

    Returns:
        Where it happened, what was wrong, and how the response begins.
    """
    begins = f"it begins with {one_line(start[:200], 100)!r}" if start else "it is empty"
    kind = one_line(content_type, 80) if content_type else "no content type"
    # Where the type is what is wrong, the detail has named it.
    seen = begins if content_type and content_type in detail else f"{kind}; {begins}"
    return f"{_place(call)}: {status}, but the response cannot be decoded: {detail} ({seen})."


def of_strict(call: Call[Any], path: str, detail: str) -> str:
    """Say to a strict client that a response does not match the document."""
    return f"{_place(call)}: the response does not match the document: {path or 'it'} {detail}."


def of_other_type(value: Any, expected: str) -> str:
    """Say that JSON of another type came."""
    return f"it is {json_kind(value)} where the document has {expected}"


def ambiguity(operation: Operation[Any], verify_with: str | None = None) -> str:
    """Say that a request may have been processed, and how to find out.

    Args:
        operation: The operation.
        verify_with: The command that shows whether a request arrived; the operation's method by default.

    Returns:
        One sentence, or two; empty where the operation changes nothing.
    """
    if not operation.changes:
        return ""
    if operation.idempotent:
        return "The server may have processed this request."
    shown = verify_with or operation.verify_with
    check = f"Check with {shown}" if shown else "Check whether it took effect"
    return f"The server may have processed this request, so it was not retried. {check} before you try again."


def of_ambiguity(call: Call[Any]) -> str:
    """Say the same with the place, for an exception that is not ours."""
    return f"{_place(call)}: {ambiguity(call.operation)}"


def of_retry(call: Call[Any], outcome: str, retry: int, max_retries: int, pause: float) -> str:
    """Say in the log that a call is repeated.

    Args:
        call: The call.
        outcome: How the attempt ended.
        retry: Which retry follows, from 1.
        max_retries: How many there may be.
        pause: Seconds before it.
    """
    return f"{_place(call)}: {outcome}; retry {retry} of {max_retries} in {pause:.1f} s"


def of_started(call: Call[Any], identifier: object) -> str:
    """Say that what a call started goes on at the server.

    Args:
        call: The call.
        identifier: The id of what it started, or None where the server gave none.

    Returns:
        Where it happened, and the id.
    """
    return f"{_place(call)}: {_goes_on(identifier)}"


def of_failed_wait(identifier: str | None, status: str | None) -> str:
    """Say that what was waited for ended with a status that means failure."""
    what = "The operation" if identifier is None else identifier
    return f"{what} failed: its status is {status!r}; `error.model` has the details."


def of_wait_timeout(timeout: float, identifier: str | None, status: str | None, *, fetched: bool) -> str:
    """Say that what was waited for did not end in time.

    Args:
        timeout: The seconds of the wait.
        identifier: Its id, or None.
        status: The status that was fetched last, or None.
        fetched: Whether it was ever fetched.
    """
    if not fetched:
        return f"The status could not be fetched in {timeout:g} s."
    what = "The operation" if identifier is None else identifier
    return f"{what} is still {status!r} after {timeout:g} s."


def wait_again(wait_with: str, identifier: str | None) -> str:
    """Say what to do about what did not end in time.

    Args:
        wait_with: The method that waits for it.
        identifier: Its id, or None.
    """
    call = f"{wait_with} with its id" if identifier is None else f"{wait_with}({identifier!r})"
    return f"Call {call} to keep waiting."


def of_missing_id(call: Call[Any], attribute: str, problem: Exception | None) -> str:
    """Say that what a call started cannot be waited for, because its id is missing or cannot be sent.

    Args:
        call: The call.
        attribute: The attribute that should hold the id.
        problem: Why the id cannot be sent, or None where there is none.
    """
    what = f"no {attribute} to wait for" if problem is None else f"an id that cannot be sent: {problem}"
    return f"{_place(call)}: the response has {what}."


def of_unexpected_wait(call: Call[Any], problem: Exception, identifier: str | None) -> str:
    """Say that the client itself failed while it waited."""
    return (
        f"{_place(call)}: waiting failed with {type(problem).__name__}. This is a bug of the client: please "
        f"report it, with the traceback. {_goes_on(identifier)}"
    )


def _goes_on(identifier: object) -> str:
    if not isinstance(identifier, str) or not identifier:
        return "It was started and continues on the server, which sent no id."
    return f"It was started and continues on the server, with the id {one_line(identifier, 100)!r}."


def deleted_before() -> str:
    """Say what a 404 after an ambiguous attempt to delete means."""
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
    # Without its query, which may hold anything.
    return " to " + one_line((f"{parts.scheme or 'https'}://{host}" if host else "") + parts.path, 200)
