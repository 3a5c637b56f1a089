"""Waiting before a retry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryleap._runtime.backoff import LARGEST_RETRY_AFTER, backoff, delay, parse_retry_after

NOW = 1_784_000_000.0  # Tue, 14 Jul 2026 03:33:20 GMT


@pytest.mark.parametrize(
    ("retries", "largest"), [(0, 0.5), (1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (5000, 8)]
)
def test_bounds(retries: int, largest: float) -> None:
    """The delay lies between nothing and twice the one before, up to 8 seconds."""
    assert backoff(retries, 0.0) == 0
    assert backoff(retries, 1.0) == largest
    assert backoff(retries, 0.5) == largest / 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("61", LARGEST_RETRY_AFTER),
        ("99999999999", LARGEST_RETRY_AFTER),
        ("9" * 5000, LARGEST_RETRY_AFTER),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("\u0663", None),
        ("Tue, 14 Jul 2026 03:33:30 GMT", 10),
        ("Tue, 14 Jul 2026 03:33:10 GMT", 0),
        ("Tuesday, 14-Jul-26 03:33:30 GMT", 10),
        ("Tue Jul 14 03:33:30 2026", 10),
        ("Wed, 14 Jul 2027 03:33:20 GMT", LARGEST_RETRY_AFTER),
        ("Tue, 99 Jul 2026 03:33:30 GMT", None),
        ("Tue, 14 Jul 99999 03:33:30 GMT", None),
    ],
)
def test_retry_after(value: str | None, expected: float | None) -> None:
    """Seconds and dates are read, others are not, and nothing is longer than a minute."""
    assert parse_retry_after(value, NOW) == expected


@given(st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")))
def test_retry_after_of_anything(value: str) -> None:
    """Whatever a server writes is read or passed over, and never raises."""
    found = parse_retry_after(value, NOW)

    assert found is None or 0 <= found <= LARGEST_RETRY_AFTER


def test_the_server_wins() -> None:
    """What the server asks for takes the place of the backoff."""
    assert delay(0, 3.0, 1.0) == 3.0
    assert delay(0, None, 1.0) == 0.5
