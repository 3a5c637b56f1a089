# Made from ../_async by `make generate`: change that.
"""Poll until what an operation started has finished or failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from .._package import BaseError
from ..clock import Deadline
from ..concurrency_sync import AWAITS_CALLBACKS, resolve
from ..engine import Engine
from ..operations import Call
from ..options import RequestOptions
from ..tracebacks import HIDDEN, cleaned_cause
from ..transport.exceptions import CallbackError
from ..wait_policy import (
    DELAY_GROWTH,
    MAX_PAUSE,
    POLL_ERRORS,
    Started,
    WaitOptions,
    WaitPlan,
    failed_error,
    gives_up,
    poll_options,
    retry_after,
    timeout_error,
)
from .send import send

T = TypeVar("T")


def wait(engine: Engine, plan: WaitPlan[T], call: Call[T], options: WaitOptions[T]) -> T:
    """Poll until the status is final; return the result of the last poll, whose status means success.

    Raises:
        OperationFailedError: The status means failure.
        WaitTimeoutError: It did not finish in time.
        BaseError: Polling failed; `model` is the result of the last poll.
        TypeError: An argument is of the wrong type; nothing was sent.
        ValueError: An argument has an invalid value; nothing was sent.
    """
    __tracebackhide__ = HIDDEN
    options.check("timeout", is_async=AWAITS_CALLBACKS)
    try:
        return _poll(engine, plan, call, options, None)
    except CallbackError as problem:
        raised_by_callback = problem.original
    raise raised_by_callback


def send_and_wait(  # noqa: PLR0917 - the plan, both calls, and the options of each
    engine: Engine,
    plan: WaitPlan[T],
    call: Call[T],
    options: RequestOptions,
    poll: Callable[[str], Call[T]],
    wait_options: WaitOptions[T],
) -> T:
    """Send a call, and poll until what it started has finished. Whatever ends the wait shows its id.

    `poll` makes the call that polls from the id. The wait, with its options, begins after the call.

    Raises:
        BaseError: As in `send` and `wait`. After it has started, `model` is set on every error.
        TypeError: An argument is of the wrong type; nothing was sent.
        ValueError: An argument has an invalid value; nothing was sent.
    """
    __tracebackhide__ = HIDDEN
    wait_options.check("wait_timeout", is_async=AWAITS_CALLBACKS)
    result = (send(engine, call, options)).data
    started = Started(call, result, plan, engine.recent_secrets)
    try:
        # An id that makes no valid URL is reported as such, before the first poll.
        poll_call = started.poll(lambda identifier: engine.checked(poll(identifier)))
        return _poll(engine, plan, poll_call, wait_options, started.model)
    except BaseError as error:
        started.attach_to(error)
        raise
    except Exception as problem:  # noqa: BLE001 - raised below
        caught = problem
    except BaseException as interruption:
        started.annotate(interruption)
        raise
    if isinstance(caught, CallbackError):
        started.annotate(caught.original)
        raise caught.original
    raise started.unexpected(caught) from cleaned_cause(caught, engine.recent_secrets)


def _poll(engine: Engine, plan: WaitPlan[T], call: Call[T], options: WaitOptions[T], model: T | None) -> T:
    __tracebackhide__ = HIDDEN
    clock = engine.clock
    deadline = Deadline(options.timeout, clock)
    delay = plan.first_delay if options.poll_interval is None else options.poll_interval
    max_delay = max(plan.max_delay, delay)
    reported: object = _NEVER
    failures = 0
    while True:
        server_delay, failure = 0.0, None
        try:
            model = (send(engine, call, poll_options(deadline.left()))).data
        except POLL_ERRORS as problem:
            failure = problem
            failures += 1
            if gives_up(problem, failures, deadline.left()):
                problem.model = cast("Any", model)  # its type is the API's
                raise
            server_delay = retry_after(problem, clock.time())
        else:
            failures = 0
            status = plan.status_of(model)
            if status != reported:
                reported = status
                _report(options.on_update, model)
            if status in plan.done:
                return model
            if status in plan.failed:
                raise failed_error(plan, model, engine.recent_secrets)
        left = deadline.left()
        if left <= 0:
            raise timeout_error(plan, options.timeout, model, engine.recent_secrets) from failure
        clock.sleep(min(max(delay, server_delay), left, MAX_PAUSE))
        delay = min(delay * DELAY_GROWTH, max_delay)


_NEVER = object()


def _report(on_update: Callable[[T], object] | None, model: T) -> None:
    if on_update is None:
        return
    try:
        resolve(on_update(model), "on_update")
    except Exception as problem:
        raise CallbackError(problem) from problem
