"""Options of a client and of a single call, checked."""

from __future__ import annotations

import math
import ssl
from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Final, Literal, TypeAlias

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

# Seconds by phase of an attempt. Writing may take long: a large image is sent over a slow line.
DEFAULT_TIMEOUT: Final = {"connect": 10.0, "read": 60.0, "write": 300.0, "pool": 60.0}
DEFAULT_MAX_RETRIES: Final = 2
# Bytes after decompression.
DEFAULT_MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024
# JSON values: a list of 40,000 models has as many. Each takes up to 1 KB of memory.
DEFAULT_MAX_RESPONSE_VALUES: Final = 1_000_000
# Seconds, three years: a timeout as long as this sets no limit. Sockets accept no more than some 10**9 s.
_ENDLESS: Final = 1e8


class NotGiven:
    """The type of `NOT_GIVEN`, the default of arguments for which None has a meaning of its own."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"

    def __reduce__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven()


# Options, credentials and fields are plain classes. Tools that report errors show the variables of a
# function, and the repr of a named tuple or an attrs class would show the secrets in them. Such a class also
# takes longer to import.
class ClientOptions:
    """The options of a client, checked. Everything but `http_client` can be pickled.

    Args:
        base_url: The URL of the service, without a slash at its end.
        timeout: Seconds by phase of one attempt: connect, read, write, pool; None for no limit.
        deadline: Seconds of wall clock for a whole call, retries included; None for no limit.
        max_retries: How many times a call may be retried.
        strict: Whether a response that is not as documented raises.
        default_headers: Headers of every request.
        allow_insecure_http: Whether credentials may be sent over plain http to other hosts.
        on_drift: Called once for each kind of difference between responses and the document; or None.
        proxy: As httpx takes it.
        verify: As httpx takes it.
        http2: Whether HTTP/2 is offered.
        http_client: The caller's own httpx client, which is never closed; or None.
        max_response_bytes: The largest response that is read, in bytes after decompression.
        max_response_values: The largest number of JSON values in a response.
        base_url_variable: The environment variable that `base_url` is from, or None.
    """

    def __init__(
        self,
        base_url: str,
        timeout: Mapping[str, float | None],
        *,
        deadline: float | None = None,
        max_retries: int = DEFAULT_MAX_RETRIES,
        strict: bool = False,
        default_headers: Mapping[str, str] | None = None,
        allow_insecure_http: bool = False,
        on_drift: DriftHook | None = None,
        proxy: httpx.Proxy | str | None = None,
        verify: ssl.SSLContext | bool = True,
        http2: bool = False,
        http_client: Any = None,
        max_response_bytes: int = DEFAULT_MAX_RESPONSE_BYTES,
        max_response_values: int = DEFAULT_MAX_RESPONSE_VALUES,
        base_url_variable: str | None = None,
    ) -> None:
        self.base_url = base_url
        self.timeout = timeout
        self.deadline = deadline
        self.max_retries = max_retries
        self.strict = strict
        self.default_headers = default_headers
        self.allow_insecure_http = allow_insecure_http
        self.on_drift = on_drift
        self.proxy = proxy
        self.verify = verify
        self.http2 = http2
        self.http_client = http_client
        self.max_response_bytes = max_response_bytes
        self.max_response_values = max_response_values
        self.base_url_variable = base_url_variable


class RequestOptions:
    """The options of one call. What is not given is the client's.

    Args:
        timeout: Seconds, or an `httpx.Timeout`, for one attempt.
        deadline: Seconds of wall clock for the whole call, retries included; None for no limit.
        max_retries: How many times the call may be retried.
        extra_headers: Headers in addition to the client's.
        on_upload_progress: Called with the bytes sent so far and their total (None if it is unknown).
    """

    def __init__(
        self,
        timeout: TimeoutTypes | NotGiven = NOT_GIVEN,
        deadline: float | None | NotGiven = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        extra_headers: Mapping[str, str] | None = None,
        on_upload_progress: ProgressCallback | None = None,
    ) -> None:
        self.timeout = timeout
        self.deadline = deadline
        self.max_retries = max_retries
        self.extra_headers = extra_headers
        self.on_upload_progress = on_upload_progress


def timeout_phases(value: TimeoutTypes) -> dict[str, float | None]:
    """Return the seconds of a `timeout` argument by phase: "connect", "read", "write", "pool".

    Raises:
        TypeError: It is neither a number, an `httpx.Timeout` nor None.
        ValueError: The seconds are negative, zero or NaN.
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
    return seconds if seconds < _ENDLESS else None


def positive_seconds(name: str, value: object, *, zero: bool = False) -> float:
    """Check and return a number of seconds; 0 is only allowed with `zero`.

    Raises:
        TypeError: It is not a number.
        ValueError: It is NaN, negative, or zero if that is not allowed.
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
    """Check a callback before anything is sent; `is_async` says whether its result is awaited.

    Raises:
        TypeError: It cannot be called, or is an async function whose result would not be awaited.
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, not {type(value).__name__}")
    if not is_async and iscoroutinefunction(value):
        raise TypeError(f"{name} is an async function: it cannot be awaited here")


def checked_deadline(value: float | None) -> float | None:
    """Check a deadline: seconds above 0, or None for no limit."""
    return None if value is None else _limit(positive_seconds("deadline", value))


def checked_retries(value: object) -> int:
    """Check a number of retries.

    Raises:
        TypeError: It is not an integer.
        ValueError: It is negative.
    """
    return _integer("max_retries", value, 0, "; 0 turns retries off")


def _integer(name: str, value: object, least: int, hint: str = "") -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be {least} or more, not {value}{hint}")
    return value


_CHECKS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "timeout": timeout_phases,
    "deadline": checked_deadline,
    "max_retries": checked_retries,
    "max_response_bytes": lambda value: _integer("max_response_bytes", value, 1),
    "max_response_values": lambda value: _integer("max_response_values", value, 1),
}


def checked_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Check options of a client, and return those that are not `NOT_GIVEN` as `ClientOptions` takes them.

    Raises:
        TypeError: One is of the wrong type.
        ValueError: One has an invalid value.
    """
    given = {name: value for name, value in options.items() if not isinstance(value, NotGiven)}
    return {name: _CHECKS[name](value) if name in _CHECKS else value for name, value in given.items()}
