"""Decide when a wait is over: what a status means, and which failures end it. Without I/O.

`_async/wait.py` does the waiting.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar, cast

from . import error_messages
from ._package import BaseError
from .backoff import parse_retry_after
from .errors import (
    APIConnectionError,
    APIStatusError,
    OperationFailedError,
    ResponseDecodeError,
    WaitTimeoutError,
)
from .operations import Call
from .options import RequestOptions, check_callback, positive_seconds
from .redaction import cleaned

T = TypeVar("T")

# Seconds.
DEFAULT_WAIT: Final = 3600.0
DELAY_GROWTH: Final = 1.5
# Failed polls in a row that do not end a wait. At a minute each they cover a restart of the service.
MAX_CONSECUTIVE_FAILURES: Final = 5
# Statuses of a poll that end a wait at once, as they will not change.
FINAL_ERROR_STATUSES: Final = frozenset({401, 403, 404})
# Seconds, a year: systems do not sleep for much longer.
MAX_PAUSE: Final = 3e7
# Seconds that the last poll may take, even if less time is left.
LAST_POLL: Final = 5.0
# Errors of a poll after which a wait may continue.
POLL_ERRORS: Final = (APIConnectionError, APIStatusError, ResponseDecodeError)


class WaitPlan(Generic[T]):
    """How to wait for what an operation started: `x-long-running` in the document.

    Args:
        status: The attribute of its status.
        done: The values of the status that mean success.
        failed: The values that mean failure. Any other value means that it is not finished.
        first_delay: Seconds before the second poll.
        max_delay: Seconds; the delay grows up to this.
        wait_with: The method that waits, for example "things.wait_for_thing".
        failed_error: The class of error for failure.
        id: The attribute of its id.
    """

    def __init__(
        self,
        *,
        status: str,
        done: frozenset[str],
        failed: frozenset[str],
        first_delay: float,
        max_delay: float,
        wait_with: str,
        failed_error: type[OperationFailedError],
        id: str = "id",  # noqa: A002 - the name in the document
    ) -> None:
        self.status = status
        self.done = done
        self.failed = failed
        self.first_delay = first_delay
        self.max_delay = max_delay
        self.wait_with = wait_with
        self.failed_error = failed_error
        self.id = id

    def status_of(self, model: T) -> str | None:
        """Return the status of a model; None if it is missing or not a string."""
        status = getattr(model, self.status, None)
        return status if isinstance(status, str) else None


class WaitOptions(Generic[T]):
    """The options of one wait.

    Args:
        timeout: Seconds for the whole wait; the last poll may take up to 5 s more.
        poll_interval: Seconds before the second poll, None for the plan's; the delay then grows.
        on_update: Called with the result of the first poll, and at each change of the status; or None.
    """

    def __init__(
        self,
        timeout: float,
        poll_interval: float | None = None,
        on_update: Callable[[T], object] | None = None,
    ) -> None:
        self.timeout = timeout
        self.poll_interval = poll_interval
        self.on_update = on_update

    def check(self, name: str, *, is_async: bool) -> None:
        """Check the options before anything that costs money is started; messages call `timeout` by `name`.

        Raises:
            TypeError: One is of the wrong type.
            ValueError: One has an invalid value.
        """
        positive_seconds(name, self.timeout, zero=True)
        if self.poll_interval is not None:
            positive_seconds("poll_interval", self.poll_interval)
        if self.on_update is not None:
            check_callback("on_update", self.on_update, is_async=is_async)


def poll_options(left: float) -> RequestOptions:
    """Return the options of a poll, with `left` seconds until the end of the wait.

    They disable retries, as the wait itself polls again.
    """
    if left == math.inf:
        return RequestOptions(max_retries=0)
    return RequestOptions(deadline=max(left, LAST_POLL), max_retries=0)


def gives_up(problem: Exception, failures: int, left: float) -> bool:
    """Return whether a failed poll ends the wait.

    Args:
        problem: The error of the poll.
        failures: How many polls have failed in a row, this one included.
        left: Seconds until the end of the wait. Once the time is up, the wait ends with a timeout instead.
    """
    if isinstance(problem, APIStatusError) and problem.status_code in FINAL_ERROR_STATUSES:
        return True
    return failures > MAX_CONSECUTIVE_FAILURES and left > 0


def retry_after(problem: Exception, now: float) -> float:
    """Return the seconds of a `Retry-After` header, 0 without one."""
    if not isinstance(problem, APIStatusError):
        return 0.0
    return parse_retry_after(problem.headers.get("retry-after"), now) or 0.0


def failed_error(plan: WaitPlan[T], model: T, secrets: Sequence[str]) -> OperationFailedError:
    """Make the error for a final status that means failure."""
    message = error_messages.failed_wait(_id(plan, model), plan.status_of(model))
    return plan.failed_error(cleaned(message, secrets), model=model)


def timeout_error(
    plan: WaitPlan[T], timeout: float, model: T | None, secrets: Sequence[str]
) -> WaitTimeoutError:
    """Make the error for a wait whose time is up; `model` is the result of the last poll, or None."""
    status = None if model is None else plan.status_of(model)
    message = error_messages.wait_timeout(timeout, _id(plan, model), status, fetched=model is not None)
    advice = error_messages.wait_again(plan.wait_with, _id(plan, model))
    return WaitTimeoutError(cleaned(message, secrets), advice=cleaned(advice, secrets), model=model)


def _id(plan: WaitPlan[Any], model: Any) -> str | None:
    value = getattr(model, plan.id, None)
    return value if isinstance(value, str) and value else None


class Started(Generic[T]):
    """What a call started. It is paid for, so whatever ends the wait must show its id.

    Args:
        call: The call.
        model: Its result.
        plan: How to wait.
        secrets: The texts that must not be shown, from `redaction.secret_forms`.
    """

    def __init__(self, call: Call[T], model: T, plan: WaitPlan[T], secrets: Sequence[str]) -> None:
        self.model = model
        self._secrets = secrets
        self._call = call
        self._plan = plan
        self._id = _id(plan, model)

    def poll(self, make: Callable[[str], Call[T]]) -> Call[T]:
        """Make the call that polls from the id.

        Raises:
            ResponseDecodeError: The response has no id, or one that cannot be sent.
        """
        problem: Exception | None = None
        if self._id is not None:
            try:
                return make(self._id)
            except ValueError as refused:
                problem = refused
        raise ResponseDecodeError(
            cleaned(error_messages.missing_id(self._call, self._plan.id, problem), self._secrets),
            advice=error_messages.ambiguity(self._call.operation),
            method=self._call.operation.method,
            path=self._call.path,
        ) from problem

    def attach_to(self, error: BaseError) -> None:
        """Note in an error of ours what was started."""
        if error.model is None:
            error.model = cast("Any", self.model)  # its type is the API's
        error.may_have_been_processed = True

    def unexpected(self, problem: Exception) -> BaseError:
        """Make the error for an unexpected exception, which is a bug."""
        error = ResponseDecodeError(
            cleaned(error_messages.wait_bug(self._call, problem, self._id), self._secrets),
            method=self._call.operation.method,
            path=self._call.path,
        )
        self.attach_to(error)
        return error

    def annotate(self, problem: BaseException) -> None:
        """Add a note with the id to an exception that is not ours."""
        problem.add_note(cleaned(error_messages.started(self._call, self._id), self._secrets))
