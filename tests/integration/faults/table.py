"""What must come of each fault, for each call; what the server does in each case stands in wire.py.

The outcomes follow from the client's rules for repeating a request, and are not to be bent to what the
client happens to do. Where a call is repeated, the test also runs the fault in its passing form: it ends with
the first pause, and the call must then succeed with one repetition.
"""

from __future__ import annotations

from typing import NamedTuple

OPERATIONS = ("list", "get", "delete", "train")
# What may be repeated, and what costs money.
_FREE, _TRAIN = OPERATIONS[:3], OPERATIONS[3:]


class Expected(NamedTuple):
    """What must come of a call. None: not determined by the rules.

    Attributes:
        fault: Its name.
        operation: The call.
        outcome: The name of the error's class, `success`, or `any`: any error of the package.
        status: The error's `status_code`, 0 where it has none.
        processed: The error's `may_have_been_processed`.
        seen: Requests of which the server saw at least a byte.
        acted: Requests that the server could have acted on: complete, and not answered by a refusal. Never
            more than 1 for a training, whatever stands here.
        again: `retries_taken`; the client may repeat twice, or once where it first has to wait for a timeout.
    """

    fault: str
    operation: str
    outcome: str
    status: int | None
    processed: bool | None
    seen: int | None
    acted: int | None
    again: int | None

    @property
    def succeeds(self) -> bool:
        """Whether the call succeeds in spite of the fault."""
        return self.outcome == "success"


_BROKEN = "APIConnectionError"
_LATE = "APITimeoutError"
_ROWS: list[tuple[str, tuple[str, ...], str, int | None, bool | None, int | None, int | None, int | None]] = [
    # No connection that can be used: nothing was sent.
    ("refused dns-failure tls-handshake-reset", OPERATIONS, _BROKEN, 0, False, 0, 0, 2),
    ("connect-timeout tls-handshake-stalled", OPERATIONS, _LATE, 0, False, 0, 0, 1),
    ("tls-self-signed tls-wrong-host tls-expired", OPERATIONS, _BROKEN, 0, False, 0, 0, 0),
    ("tls-answered-in-plain", OPERATIONS, _BROKEN, 0, False, 0, 0, None),
    ("stalled-connect-until-deadline", OPERATIONS, _LATE, 0, False, 0, 0, 0),
    # Lost, cut short or timed out after sending began; responses that break HTTP.
    ("reset-on-connect", _FREE, _BROKEN, 0, None, 0, 0, 2),
    ("reset-on-connect", _TRAIN, _BROKEN, 0, None, 0, 0, None),
    ("reset-before-request reset-in-request", _FREE, _BROKEN, 0, True, 3, 0, 2),
    ("reset-before-request reset-in-request", _TRAIN, _BROKEN, 0, True, 1, 0, 0),
    *(
        row
        for faults in (
            "reset-after-request reset-after-request-on-used-connection reset-in-headers reset-in-body",
            "closed-before-answer closed-in-headers truncated-body chunks-cut-short chunk-size-nonsense",
            "length-nonsense length-twice not-http headers-without-end header-nonsense",
        )
        for row in (
            (faults, _FREE, _BROKEN, 0, True, 3, 3, 2),
            (faults, _TRAIN, _BROKEN, 0, True, 1, 1, 0),
        )
    ),
    ("stalled-answer stalled-headers stalled-body length-too-long", _FREE, _LATE, 0, True, 2, 2, 1),
    ("stalled-answer stalled-headers stalled-body length-too-long", _TRAIN, _LATE, 0, True, 1, 1, 0),
    ("stalled-upload", _FREE, _LATE, 0, True, 2, 0, 1),
    ("stalled-upload", _TRAIN, _LATE, 0, True, 1, 0, 0),
    ("stalled-upload-until-deadline", OPERATIONS, _LATE, 0, True, 1, 0, 0),
    ("stalled-answer-until-deadline stalled-body-until-deadline", OPERATIONS, _LATE, 0, True, 1, 1, 0),
    ("switching-protocols", _FREE, "any", None, True, None, None, None),
    ("switching-protocols", _TRAIN, "any", None, True, 1, 1, 0),
    # Responses of a success, as they should be and otherwise.
    ("old-protocol hints-before-answer answered-twice", OPERATIONS, "success", 0, None, 1, 1, 0),
    ("closed-while-idle large-answer", OPERATIONS, "success", 0, None, 1, 1, 0),
    ("length-too-short gzip-garbage html huge-answer", OPERATIONS, "ResponseDecodeError", 200, True, 1, 1, 0),
    # Refusals: the server answered that it did nothing.
    ("status-307", OPERATIONS, "APIStatusError", 307, False, 1, 0, 0),
    ("status-400 error-html error-gzip-garbage", OPERATIONS, "BadRequestError", 400, False, 1, 0, 0),
    ("status-401", OPERATIONS, "AuthenticationError", 401, False, 1, 0, 0),
    ("status-404", OPERATIONS, "NotFoundError", 404, False, 1, 0, 0),
    ("status-429", OPERATIONS, "RateLimitError", 429, False, 3, 0, 2),
    ("error-cut-short", _FREE, "any", None, None, None, None, None),
    ("error-cut-short", _TRAIN, "any", None, None, 1, 1, 0),
    # Failures: the server may have done what was asked, and failed afterwards.
    ("status-408", _FREE, "APIStatusError", 408, True, 3, 3, 2),
    ("status-408", _TRAIN, "APIStatusError", 408, True, 1, 1, 0),
    ("status-500", _FREE, "InternalServerError", 500, True, 3, 3, 2),
    ("status-500", _TRAIN, "InternalServerError", 500, True, 1, 1, 0),
    ("status-520", _FREE, "InternalServerError", 520, True, 3, 3, 2),
    ("status-520", _TRAIN, "InternalServerError", 520, True, 1, 1, 0),
    ("status-303", OPERATIONS, "APIStatusError", 303, True, 1, 1, 0),
    ("status-304", OPERATIONS, "APIStatusError", 304, True, 1, 1, 0),
    ("status-501", OPERATIONS, "InternalServerError", 501, True, 1, 1, 0),
    ("status-999", OPERATIONS, "any", 999, True, 1, 1, 0),
    ("refused-then-ambiguous", _FREE, "InternalServerError", 500, True, 3, 2, 2),
    ("refused-then-ambiguous", _TRAIN, "InternalServerError", 500, True, 2, 1, 1),
]

TABLE = [
    Expected(fault, operation, *rest)
    for faults, operations, *rest in _ROWS
    for fault in faults.split()
    for operation in operations
]
