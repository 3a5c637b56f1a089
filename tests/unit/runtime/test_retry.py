"""The retry table, row by row: expected values are data."""

from __future__ import annotations

from typing import Any

import pytest

from templates.runtime.retry import Decision, Kind, Outcome, classify, decide

# The action, and whether the server may have acted on the attempt.
NO: Decision = ("stop", False)
RETRY: Decision = ("retry", False)
RETRY_AMBIGUOUS: Decision = ("retry", True)
NO_AMBIGUOUS: Decision = ("stop", True)
RENEW: Decision = ("renew_credential", False)

# What outcome; what follows for GET and DELETE; what follows for a POST that costs money.
TABLE: list[tuple[Outcome, Decision, Decision]] = [
    (Outcome("unconnected"), RETRY, RETRY),
    (Outcome("certificate"), NO, NO),
    (Outcome("no_connection"), NO, NO),
    (Outcome("unsent"), NO, NO),
    (Outcome("source"), NO, NO),
    (Outcome("lost"), RETRY_AMBIGUOUS, NO_AMBIGUOUS),
    (Outcome("timed_out"), RETRY_AMBIGUOUS, NO_AMBIGUOUS),
    (Outcome("undecodable"), NO_AMBIGUOUS, NO_AMBIGUOUS),
    (Outcome("status", 429), RETRY, RETRY),
    *((Outcome("status", s), RETRY_AMBIGUOUS, NO_AMBIGUOUS) for s in (408, 500, 502, 503, 504)),
    *((Outcome("status", s), RETRY_AMBIGUOUS, NO_AMBIGUOUS) for s in range(520, 525)),
    *((Outcome("status", s), NO, NO) for s in (301, 307, 308)),
    *((Outcome("status", s), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (300, 302, 303, 304, 305, 306, 309, 399)),
    *((Outcome("status", s), NO, NO) for s in (400, 401, 402, 403, 404, 405, 409, 410)),
    *((Outcome("status", s), NO, NO) for s in (413, 415, 422, 425, 451)),
    *((Outcome("status", s), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (501, *range(505, 512), 519, 561, 599)),
    *((Outcome("status", s), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (*range(525, 531), 600, 999)),
    (Outcome("status", 101), NO_AMBIGUOUS, NO_AMBIGUOUS),
    (Outcome("caller_code"), NO_AMBIGUOUS, NO_AMBIGUOUS),
    *((Outcome("status", s, is_own=False), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (400, 401, 429, 503)),
]


@pytest.mark.parametrize(("outcome", "repeatable", "costly"), TABLE)
def test_a_row(outcome: Outcome, repeatable: Decision, costly: Decision) -> None:
    """Each row of the table says what it says in the documentation."""
    assert decide(outcome, idempotent=True) == repeatable
    assert decide(outcome, idempotent=False) == costly


@pytest.mark.parametrize("repeatable", [True, False])
def test_401_with_a_callable(repeatable: bool) -> None:
    """A refused credential that can be asked for anew is asked for anew, whatever the method."""
    assert decide(Outcome("status", 401), idempotent=repeatable, renewable=True) == RENEW


@pytest.mark.parametrize("row", TABLE)
def test_only_401_renews(row: tuple[Any, ...]) -> None:
    """Nothing but 401 asks for the credential anew."""
    if row[0].status != 401:
        action, _ = decide(row[0], idempotent=False, renewable=True)
        assert action != "renew_credential"


@pytest.mark.parametrize("outcome", [row[0] for row in TABLE])
def test_money_is_spent_once(outcome: Outcome) -> None:
    """What may have been processed is never repeated where it costs money."""
    action, ambiguous = decide(outcome, idempotent=False, renewable=True)

    assert not ambiguous or action == "stop"


@pytest.mark.parametrize("kind", ["unconnected", "certificate", "no_connection", "unsent", "caller_code"])
def test_nothing_is_unconnected_after_sending_began(kind: Kind) -> None:
    """After sending began, an exception that says that nothing was sent is the caller's own code's."""
    assert classify(kind, sending_began=True) == "caller_code"


@pytest.mark.parametrize("kind", ["lost", "timed_out", "undecodable", "source"])
def test_what_stays_after_sending_began(kind: Kind) -> None:
    """The kinds that say that something was sent stay what they are."""
    assert classify(kind, sending_began=True) == kind


@pytest.mark.parametrize("kind", ["lost", "timed_out"])
def test_before_sending_nothing_was_sent(kind: Kind) -> None:
    """Before sending began nothing was sent; where that is unknown, something may have been."""
    assert classify(kind, sending_began=False) == "unconnected"
    assert classify(kind, sending_began=None) == kind
    assert classify("caller_code", sending_began=False) == "unsent"
    assert classify("caller_code", sending_began=None) == "caller_code"
