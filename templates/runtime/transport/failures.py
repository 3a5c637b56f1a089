"""What an exception of the layers below means for the retry table, and how to show it without secrets.

This is the only module that distinguishes the exceptions of the HTTP library, of sockets and of TLS.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from .._package import httpx
from ..clock import DeadlineError
from ..redaction import cleaned, cleaned_bytes, cleaned_headers
from ..request.file_reader import SourceError
from ..response.attempt_result import AttemptResult
from ..response.content import GarbageError, TooLargeError
from ..retry import Kind, Outcome, classify

# Notebooks and pytest omit a frame whose local variable `__tracebackhide__` is true, so that a traceback
# shows the caller's line and the method that it calls.
HIDDEN: Final = True
# Failures in code that is neither ours nor the caller's.
_OF_NETWORK: Final[frozenset[Kind]] = frozenset(
    {"unconnected", "certificate", "no_connection", "lost", "timed_out"}
)


class CallbackError(Exception):
    """A callback of the caller raised. The caller gets its own exception, `original`.

    Args:
        original: The exception.
    """

    def __init__(self, original: Exception) -> None:
        super().__init__(str(original))
        self.original = original


class SecondReadError(Exception):
    """The HTTP library began to send a body a second time, as it does after an HTTP/2 GOAWAY.

    The first time the whole body may have arrived.
    """

    def __init__(self) -> None:
        super().__init__("the connection ended, and the HTTP library was about to send the body again")


# The order matters: the first class that matches decides, and the library's classes derive from each other.
_KINDS: Final[tuple[tuple[type[BaseException], Kind], ...]] = (
    (SourceError, "source"),
    (DeadlineError, "timed_out"),
    (TooLargeError, "undecodable"),
    (GarbageError, "undecodable"),
    (httpx.DecodingError, "undecodable"),
    (httpx.PoolTimeout, "no_connection"),
    (httpx.ConnectTimeout, "unconnected"),
    (httpx.ConnectError, "unconnected"),
    # The proxy refused: the request never passed it.
    (httpx.ProxyError, "unconnected"),
    (httpx.TimeoutException, "timed_out"),
    (httpx.UnsupportedProtocol, "unsent"),
    (httpx.InvalidURL, "unsent"),
    (httpx.TransportError, "lost"),
    (SecondReadError, "lost"),
    (TimeoutError, "timed_out"),
)
_BAD_LOCATION: Final = "Invalid URL in location header"


def kind_of(problem: BaseException) -> Kind:
    """Classify an exception that ended an attempt.

    Args:
        problem: The exception.

    Returns:
        The kind. An exception that the layers below never raise is from the caller's code inside them: a hook
        or a wrapped transport.
    """
    for cls, kind in _KINDS:
        if isinstance(problem, cls):
            if kind == "unconnected" and any(
                isinstance(each, ssl.SSLCertVerificationError) for each in causes(problem)
            ):
                return "certificate"
            return kind
    return "caller_code"


def is_bad_redirect(problem: BaseException) -> bool:
    """Return whether the response was a redirect to an invalid URL.

    The library parses the URL even if it does not follow it.
    """
    return isinstance(problem, httpx.RemoteProtocolError) and str(problem).startswith(_BAD_LOCATION)


def outcome_of(result: AttemptResult, *, sending_began: bool | None) -> Outcome:
    """Translate how an attempt ended for the retry table.

    Args:
        result: What the HTTP library returned and raised; not a success.
        sending_began: See `retry.classify`.

    Returns:
        The outcome.
    """
    response, problem = result.response, result.problem
    # The status of an error says enough, even if its body broke off.
    if response is not None and not 200 <= response.status < 300:
        return Outcome("status", response.status, response.is_own)
    assert problem is not None  # noqa: S101 - a success without a problem does not get here
    kind = "unsent" if is_bad_redirect(problem) else kind_of(problem)
    return Outcome(classify(kind, sending_began=sending_began))


def causes(problem: BaseException) -> Iterator[BaseException]:
    """Iterate over an exception and its causes.

    Args:
        problem: The exception.

    Yields:
        The exception, its cause, the cause's cause, and so on.
    """
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def drop_frames(problem: BaseException, kind: Kind) -> None:
    """Remove the frames of the HTTP library from the traceback of a network failure.

    They fill several screens of a notebook, and their variables contain the request. The messages say what
    went wrong.

    Args:
        problem: The exception; it and its causes are changed.
        kind: What it means.
    """
    if kind in _OF_NETWORK:
        for each in causes(problem):
            each.__traceback__ = None


def describe(problem: BaseException) -> str:
    """Describe an exception in one line.

    Args:
        problem: The exception.

    Returns:
        Its class and its message; that of its nearest cause with one if it has none.
    """
    text = " ".join(str(problem).split())
    if not text:
        text = next((" ".join(str(each).split()) for each in causes(problem) if str(each)), "")
    name = type(problem).__name__
    return f"{name}: {text}" if text else name


def cleaned_cause(problem: BaseException, secrets: Iterable[str]) -> BaseException:
    """Remove secrets from an exception of the layers below and from its causes.

    Args:
        problem: The exception; it is changed.
        secrets: The texts that must not be shown, from `redaction.secret_forms`.

    Returns:
        The exception; another one with its message if it cannot be changed.
    """
    secrets = list(secrets)
    is_clean = True
    seen: set[int] = set()
    todo: list[BaseException | None] = [problem]
    while todo:
        each = todo.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        todo += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
        with suppress(AttributeError, TypeError):
            _clean_exception(each, secrets)
        is_clean &= cleaned(str(each), secrets) == str(each)
    return problem if is_clean else Exception(cleaned(str(problem), secrets))


def _clean_exception(problem: BaseException, secrets: list[str]) -> None:
    problem.args = tuple(_cleaned_part(each, secrets) for each in problem.args)
    for name, value in list(vars(problem).items()):
        part = _cleaned_part(value, secrets)
        if part is not value:
            setattr(problem, name, part)
    # Attributes that exceptions written in C keep besides `args`.
    for name in ("object", "reason", "strerror", "filename", "filename2"):
        value = getattr(problem, name, None)
        part = _cleaned_part(value, secrets)
        if part is not value:
            setattr(problem, name, part)


def _cleaned_part(value: Any, secrets: list[str]) -> Any:
    """Clean an attribute; return the same object if there is nothing to clean."""
    if isinstance(value, httpx.Request):
        request = httpx.Request(value.method, cleaned(str(value.url), secrets))
        request.headers = cleaned_headers(value.headers, secrets)
        return request
    if isinstance(value, httpx.Response):
        return httpx.Response(value.status_code, headers=cleaned_headers(value.headers, secrets))
    if isinstance(value, str):
        made: Any = cleaned(value, secrets)
    elif isinstance(value, bytes | bytearray):
        made = cleaned_bytes(bytes(value), secrets)
    elif type(value) in (list, tuple):
        made = type(value)(_cleaned_part(each, secrets) for each in value)
    else:
        return value
    return value if made == value else made
