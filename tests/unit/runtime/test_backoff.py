"""Waiting before a retry."""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from templates.runtime.backoff import MAX_RETRY_AFTER, backoff, delay, parse_retry_after

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
        ("61", MAX_RETRY_AFTER),
        ("99999999999", MAX_RETRY_AFTER),
        ("9" * 5000, MAX_RETRY_AFTER),
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
        ("Wed, 14 Jul 2027 03:33:20 GMT", MAX_RETRY_AFTER),
        ("Tue, 99 Jul 2026 03:33:30 GMT", None),
        ("Tue, 14 Jul 99999 03:33:30 GMT", None),
    ],
)
def test_retry_after(value: str | None, expected: float | None) -> None:
    """Seconds and dates are read, others are not, and nothing is longer than a minute."""
    assert parse_retry_after(value, NOW) == expected


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"])
def timezone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time zone, which must make no difference."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("timezone")
@given(
    st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2068, 1, 1))  # noqa: DTZ001, made aware below
    | st.integers(-100, 100).map(lambda seconds: dt.datetime.fromtimestamp(NOW + seconds, dt.UTC))
)
def test_dates(date: dt.datetime) -> None:
    """Each of the three forms that HTTP knows is read, up to the limit; a past date means at once."""
    date = date.replace(microsecond=0, tzinfo=dt.UTC)
    preferred = email.utils.format_datetime(date, usegmt=True)
    obsolete = f"{date:%A}, {date:%d}-{preferred[8:11]}-{date:%y} {date:%H:%M:%S} GMT"
    of_c = f"{preferred[:3]} {preferred[8:11]} {date.day:2} {date:%H:%M:%S} {date.year}"

    expected = min(max(date.timestamp() - NOW, 0.0), MAX_RETRY_AFTER)
    assert [parse_retry_after(text, NOW) for text in (preferred, obsolete, of_c)] == [expected] * 3


@given(st.one_of(st.text(), st.from_regex(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")))
@example("1e400")
@example("²")
@example("Fri, 31 Dec 9999 23:59:59 GMT")
def test_retry_after_of_anything(value: str) -> None:
    """Whatever a server writes is read or passed over, and never raises."""
    found = parse_retry_after(value, NOW)

    assert found is None or 0 <= found <= MAX_RETRY_AFTER


def test_the_server_wins() -> None:
    """What the server asks for takes the place of the backoff."""
    assert delay(0, 3.0, 1.0) == 3.0
    assert delay(0, None, 1.0) == 0.5
