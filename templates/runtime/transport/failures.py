"""Failures: what an exception of the layers below means for the retry table.

Only here are the exceptions of the HTTP library, of sockets and of TLS told apart.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

from .._package import httpx
from ..request.file_reader import SourceError
from ..response.content import GarbageError, TooLargeError
from ..retry import Kind
from ..uploads import DeadlineError

# The order matters: the first class that fits decides, and the library's classes derive from each other.
_KINDS: Final[tuple[tuple[type[BaseException], Kind], ...]] = (
    (SourceError, "source"),
    (DeadlineError, "timed_out"),
    (TooLargeError, "undecodable"),
    (GarbageError, "undecodable"),
    (httpx.DecodingError, "undecodable"),
    (httpx.PoolTimeout, "no_connection"),
    (httpx.ConnectTimeout, "unconnected"),
    (httpx.ConnectError, "unconnected"),
    # The proxy said no: the request never got past it.
    (httpx.ProxyError, "unconnected"),
    (httpx.TimeoutException, "timed_out"),
    (httpx.UnsupportedProtocol, "unsent"),
    (httpx.InvalidURL, "unsent"),
    (httpx.TransportError, "lost"),
    (TimeoutError, "timed_out"),
)
_BAD_LOCATION: Final = "Invalid URL in location header"


def kind_of(problem: BaseException) -> Kind:
    """Classify an exception that ended an attempt.

    Args:
        problem: The exception.

    Returns:
        The kind. What is not known counts as lost: sending may have begun.
    """
    for cls, kind in _KINDS:
        if isinstance(problem, cls):
            if kind == "unconnected" and any(
                isinstance(each, ssl.SSLCertVerificationError) for each in causes(problem)
            ):
                return "certificate"
            return kind
    return "lost"


def is_bad_redirect(problem: BaseException) -> bool:
    """Tell whether the answer was a redirect to an address that cannot be read.

    The library reads the address even where it does not go there.
    """
    return isinstance(problem, httpx.RemoteProtocolError) and str(problem).startswith(_BAD_LOCATION)


def causes(problem: BaseException) -> Iterator[BaseException]:
    """Go from an exception down to what caused it.

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


def told(problem: BaseException) -> str:
    """Say in one line what an exception says; the deepest cause says most.

    Args:
        problem: The exception.

    Returns:
        Its class and its text.
    """
    text = " ".join(str(problem).split())
    if not text:
        text = next((" ".join(str(each).split()) for each in causes(problem) if str(each)), "")
    name = type(problem).__name__
    return f"{name}: {text}" if text else name
