"""The retry table: whether a call is sent again, by how its last attempt ended. Pure functions.

    after                                                 idempotent     not idempotent
    no connection was made                                retry          retry: nothing was sent
    certificate refused; no free connection               no             no
    401, where a callable can return another credential   once more      once more: the server refused it
    429                                                   retry          retry: the server refused it
    408, 500, 502, 503, 504, 520-524                      retry          no: it may have been processed
    lost, cut short or timed out after sending began      retry          no: it may have been processed
    a response that cannot be decoded                     no             no: it may have been processed
    other 4xx                                             no             no
    301, 307, 308                                         no             no: they say that nothing was done
    other 3xx, a final 1xx, other 5xx, beyond 599         no             no: it may have been processed
    the caller's own code failed after sending began      no             no: it may have been processed

A 503 with `Retry-After` is not a refusal: caches set that header on every failed fetch, even after they have
forwarded the request.

Before you add a row, find out whether the server can have acted on the request: a call that costs money and
may have arrived is never sent twice.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

# unconnected       no connection was made, so nothing was sent
# certificate       the server's certificate was refused
# no_connection     the pool had no free connection in time
# unsent            the request cannot be sent at all
# caller_code       the caller's own code inside the HTTP client failed, so nobody knows what was sent
# status            the response has a status that is not a success
# lost              the connection broke after sending may have begun
# timed_out         a timeout or the deadline passed after sending may have begun
# undecodable       the response has a status of success, and cannot be read
# source            a file that was being sent failed or changed, so the request was never complete
Kind: TypeAlias = Literal[
    "unconnected",
    "certificate",
    "no_connection",
    "unsent",
    "caller_code",
    "status",
    "lost",
    "timed_out",
    "undecodable",
    "source",
]
Action: TypeAlias = Literal["stop", "retry", "renew_credential"]
# What to do after an attempt, and whether the server may have acted on it.
Decision: TypeAlias = tuple[Action, bool]

# The server did not act on the request, so it is sent again whatever it costs.
REFUSED_STATUSES: Final = frozenset({429})
# The server may have acted on it.
AMBIGUOUS_STATUSES: Final = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524})
# Redirects that say that nothing was done here. A 303 follows a success.
NOTHING_DONE: Final = frozenset({301, 307, 308})
# Kinds that mean the same before and after sending began.
_AFTER_SENDING_BEGAN: Final = frozenset({"status", "lost", "timed_out", "undecodable", "source"})
# What other kinds mean if sending certainly has not begun.
_BEFORE_SENDING: Final[dict[Kind, Kind]] = {
    "lost": "unconnected",
    "timed_out": "unconnected",
    "caller_code": "unsent",
}


class Outcome:
    """How one attempt ended.

    Args:
        kind: See `Kind`.
        status: The status of the response, for the kind "status".
        is_own: Whether the response is one to our request, and not to another request that the caller's own
            HTTP client sent on the way.
    """

    def __init__(self, kind: Kind, status: int = 0, *, is_own: bool = True) -> None:
        self.kind: Kind = kind
        self.status = status
        self.is_own = is_own


_STOP: Final[Decision] = ("stop", False)
_RETRY: Final[Decision] = ("retry", False)
_STOP_AMBIGUOUS: Final[Decision] = ("stop", True)
_RETRY_AMBIGUOUS: Final[Decision] = ("retry", True)
_RENEW_CREDENTIAL: Final[Decision] = ("renew_credential", False)


def classify(kind: Kind, *, sending_began: bool | None) -> Kind:
    """Correct what the class of an exception seems to mean by whether sending had begun.

    Sending begins when the HTTP client starts to read the body of the request, or to send the head of a
    request without a body. Before that nothing was sent, whatever failed. After it no exception proves that
    no connection was made: hooks and wrapped transports of the caller's own HTTP client raise the same
    classes.

    Args:
        kind: What the class of the exception means.
        sending_began: Whether sending had begun. None if that is unknown: a transport of the caller's does
            not report when it sends the head of a request.

    Returns:
        The kind that counts.
    """
    if sending_began:
        return kind if kind in _AFTER_SENDING_BEGAN else "caller_code"
    return kind if sending_began is None else _BEFORE_SENDING.get(kind, kind)


def decide(  # noqa: PLR0911 - a row of the table each
    outcome: Outcome, *, idempotent: bool, renewable: bool = False
) -> Decision:
    """Decide what follows from how an attempt ended.

    Args:
        outcome: How it ended.
        idempotent: Whether the operation may be sent twice without harm, as GET and DELETE may.
        renewable: Whether a callable can still be asked for another credential in this call.

    Returns:
        The action, and whether the server may have acted on the attempt. The action is "retry" if the number
        of retries and the deadline allow it; "renew_credential" to ask the callable for another credential
        and try at once, which does not count as a retry; or "stop".
    """
    kind, status = outcome.kind, outcome.status
    if kind == "unconnected":
        return _RETRY
    if kind in ("lost", "timed_out"):
        return _RETRY_AMBIGUOUS if idempotent else _STOP_AMBIGUOUS
    if kind in ("undecodable", "caller_code"):
        return _STOP_AMBIGUOUS
    if kind != "status":
        return _STOP
    if not outcome.is_own:
        return _STOP_AMBIGUOUS
    if status == 401 and renewable:
        return _RENEW_CREDENTIAL
    if status in REFUSED_STATUSES:
        return _RETRY
    if status in AMBIGUOUS_STATUSES:
        return _RETRY_AMBIGUOUS if idempotent else _STOP_AMBIGUOUS
    return _STOP if 400 <= status < 500 or status in NOTHING_DONE else _STOP_AMBIGUOUS
