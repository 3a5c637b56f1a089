"""How long to wait before the next attempt. Pure functions: times and random numbers are arguments."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime
from typing import Final

from .clock import Clock, Deadline

# Seconds.
FIRST_DELAY: Final = 0.5
MAX_DELAY: Final = 8.0
# A server that asks for more is asked again after this time all the same: a call must not hang for a day.
MAX_RETRY_AFTER: Final = 60.0


def backoff(retries: int, jitter: float) -> float:
    """Return the delay of exponential backoff with full jitter.

    Args:
        retries: How many retries were made before.
        jitter: A random number from 0 to 1.

    Returns:
        Seconds: at most 0.5 before the first retry, 1 before the second, and so on up to 8.
    """
    return jitter * min(MAX_DELAY, FIRST_DELAY * 2.0 ** min(retries, 32))


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Parse a `Retry-After` header.

    Args:
        value: Seconds, or an HTTP date; None if there is no such header.
        now: Seconds since 1970.

    Returns:
        Seconds from now, from 0 to 60; None if the header is absent or invalid.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        # A number of more than 20 digits is not even converted: that could take long.
        return min(float(text), MAX_RETRY_AFTER) if len(text) <= 20 else MAX_RETRY_AFTER
    try:
        date = parsedate_to_datetime(text)
        # HTTP dates are in UTC, even in the form that does not say so.
        moment = (date if date.tzinfo else date.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return min(max(moment - now, 0.0), MAX_RETRY_AFTER)


def delay(retries: int, retry_after: float | None, jitter: float) -> float:
    """Return the seconds before a retry: what the server asked for, else the backoff."""
    return backoff(retries, jitter) if retry_after is None else retry_after


def pause_before_retry(
    retries: int, retry_after: str | None, clock: Clock, deadline: Deadline
) -> float | None:
    """Return the seconds to wait before a retry; None if that would reach the deadline."""
    pause = delay(retries, parse_retry_after(retry_after, clock.time()), clock.random())
    return None if pause >= deadline.left() else pause
