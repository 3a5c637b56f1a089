"""What an exception of the layers below means for the retry table.

This is the only module that distinguishes the exceptions of the HTTP library, of sockets and of TLS.
"""

from __future__ import annotations

import ssl
from typing import Final

from .._package import httpx
from ..clock import DeadlineError
from ..request.file_reader import SourceError
from ..response.attempt_result import AttemptResult
from ..response.content import GarbageError, TooLargeError
from ..retry import Kind, Outcome, classify
from ..tracebacks import causes


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
    """Translate how an attempt without success ended for the retry table."""
    response, problem = result.response, result.problem
    # The status of an error says enough, even if its body broke off.
    if response is not None and not 200 <= response.status < 300:
        return Outcome("status", response.status, is_own=response.is_own)
    assert problem is not None  # noqa: S101 - a success without a problem does not get here
    kind = "unsent" if is_bad_redirect(problem) else kind_of(problem)
    return Outcome(classify(kind, sending_began=sending_began))
