"""Retry-After: seconds or a date, and a bounded wait whatever a server writes there."""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tryleap._runtime.backoff import LARGEST_RETRY_AFTER, backoff, delay, parse_retry_after

NOW = 1_800_000_000.0
DATES = st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2068, 1, 1)).map(  # noqa: DTZ001, made aware here
    lambda date: date.replace(microsecond=0, tzinfo=dt.UTC)
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata"], autouse=True)
def timezone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time zone, which must make no difference."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def expected(date: dt.datetime) -> float:
    """Seconds to wait until a date."""
    return min(max(date.timestamp() - NOW, 0.0), LARGEST_RETRY_AFTER)


@given(text=st.text())
@example(text="9" * 5000)
@example(text="1e400")
@example(text="-5")
@example(text="nan")
@example(text="²")
@example(text="Fri, 31 Dec 9999 23:59:59 GMT")
@example(text="Mon, 99 Foo 0000 99:99:99 GMT")
def test_no_text_breaks_it(text: str) -> None:
    """Any text gives a wait within bounds, or none at all."""
    seconds = parse_retry_after(text, NOW)

    assert seconds is None or 0.0 <= seconds <= LARGEST_RETRY_AFTER


@given(seconds=st.integers(0, 10**30))
def test_seconds_are_taken_at_their_word(seconds: int) -> None:
    """Up to the limit."""
    assert parse_retry_after(str(seconds), NOW) == min(float(seconds), LARGEST_RETRY_AFTER)
    assert parse_retry_after(f" {seconds}\t", NOW) == min(float(seconds), LARGEST_RETRY_AFTER)


@given(date=DATES | st.integers(-100, 100).map(lambda s: dt.datetime.fromtimestamp(NOW + s, dt.UTC)))
def test_a_date_is_taken_at_its_word(date: dt.datetime) -> None:
    """In each of the three forms that HTTP knows, up to the limit; a past one means at once."""
    preferred = email.utils.format_datetime(date, usegmt=True)
    obsolete = f"{DAYS[date.weekday()]}, {date:%d}-{preferred[8:11]}-{date:%y} {date:%H:%M:%S} GMT"
    of_c = f"{preferred[:3]} {preferred[8:11]} {date.day:2} {date:%H:%M:%S} {date.year}"

    assert parse_retry_after(preferred, NOW) == expected(date)
    assert parse_retry_after(obsolete, NOW) == expected(date)
    assert parse_retry_after(of_c, NOW) == expected(date)


@given(
    retries=st.integers(0, 10**6),
    chance=st.floats(0, 1),
    retry_after=st.none() | st.floats(0, LARGEST_RETRY_AFTER),
)
def test_a_delay_is_bounded(retries: int, chance: float, retry_after: float | None) -> None:
    """However often a call was repeated, the wait is what the server asked for, else at most 8 s."""
    assert 0.0 <= backoff(retries, chance) <= 8.0
    assert delay(retries, retry_after, chance) == (
        backoff(retries, chance) if retry_after is None else retry_after
    )
