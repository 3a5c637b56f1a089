"""The retry table: what happened, and what follows from it. One pure function; tests read it row by row.

    after                                              repeatable     not repeatable
    no connection was made                             retry          retry: nothing was sent
    certificate refused; no free connection            no             no
    401, where the credential can be asked for anew    once more      once more: the server refused it
    429, or 503 with Retry-After                       retry          retry: the server refused it
    408, 500, 502, 503, 504, 520-524                   retry          no: it may have been processed
    lost, cut short or timed out                       retry          no: it may have been processed
    an answer that cannot be decoded                   no             no: it may have been processed
    3xx, other 4xx, other 5xx                          no             no
    1xx, which is no answer at all                     no             no: it may have been processed

Who adds a row here must ask first whether the server can have acted on the request: a call that costs money
and may have arrived is never sent twice.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, TypeAlias

# unconnected       no connection was made, so nothing was sent
# certificate       the server's certificate was refused
# no_connection     the pool had no free connection in time
# unsent            the request cannot be sent at all, whoever tries
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
    "status",
    "lost",
    "timed_out",
    "undecodable",
    "source",
]

RETRIED_STATUSES: Final = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524})


class Happened(NamedTuple):
    """How one attempt ended.

    Args:
        kind: See `Kind`.
        status: The answer's status, for the kind "status".
        has_retry_after: Whether the answer says when to come back.
    """

    kind: Kind
    status: int = 0
    has_retry_after: bool = False


class Verdict(NamedTuple):
    """What follows.

    Args:
        repeat: Whether another attempt may be made, if the number of retries and the deadline allow it.
        ambiguous: Whether the server may have acted on the attempt.
        renew: Whether to ask for the credential anew and try at once, without counting it as a retry.
    """

    repeat: bool
    ambiguous: bool
    renew: bool = False


_REPEAT: Final = Verdict(repeat=True, ambiguous=False)
_STOP: Final = Verdict(repeat=False, ambiguous=False)
_RENEW: Final = Verdict(repeat=False, ambiguous=False, renew=True)


def verdict(  # noqa: PLR0911 - a row of the table each
    happened: Happened, *, repeatable: bool, renewable: bool = False
) -> Verdict:
    """Decide what follows from how an attempt ended.

    Args:
        happened: How it ended.
        repeatable: Whether the operation may be sent twice without harm, as GET and DELETE may.
        renewable: Whether the credential comes from a callable that was not yet asked anew in this call.

    Returns:
        The verdict.
    """
    kind, status, has_retry_after = happened
    if kind == "unconnected":
        return _REPEAT
    if kind in ("lost", "timed_out"):
        return Verdict(repeat=repeatable, ambiguous=True)
    if kind == "undecodable":
        return Verdict(repeat=False, ambiguous=True)
    if kind != "status":
        return _STOP
    if status == 401 and renewable:
        return _RENEW
    if status == 429 or (status == 503 and has_retry_after):
        return _REPEAT
    if status in RETRIED_STATUSES:
        return Verdict(repeat=repeatable, ambiguous=True)
    if status < 200:
        return Verdict(repeat=False, ambiguous=True)
    return _STOP
