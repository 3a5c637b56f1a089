"""The retry table: what happened, and what follows from it. One pure function; tests read it row by row.

    after                                              idempotent     not idempotent
    no connection was made                             retry          retry: nothing was sent
    certificate refused; no free connection            no             no
    401, where the credential can be asked for anew    once more      once more: the server refused it
    429                                                retry          retry: the server refused it
    408, 500, 502, 503, 504, 520-524                   retry          no: it may have been processed
    lost, cut short or timed out after sending began   retry          no: it may have been processed
    an answer that cannot be decoded                   no             no: it may have been processed
    other 4xx                                          no             no
    301, 307, 308                                      no             no: they say that nothing was done
    other 3xx, a final 1xx, other 5xx, beyond 599      no             no: it may have been processed
    the caller's own code failed after sending began   no             no: it may have been processed

Sending has begun once the HTTP client has begun to read the body of the request, or to send the head of one
without a body. Before that, every failure means that nothing was sent; after it, none means that no
connection was made, whatever its class: hooks and wrapped transports of the caller's own HTTP client raise
the same classes. A 503 with `Retry-After` is no refusal: caches set that header on every failed fetch, also
after they had forwarded the request.

Who adds a row here must ask first whether the server can have acted on the request: a call that costs money
and may have arrived is never sent twice.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

# unconnected       no connection was made, so nothing was sent
# certificate       the server's certificate was refused
# no_connection     the pool had no free connection in time
# unsent            the request cannot be sent at all, whoever tries
# caller_code       code of the caller inside of the HTTP client failed, so nobody knows what was sent
# status            an answer came, and its status is no success
# lost              the exchange broke off after sending may have begun
# timed_out         the same, by a timeout or by the deadline
# undecodable       an answer with a status of success came, and cannot be read
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

# The server did not act on the request, so it is sent again whatever it costs.
REFUSED_STATUSES: Final = frozenset({429})
# The server may have acted on it.
AMBIGUOUS_STATUSES: Final = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524})
# Redirects that say that nothing was done here. A 303 follows a success.
NOTHING_DONE: Final = frozenset({301, 307, 308})
# Kinds that are what they say they are also after sending began.
_AFTER_SENDING_BEGAN: Final = frozenset({"status", "lost", "timed_out", "undecodable", "source"})


class Outcome(NamedTuple):
    """How one attempt ended.

    Args:
        kind: See `Kind`.
        status: The answer's status, for the kind "status".
        is_own: Whether the answer is one to the very request that was made, and not to another one that the
            caller's own HTTP client made on the way.
    """

    kind: Kind
    status: int = 0
    is_own: bool = True


class Decision(NamedTuple):
    """What follows.

    Args:
        retry: Whether another attempt may be made, if the number of retries and the deadline allow it.
        ambiguous: Whether the server may have acted on the attempt.
        renew: Whether to ask for the credential anew and try at once, without counting it as a retry.
    """

    retry: bool
    ambiguous: bool
    renew: bool = False


_RETRY: Final = Decision(retry=True, ambiguous=False)
_STOP: Final = Decision(retry=False, ambiguous=False)
_AMBIGUOUS: Final = Decision(retry=False, ambiguous=True)
_RENEW: Final = Decision(retry=False, ambiguous=False, renew=True)


def classify(kind: Kind, *, began: bool, reports_sending: bool) -> Kind:
    """Correct what an exception seems to mean by whether sending had begun.

    Args:
        kind: What its class says.
        began: Whether the HTTP client had begun to read the body of the request, or to send the head of one
            without a body.
        reports_sending: Whether that would be known. Of a request without a body it is not where a transport
            of the caller's sends it, so that nothing follows from its not being known.

    Returns:
        The kind that counts.
    """
    if began:
        return kind if kind in _AFTER_SENDING_BEGAN else "caller_code"
    if reports_sending and kind in ("lost", "timed_out"):
        return "unconnected"
    return "unsent" if reports_sending and kind == "caller_code" else kind


def decide(  # noqa: PLR0911 - a row of the table each
    outcome: Outcome, *, idempotent: bool, renewable: bool = False
) -> Decision:
    """Decide what follows from how an attempt ended.

    Args:
        outcome: How it ended.
        idempotent: Whether the operation may be sent twice without harm, as GET and DELETE may.
        renewable: Whether the credential comes from a callable that was not yet asked anew in this call.

    Returns:
        The decision.
    """
    kind, status, is_own = outcome
    if kind == "unconnected":
        return _RETRY
    if kind in ("lost", "timed_out"):
        return Decision(retry=idempotent, ambiguous=True)
    if kind in ("undecodable", "caller_code"):
        return _AMBIGUOUS
    if kind != "status":
        return _STOP
    if not is_own:
        return _AMBIGUOUS
    if status == 401 and renewable:
        return _RENEW
    if status in REFUSED_STATUSES:
        return _RETRY
    if status in AMBIGUOUS_STATUSES:
        return Decision(retry=idempotent, ambiguous=True)
    return _STOP if 400 <= status < 500 or status in NOTHING_DONE else _AMBIGUOUS
