"""Decide when a wait polls again and when it gives up. This module does no I/O."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from typing import Final

from .._runtime.backoff import delay, parse_retry_after
from .._runtime.wait_policy import DELAY_GROWTH, POLL_ERRORS, gives_up
from ..errors import (
    APIConnectionError,
    LeapError,
    RateLimitError,
    WaitTimeoutError,
)
from ..operations.image_models import WAIT_FOR_TRAIN_MODEL
from ._states import ENDED, UNDER_WAY
from ._training import Training, TrainingConflictError, TrainingUnknownError

# For each row of `run`, after the first attempt.
_MAX_RETRIES: Final = 2


class Schedule:
    """The schedule of one wait.

    Args:
        timeout: Seconds for the whole wait; None for no limit.
        poll_interval: Seconds before the second poll; None for the document's.

    Raises:
        ValueError: An argument is not a valid number of seconds.
    """

    def __init__(self, timeout: float | None, poll_interval: float | None) -> None:
        if timeout is not None and not timeout >= 0:
            raise ValueError(
                f"timeout is {timeout}: pass a number of seconds, 0 or more, or None for no limit"
            )
        if poll_interval is not None and not 0 < poll_interval < math.inf:
            raise ValueError(f"poll_interval is {poll_interval}: pass a positive number of seconds")
        self.timeout = math.inf if timeout is None else timeout
        self._ends_at = time.monotonic() + self.timeout
        self._delay = WAIT_FOR_TRAIN_MODEL.first_delay if poll_interval is None else poll_interval
        self._max_delay = max(WAIT_FOR_TRAIN_MODEL.max_delay, self._delay)
        self._last_pause = self._delay
        self._failures = 0

    def max_age(self) -> float:
        """Return the maximum age, in seconds, of another wait's poll that this wait can reuse."""
        return self._last_pause * 0.9

    def is_over(self) -> bool:
        """Return whether the time is up."""
        return time.monotonic() >= self._ends_at

    def pause(self) -> float:
        """Return the seconds before the next poll."""
        delay, self._delay = self._delay, min(self._delay * DELAY_GROWTH, self._max_delay)
        self._last_pause = max(0.0, min(delay, self._ends_at - time.monotonic()))
        return self._last_pause

    def succeeded(self) -> None:
        """Note that a poll has succeeded."""
        self._failures = 0

    def failed(self, problem: LeapError) -> None:
        """Note that a poll has failed.

        Raises:
            LeapError: The failure, if it is permanent or there were too many in a row.
        """
        self._failures += 1
        left = self._ends_at - time.monotonic()
        if not isinstance(problem, POLL_ERRORS) or gives_up(problem, self._failures, left):
            raise problem

    def timed_out(self, trainings: Sequence[Training]) -> WaitTimeoutError:
        """Create the error for trainings that have not ended."""
        first = trainings[0]
        count = "" if len(trainings) == 1 else f", and {len(trainings) - 1} more"
        error = WaitTimeoutError(
            f"Training {first.key!r} is still {first.state} after {self.timeout:g} s{count}. It continues"
            " on the service: wait again.",
            model=first.model,
        )
        error.training = first  # type: ignore[attr-defined]  # as on every error that concerns a training
        return error


def progress_of(training: Training) -> tuple[str, str | None]:
    """Return the state and the status of the model, to detect changes."""
    return training.state, None if training.model is None else training.model.status


def refuse_hopeless(training: Training) -> None:
    """Refuse to wait for a training that cannot end.

    Raises:
        TrainingUnknownError: The training is unknown.
        TrainingConflictError: It was not started.
    """
    if training.state in UNDER_WAY or training.state in ENDED:
        return
    if training.state == "unknown":
        raise unknown_error(training)
    reason = f": {training.error}" if training.error else ""
    raise TrainingConflictError(
        f"Training {training.key!r} is {training.state}{reason}. Nothing was started: start it first.",
        training=training,
    )


def unknown_error(training: Training) -> TrainingUnknownError:
    """Create the error for an unknown training."""
    sent = "" if training.sent_at is None else f" at {training.sent_at:%Y-%m-%d %H:%M:%S} UTC"
    return TrainingUnknownError(
        f"Training {training.key!r} was sent{sent}, and it is unknown whether the service started it: no"
        f" model has the tag [k-{training.tag}]. It is not sent again. Call reconcile() for candidates, then"
        f" resolve({training.key!r}, model_id=...) or resolve({training.key!r}, not_started=True).",
        training=training,
    )


def retry_pause(problem: APIConnectionError | RateLimitError, retries: int) -> float | None:
    """Return the seconds before a row of `run` is retried; None if it is not."""
    if problem.may_have_been_processed or retries >= _MAX_RETRIES:
        return None
    requested = None
    if isinstance(problem, RateLimitError):
        requested = parse_retry_after(problem.headers.get("retry-after"), time.time())
    return delay(retries, requested, random.random())  # noqa: S311 - jitter need not be secure
