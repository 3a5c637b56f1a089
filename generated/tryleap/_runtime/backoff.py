"""How long to wait before the next attempt. Pure functions: time and chance are arguments."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import Final

from .clock import Clock

FIRST_DELAY: Final = 0.5
MAX_DELAY: Final = 8.0
# A server that asks for more is asked again after this many seconds all the same: a call must not hang for
# a day.
MAX_RETRY_AFTER: Final = 60.0


def backoff(retries: int, chance: float) -> float:
    """Exponential backoff with full jitter.

    Args:
        retries: How many retries were made before.
        chance: A number from 0 to 1.

    Returns:
        Seconds from 0 to 0.5 before the first retry, to 1 before the second, and so on up to 8.
    """
    return chance * min(MAX_DELAY, FIRST_DELAY * 2.0 ** min(retries, 32))


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Read a `Retry-After` header.

    Args:
        value: Seconds, or a date as HTTP writes it; None where there is no such header.
        now: Seconds since 1970.

    Returns:
        Seconds from now, from 0 to 60; None where the header is absent or cannot be read.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        # More digits than any sensible number has: do not even convert them.
        return min(float(text), MAX_RETRY_AFTER) if len(text) <= 20 else MAX_RETRY_AFTER
    try:
        date = parsedate_to_datetime(text)
        # Dates of HTTP are in UTC, also in the form that does not say so.
        moment = (date if date.tzinfo else date.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return min(max(moment - now, 0.0), MAX_RETRY_AFTER)


def delay(retries: int, retry_after: float | None, chance: float) -> float:
    """Decide how long to wait before a retry.

    Args:
        retries: How many retries were made before.
        retry_after: What the server asked for in seconds, or None.
        chance: A number from 0 to 1.

    Returns:
        Seconds.
    """
    return backoff(retries, chance) if retry_after is None else retry_after


def pause_before_retry(
    retries: int, retry_after: str | None, clock: Clock, deadline_at: float | None
) -> float | None:
    """Decide how long to wait before a retry, if there is time for one.

    Args:
        retries: How many retries were made before.
        retry_after: The `Retry-After` header of the response, or None.
        clock: Time and jitter.
        deadline_at: The moment by the clock at which the call ends, or None.

    Returns:
        Seconds; None where the pause would reach the deadline.
    """
    pause = delay(retries, parse_retry_after(retry_after, clock.time()), clock.random())
    if deadline_at is not None and clock.monotonic() + pause >= deadline_at:
        return None
    return pause
