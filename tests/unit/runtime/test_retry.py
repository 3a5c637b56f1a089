"""The retry table, row by row: expected values are data."""

from __future__ import annotations

from typing import Any

import pytest

from tryleap._runtime.retry import Happened, Kind, Verdict, classified, verdict

NO = Verdict(repeat=False, ambiguous=False)
RETRY = Verdict(repeat=True, ambiguous=False)
RETRY_AMBIGUOUS = Verdict(repeat=True, ambiguous=True)
NO_AMBIGUOUS = Verdict(repeat=False, ambiguous=True)
RENEW = Verdict(repeat=False, ambiguous=False, renew=True)

# What happened; what follows for GET and DELETE; what follows for a POST that costs money.
TABLE: list[tuple[Happened, Verdict, Verdict]] = [
    (Happened("unconnected"), RETRY, RETRY),
    (Happened("certificate"), NO, NO),
    (Happened("no_connection"), NO, NO),
    (Happened("unsent"), NO, NO),
    (Happened("source"), NO, NO),
    (Happened("lost"), RETRY_AMBIGUOUS, NO_AMBIGUOUS),
    (Happened("timed_out"), RETRY_AMBIGUOUS, NO_AMBIGUOUS),
    (Happened("undecodable"), NO_AMBIGUOUS, NO_AMBIGUOUS),
    (Happened("status", 429), RETRY, RETRY),
    *((Happened("status", s), RETRY_AMBIGUOUS, NO_AMBIGUOUS) for s in (408, 500, 502, 503, 504)),
    *((Happened("status", s), RETRY_AMBIGUOUS, NO_AMBIGUOUS) for s in range(520, 525)),
    *((Happened("status", s), NO, NO) for s in (301, 307, 308)),
    *((Happened("status", s), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (300, 302, 303, 304, 305, 306, 309, 399)),
    *((Happened("status", s), NO, NO) for s in (400, 401, 402, 403, 404, 405, 409, 410)),
    *((Happened("status", s), NO, NO) for s in (413, 415, 422, 425, 451)),
    *((Happened("status", s), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (501, *range(505, 512), 519, 561, 599)),
    *((Happened("status", s), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (*range(525, 531), 600, 999)),
    (Happened("status", 101), NO_AMBIGUOUS, NO_AMBIGUOUS),
    (Happened("foreign"), NO_AMBIGUOUS, NO_AMBIGUOUS),
    *((Happened("status", s, is_own=False), NO_AMBIGUOUS, NO_AMBIGUOUS) for s in (400, 401, 429, 503)),
]


@pytest.mark.parametrize(("happened", "repeatable", "costly"), TABLE)
def test_a_row(happened: Happened, repeatable: Verdict, costly: Verdict) -> None:
    """Each row of the table says what it says in the documentation."""
    assert verdict(happened, repeatable=True) == repeatable
    assert verdict(happened, repeatable=False) == costly


@pytest.mark.parametrize("repeatable", [True, False])
def test_401_with_a_callable(repeatable: bool) -> None:
    """A refused credential that can be asked for anew is asked for anew, whatever the method."""
    assert verdict(Happened("status", 401), repeatable=repeatable, renewable=True) == RENEW


@pytest.mark.parametrize("row", TABLE)
def test_only_401_renews(row: tuple[Any, ...]) -> None:
    """Nothing but 401 asks for the credential anew."""
    if row[0].status != 401:
        assert verdict(row[0], repeatable=False, renewable=True).renew is False


@pytest.mark.parametrize("happened", [row[0] for row in TABLE])
def test_money_is_spent_once(happened: Happened) -> None:
    """What may have been processed is never repeated where it costs money."""
    decided = verdict(happened, repeatable=False, renewable=True)

    assert not (decided.ambiguous and (decided.repeat or decided.renew))


@pytest.mark.parametrize("kind", ["unconnected", "certificate", "no_connection", "unsent", "foreign"])
@pytest.mark.parametrize("has_body", [True, False])
def test_nothing_is_unconnected_after_sending_began(kind: Kind, has_body: bool) -> None:
    """Once a body was read, an exception that seems to say that nothing was sent is somebody else's."""
    assert classified(kind, began=True, has_body=has_body) == "foreign"


@pytest.mark.parametrize("kind", ["lost", "timed_out", "undecodable", "source"])
@pytest.mark.parametrize("has_body", [True, False])
def test_what_stays_after_sending_began(kind: Kind, has_body: bool) -> None:
    """The kinds that say that something was sent stay what they are."""
    assert classified(kind, began=True, has_body=has_body) == kind


@pytest.mark.parametrize("kind", ["lost", "timed_out"])
def test_a_body_that_was_not_read_was_not_sent(kind: Kind) -> None:
    """Before a body was read nothing was sent; where there is none, the head may have gone."""
    assert classified(kind, began=False, has_body=True) == "unconnected"
    assert classified(kind, began=False, has_body=False) == kind
    assert classified("foreign", began=False, has_body=True) == "unsent"
    assert classified("foreign", began=False, has_body=False) == "foreign"
