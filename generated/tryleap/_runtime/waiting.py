"""Waiting for what an operation began: when to look again, and when it has ended. A generator without I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar, cast

from ._package import BaseError
from .backoff import parse_retry_after
from .errors import (
    APIConnectionError,
    APIStatusError,
    OperationFailedError,
    ResponseDecodeError,
    WaitTimeoutError,
)
from .messages import ambiguity, goes_on
from .options import RequestOptions, check_callback, positive_seconds
from .uploads import CallerError

if TYPE_CHECKING:
    from .clock import Clock
    from .operations import Call

T = TypeVar("T")

# Seconds. Whoever needs longer says so, or waits once more.
DEFAULT_WAIT: Final = 3600.0
GROWTH: Final = 1.5
# Failures in a row that are borne: at a minute each, a restart of the service passes unnoticed.
MOST_FAILURES: Final = 5
# Statuses that will not pass.
FINAL_STATUSES: Final = frozenset({401, 403, 404})
# Seconds, a year: no system sleeps for longer than some.
LONGEST_PAUSE: Final = 3e7
# Seconds for the last look, at the end of the time or beyond it.
LAST_LOOK: Final = 5.0

_Passing: Final = (APIConnectionError, APIStatusError, ResponseDecodeError)


class WaitPlan(Generic[T]):
    """How to tell that what an operation began has ended.

    Args:
        id: The attribute that holds its id.
        status: The attribute that tells how far it is.
        done: Its values that mean success.
        failed: Its values that mean failure. Any other value means that it goes on.
        first_delay: Seconds before the second look.
        largest_delay: Seconds that the growing delay does not exceed.
        failed_error: The error that is raised on failure.
    """

    def __init__(
        self,
        *,
        id: str = "id",  # noqa: A002 - as the operation's attribute is called
        status: str,
        done: frozenset[str],
        failed: frozenset[str],
        first_delay: float,
        largest_delay: float,
        failed_error: type[OperationFailedError],
    ) -> None:
        self.id = id
        self.status = status
        self.done = done
        self.failed = failed
        self.first_delay = first_delay
        self.largest_delay = largest_delay
        self.failed_error = failed_error


class Look(NamedTuple):
    """Fetch. What was fetched comes back, or the error.

    Args:
        options: The options of the call.
    """

    options: RequestOptions


class Tell(NamedTuple):
    """Tell the caller of a change."""

    model: Any


class Pause(NamedTuple):
    """Sleep.

    Args:
        seconds: How long.
    """

    seconds: float


def check_wait(
    name: str, timeout: float, poll_interval: float | None, on_update: Any, *, is_async: bool
) -> None:
    """Check the arguments of a wait, which is to be done before anything is begun that costs money.

    Args:
        name: What the timeout is called.
        timeout: Seconds for the whole wait.
        poll_interval: Seconds before the second look, or None.
        on_update: The caller's function, or None.
        is_async: Whether what it returns is awaited.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: An argument has a value that cannot be used.
    """
    positive_seconds(name, timeout, zero=True)
    if poll_interval is not None:
        positive_seconds("poll_interval", poll_interval)
    if on_update is not None:
        check_callback("on_update", on_update, is_async=is_async)


def waiting(
    plan: WaitPlan[T], clock: Clock, timeout: float, poll_interval: float | None, last: T | None = None
) -> Generator[Any, Any, T]:
    """Wait for the end.

    Args:
        plan: How to tell it.
        clock: The time.
        timeout: Seconds for the whole wait; a last look may take up to 5 seconds more.
        poll_interval: Seconds before the second look, or None for the plan's; the delay grows by half
            each time.
        last: What is known of it before the first look, or None.

    Yields:
        Looks, changes to tell, and pauses.

    Returns:
        What was fetched last.

    Raises:
        OperationFailedError: It ended with a status that means failure.
        WaitTimeoutError: It had not ended in time.
        BaseError: It cannot be fetched; `model` holds what was fetched last.
    """
    ends_at = clock.monotonic() + timeout
    first = plan.first_delay if poll_interval is None else poll_interval
    delay = first
    largest = max(plan.largest_delay, first)
    told: Any = _NOTHING
    failures = 0
    while True:
        left = ends_at - clock.monotonic()
        found = yield Look(_look_options(left))
        wished = None
        if isinstance(found, Exception):
            failures += 1
            if _is_final(found) or (failures > MOST_FAILURES and ends_at > clock.monotonic()):
                if isinstance(found, BaseError):
                    found.model = last
                raise found
            wished = _wished(found, clock)
        else:
            failures = 0
            last = found
            status = getattr(found, plan.status, None)
            if status != told:
                told = status
                yield Tell(found)
            if not isinstance(status, str):
                status = None
            if status in plan.done:
                return cast("T", found)
            if status in plan.failed:
                raise plan.failed_error(_failed_message(found, status), model=found)
        left = ends_at - clock.monotonic()
        if left <= 0:
            raise _timed_out(timeout, last, found)
        yield Pause(min(max(delay, wished or 0.0), left, LONGEST_PAUSE))
        delay = min(delay * GROWTH, largest)


_NOTHING: Final = object()


def _look_options(left: float) -> RequestOptions:
    # A failure is borne here, where it counts, and not retried there as well.
    if left == float("inf"):
        return RequestOptions(max_retries=0)
    return RequestOptions(deadline=max(left, LAST_LOOK), max_retries=0)


def _is_final(problem: Exception) -> bool:
    if isinstance(problem, APIStatusError):
        return problem.status_code in FINAL_STATUSES
    return not isinstance(problem, _Passing)


def _wished(problem: Exception, clock: Clock) -> float | None:
    """Seconds after which the server wants to be asked again."""
    if not isinstance(problem, APIStatusError):
        return None
    return parse_retry_after(problem.headers.get("retry-after"), clock.time())


def _name(model: Any) -> str:
    name = getattr(model, "id", None)
    return f" of {name}" if isinstance(name, str) else ""


def _failed_message(model: Any, status: Any) -> str:
    return f"It ended with the status {status!r}{_name(model)}; `model` holds all that is known of it."


def _timed_out(timeout: float, last: Any, found: Any) -> WaitTimeoutError:
    seen = "nothing could be fetched" if last is None else f"the status{_name(last)} is {_status(last)}"
    made = WaitTimeoutError(
        f"It had not ended after {timeout:g} s: {seen}. It goes on at the server; wait again with its id.",
        model=last,
    )
    if isinstance(found, Exception):
        made.__cause__ = found
    return made


def _status(model: Any) -> str:
    return repr(getattr(model, "status", None))


def drive_wait(
    steps: Generator[Any, Any, T],
    look: Callable[[RequestOptions], T],
    on_update: Callable[[T], object] | None,
    clock: Clock,
) -> T:
    """Do what a wait asks for, in this thread.

    Args:
        steps: The wait.
        look: Fetches.
        on_update: Told of changes, or None.
        clock: Whose sleep is slept.

    Returns:
        What was fetched last.
    """
    back: Any = None
    try:
        while True:
            step = steps.send(back)
            back = None
            if isinstance(step, Look):
                try:
                    back = look(step.options)
                except _Passing as problem:
                    back = problem
            elif isinstance(step, Pause):
                clock.sleep(step.seconds)
            elif on_update is not None:
                try:
                    on_update(step.model)
                except Exception as problem:
                    raise CallerError(problem) from problem
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        steps.close()


async def drive_wait_async(
    steps: Generator[Any, Any, T],
    look: Callable[[RequestOptions], Awaitable[T]],
    on_update: Callable[[T], object] | None,
    clock: Clock,
) -> T:
    """Do what a wait asks for, in this task.

    Args:
        steps: The wait.
        look: Fetches.
        on_update: Told of changes, or None; awaited where it returns what can be awaited.
        clock: Whose sleep is slept.

    Returns:
        What was fetched last.
    """
    back: Any = None
    try:
        while True:
            step = steps.send(back)
            back = None
            if isinstance(step, Look):
                try:
                    back = await look(step.options)
                except _Passing as problem:
                    back = problem
            elif isinstance(step, Pause):
                await clock.sleep_async(step.seconds)
            elif on_update is not None:
                try:
                    told = on_update(step.model)
                    if isinstance(told, Awaitable):
                        await told
                except Exception as problem:
                    raise CallerError(problem) from problem
    except StopIteration as stop:
        value: T = stop.value
        return value
    finally:
        steps.close()


class Begun(Generic[T]):
    """What a call has begun: it is bought, and whatever happens from here on, its id must not be lost.

    Args:
        call: The call.
        model: What it returned.
        plan: How to tell that it has ended.
    """

    def __init__(self, call: Call[T], model: T, plan: WaitPlan[T]) -> None:
        self.call = call
        self.model = model
        self.id: Any = getattr(model, plan.id, None)
        self._attribute = plan.id

    def poll(self, make: Callable[[str], Call[T]]) -> Call[T]:
        """Make the call that shows how far it is.

        Args:
            make: Makes it from the id.

        Raises:
            ResponseDecodeError: There is no id, or none that can be asked for.
        """
        problem: Exception | None = None
        if isinstance(self.id, str) and self.id:
            try:
                return make(self.id)
            except ValueError as refused:
                problem = refused
        operation = self.call.operation
        seen = f"no {self._attribute} to wait for"
        if problem is not None:
            seen = f"an id that cannot be asked for: {problem}"
        raise ResponseDecodeError(
            f"{operation.method} {self.call.path}: the answer has {seen}. {ambiguity(operation)}",
            method=operation.method,
            path=self.call.path,
            body=self.model.to_dict() if hasattr(self.model, "to_dict") else self.model,
        ) from problem

    def instead_of(self, problem: BaseException) -> BaseException:
        """Let what ends the wait tell of what was bought.

        Args:
            problem: What ends it.

        Returns:
            What is to be raised: the exception itself with the model or a note, the one in it, or an error
            of ours with it as cause.
        """
        if isinstance(problem, CallerError):
            problem = problem.original
        elif isinstance(problem, Exception) and not isinstance(problem, BaseError):
            method, path, name = self.call.operation.method, self.call.path, type(problem).__name__
            message = f"{method} {path}: what it began cannot be waited for ({name}). {goes_on(self.id)}"
            made = ResponseDecodeError(message, method=method, path=path)
            made.__cause__ = problem
            problem = made
        if isinstance(problem, BaseError):
            problem.model = self.model if problem.model is None else problem.model
            problem.may_have_been_processed = True
        else:
            problem.add_note(f"{self.call.operation.method} {self.call.path}: {goes_on(self.id)}")
        return problem
