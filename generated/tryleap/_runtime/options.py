"""Options of a client and of a single call, checked."""

from __future__ import annotations

import math
import ssl
from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from ._package import httpx
from .drift import DriftHook
from .request.files import ProgressCallback

TimeoutTypes: TypeAlias = float | httpx.Timeout | None
SecretTypes: TypeAlias = str | Callable[[], str]
AsyncSecretTypes: TypeAlias = str | Callable[[], str] | Callable[[], Awaitable[str]]
# Name and password, for "basic".
Pair: TypeAlias = tuple[str, str]
PairTypes: TypeAlias = Pair | Callable[[], Pair]
AsyncPairTypes: TypeAlias = Pair | Callable[[], Pair] | Callable[[], Awaitable[Pair]]

# Seconds. Writing has long: a large image over a slow line is no failure.
DEFAULT_TIMEOUT: Final = {"connect": 10.0, "read": 60.0, "write": 300.0, "pool": 60.0}
DEFAULT_MAX_RETRIES: Final = 2
# Seconds, three years: from here on, a timeout is none. Sockets take no number of seconds above some 10**9.
_ENDLESS: Final = 1e8
# Bytes of a decompressed response that are read into memory. A larger one raises ResponseDecodeError.
DEFAULT_MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
# Values of JSON in a response: a list of 40,000 models has so many. They take up to 1 KB each.
DEFAULT_MAX_RESPONSE_VALUES: Final = 1_000_000


class NotGiven:
    """The type of `NOT_GIVEN`, which stands where None is a value of its own."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __reduce__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven()


class ClientOptions(NamedTuple):
    """The options of a client, checked. Everything but `http_client` can be pickled.

    Args:
        base_url: Where the service is, without a slash at its end.
        timeout: Seconds by phase of one attempt: connect, read, write, pool; None for no limit.
        deadline: Seconds of wall clock for a whole call, or None.
        max_retries: How often a call may be repeated.
        strict: Whether a response that is not as documented raises.
        default_headers: Headers of every request.
        allow_insecure_http: Whether credentials may go over plain http to other machines.
        on_drift: Called with each kind of drift from the document, or None.
        proxy: As httpx takes it.
        verify: As httpx takes it.
        http2: Whether HTTP/2 is offered.
        http_client: The caller's own httpx client, or None.
        max_response_bytes: Bytes of a decompressed response that are read at most.
        max_response_values: Values of JSON that a response may hold.
        base_url_variable: The environment variable that `base_url` comes from, or None.
    """

    base_url: str
    timeout: dict[str, float | None]
    deadline: float | None = None
    max_retries: int = DEFAULT_MAX_RETRIES
    strict: bool = False
    default_headers: Mapping[str, str] | None = None
    allow_insecure_http: bool = False
    on_drift: DriftHook | None = None
    proxy: httpx.Proxy | str | None = None
    verify: ssl.SSLContext | bool = True
    http2: bool = False
    http_client: Any = None
    max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES
    max_response_values: int = DEFAULT_MAX_RESPONSE_VALUES
    base_url_variable: str | None = None


class RequestOptions:
    """The options of one call; what is not given is the client's.

    Args:
        timeout: Seconds, or an `httpx.Timeout`, for one attempt.
        deadline: Seconds of wall clock for the whole call, retries included; None for no limit.
        max_retries: How often the call may be repeated.
        extra_headers: Headers on top of the client's.
        on_upload_progress: Called with the bytes sent so far and their total (None where it is unknown).
    """

    __slots__ = ("deadline", "extra_headers", "max_retries", "on_upload_progress", "timeout")

    def __init__(
        self,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> None:
        self.timeout: TimeoutTypes | NotGiven = timeout
        self.deadline: float | None | NotGiven = deadline
        self.max_retries: int | NotGiven = max_retries
        self.extra_headers: Mapping[str, str] | None = extra_headers
        self.on_upload_progress: ProgressCallback | None = on_upload_progress


def timeout_phases(value: TimeoutTypes) -> dict[str, float | None]:
    """Turn what the caller gave as `timeout` into seconds by phase.

    Args:
        value: Seconds for each phase, an `httpx.Timeout`, or None for no limit.

    Returns:
        Seconds, or None for no limit, for "connect", "read", "write" and "pool".

    Raises:
        TypeError: It is something else.
        ValueError: The seconds are negative, zero or not a number.
    """
    if value is None or isinstance(value, int | float):
        seconds = None if value is None else _limit(positive_seconds("timeout", value))
        return {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
    as_dict = getattr(value, "as_dict", None)
    if as_dict is None:
        raise TypeError(
            f"timeout must be a number of seconds, an httpx.Timeout or None, not {type(value).__name__}"
        )
    phases: dict[str, float | None] = as_dict()
    return {
        phase: None if seconds is None else _limit(positive_seconds(f"timeout.{phase}", seconds, zero=True))
        for phase, seconds in phases.items()
    }


def _limit(seconds: float) -> float | None:
    """Take a number of seconds that no system's clock can count to as no limit."""
    return seconds if seconds < _ENDLESS else None


def positive_seconds(name: str, value: object, *, zero: bool = False) -> float:
    """Check a number of seconds.

    Args:
        name: What the argument is called, for the message.
        value: The seconds.
        zero: Whether 0 is allowed.

    Returns:
        The seconds.

    Raises:
        TypeError: It is no number.
        ValueError: It is not a number (NaN), negative, or zero where that is not allowed.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    if isinstance(value, int) and value > _ENDLESS:
        return math.inf
    is_nan = isinstance(value, float) and math.isnan(value)
    if is_nan or value < 0 or (value == 0 and not zero):
        least = "0 or more" if zero else "more than 0"
        raise ValueError(f"{name} must be {least} seconds, not {value!r}")
    return value


def check_callback(name: str, value: object, *, is_async: bool) -> None:
    """Check a function of the caller before anything is sent.

    Args:
        name: What the argument is called.
        value: The function.
        is_async: Whether what it returns is awaited.

    Raises:
        TypeError: It cannot be called, or would have to be awaited where nothing is.
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, not {type(value).__name__}")
    if not is_async and iscoroutinefunction(value):
        raise TypeError(f"{name} is an async function: it cannot be awaited here")


def checked_deadline(value: float | None) -> float | None:
    """Check a deadline: seconds above 0, or None for no limit."""
    return None if value is None else _limit(positive_seconds("deadline", value))


def checked_limit(name: str, value: object) -> int:
    """Check a limit: a whole number from 1.

    Args:
        name: What the argument is called, for the message.
        value: The limit.

    Returns:
        The limit.

    Raises:
        TypeError: It is no whole number.
        ValueError: It is less than 1.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name} must be 1 or more, not {value}")
    return value


def checked_retries(value: object) -> int:
    """Check a number of retries: a whole number from 0.

    Raises:
        TypeError: It is no whole number.
        ValueError: It is negative.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"max_retries must be a whole number, not {type(value).__name__}")
    if value < 0:
        raise ValueError(f"max_retries must be 0 or more, not {value}; 0 turns retries off")
    return value
