"""How a command fails: every exception becomes two lines on standard error and an exit status."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from .exit_codes import (
    FAILED_AFTERWARDS,
    FAILURE,
    INTERRUPTED,
    OPERATION_FAILED,
    TERMINATED,
    WAIT_TIMED_OUT,
    WRONG_USE,
)
from .terminal import abandon_stdout, report_error


class Refused(Exception):  # noqa: N818 - what the user typed cannot be carried out
    """The command cannot be carried out as it was given.

    Args:
        message: What is wrong.
        advice: What to do about it.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class Terminated(KeyboardInterrupt):
    """The process received SIGTERM, which is handled like Ctrl-C."""


class CommandState:
    """What is known while a command runs. Error messages are made from it.

    Args:
        advice: What the document advises for each error status.
        unreached: What to do if no response came.
        ambiguity: What to do if the request may have been processed.
        verify_with: The command that shows whether a request took effect, or None.
        changes: Whether the request changes anything on the server.
        resume: The command that keeps waiting, without the id; None if nothing is waited for.
        id: The attribute of the result that identifies what the request started, or None.

    Attributes:
        has_succeeded: Whether a request that changes something has succeeded.
        waits_for: The id of what was started, once it is known.
    """

    def __init__(
        self,
        *,
        advice: dict[str, str] | None = None,
        unreached: str = "Try again later.",
        ambiguity: str = "",
        verify_with: str | None = None,
        changes: bool = False,
        resume: str | None = None,
        id: str | None = None,  # noqa: A002 - as `Wait` calls it
    ) -> None:
        self.advice = advice or {}
        self.unreached = unreached
        self.ambiguity = ambiguity
        self.verify_with = verify_with
        self.changes = changes
        self.resume = resume
        self.id = id
        self.has_succeeded = False
        self.waits_for: str | None = None

    def succeeded(self, result: Any) -> None:
        """Note that the request succeeded, and what its result says was started."""
        self.has_succeeded = self.changes
        value = getattr(result, self.id, None) if self.id else None
        # An id of dots alone cannot be sent in a path, so it cannot be waited for.
        if isinstance(value, str) and value.strip("."):
            self.waits_for = value

    @property
    def wait_command(self) -> str | None:
        """The command that waits for what was started, or None if there is none."""
        if self.waits_for is None or self.resume is None:
            return None
        from shlex import quote

        # An id that begins with a dash would be taken for an option.
        separator = "-- " if self.waits_for.startswith("-") else ""
        return f"{self.resume} {separator}{quote(self.waits_for)}"


@contextmanager
def reporting(state: CommandState) -> Iterator[None]:
    """Report every exception of the block in two lines, and exit with its status.

    The block adds what it learns to `state`.

    Raises:
        SystemExit: The block failed, which was reported.
    """
    # Python handles signals in the main thread only; in another one the caller's handling stays.
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _terminate) if is_main else None
    try:
        yield
    except KeyboardInterrupt as error:
        _interrupted(state, TERMINATED if isinstance(error, Terminated) else INTERRUPTED)
    except Refused as error:
        _end(WRONG_USE, str(error), error.advice)
    except BrokenPipeError as error:
        status = abandon_stdout()
        if state.has_succeeded:
            _end(*described(error, state))
        raise SystemExit(status) from None
    except Exception as error:  # noqa: BLE001 - a user of the command line never sees a traceback
        _flush_stdout()
        _end(*described(error, state))
    finally:
        if is_main:
            signal.signal(signal.SIGTERM, before)


def _flush_stdout() -> None:
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        abandon_stdout()


def _terminate(_signum: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def _end(status: int, message: str, advice: str) -> NoReturn:
    report_error(message, advice)
    raise SystemExit(status)


def _interrupted(state: CommandState, status: int) -> NoReturn:
    if state.wait_command:
        _end(
            status,
            f"interrupted while waiting for {state.waits_for}, which continues on the server",
            f"To keep waiting for it: {state.wait_command}",
        )
    if state.has_succeeded:
        _end(status, "interrupted after the request succeeded", _do_not_repeat(state))
    if state.changes:
        verify = f": {state.verify_with}" if state.verify_with else "."
        _end(
            status,
            "interrupted before the response came: the request may have been processed",
            f"Check before you send it again{verify}",
        )
    _end(status, "interrupted before the response came", "Nothing was changed; run the command again.")


def described(error: Exception, state: CommandState) -> tuple[int, str, str]:
    """Return the exit status of an error, what happened, and what to do about it."""
    from .._runtime._package import PACKAGE, BaseError

    if isinstance(error, BaseError):
        return _described_known(error, state)
    if state.has_succeeded:
        return FAILED_AFTERWARDS, _after_success(error), _do_not_repeat(state)
    if isinstance(error, ValueError | TypeError):
        return WRONG_USE, str(error), "Nothing was sent; correct it and run the command again."
    if isinstance(error, OSError):
        return WRONG_USE, _os_error(error), "Correct it and run the command again."
    return FAILURE, f"{type(error).__name__}: {error}", bug_advice(PACKAGE)


def bug_advice(package: str) -> str:
    """Return the advice to report a bug of a package."""
    return f"This is a bug in {package}; please report it with the command you ran."


def _os_error(error: Exception) -> str:
    filename, strerror = getattr(error, "filename", None), getattr(error, "strerror", None)
    return f"{filename}: {strerror}" if filename and strerror else str(error)


def _after_success(error: Exception) -> str:
    if isinstance(error, OSError | UnicodeError):
        return f"the request succeeded, but its result could not be written: {_os_error(error)}"
    return f"the request succeeded, but a later step failed: {str(error) or type(error).__name__}"


def _do_not_repeat(state: CommandState) -> str:
    """Say what the request started, and how to continue without sending it again."""
    if state.wait_command:
        return (
            f"Do not run the command again: it started {state.waits_for}. "
            f"To keep waiting for it: {state.wait_command}"
        )
    verify = f" Check what it did: {state.verify_with}" if state.verify_with else ""
    return f"Do not run the command again.{verify}"


def _described_known(error: Any, state: CommandState) -> tuple[int, str, str]:
    from .._runtime import errors

    keep_waiting = f"To keep waiting for it: {state.wait_command}" if state.wait_command else ""
    if isinstance(error, errors.OperationFailedError):
        return OPERATION_FAILED, error.summary, error.advice or "Check what was sent, then start again."
    if isinstance(error, errors.WaitTimeoutError):
        return WAIT_TIMED_OUT, error.summary, keep_waiting or error.advice
    if not hasattr(error, "retries_taken"):
        if state.has_succeeded:
            return FAILED_AFTERWARDS, str(error), _do_not_repeat(state)
        return WRONG_USE, error.summary, error.advice or "Correct it and run the command again."
    status = FAILED_AFTERWARDS if state.has_succeeded else FAILURE
    advice = _advice_on_request(error, state)
    if isinstance(error, errors.NotFoundError) and not state.has_succeeded:
        # What does not exist is not worth waiting for.
        return status, error.summary, advice
    return status, error.summary, f"{advice} {keep_waiting}".strip()


def _advice_on_request(error: Any, state: CommandState) -> str:
    from .._runtime import error_messages, errors
    from .._runtime.operations import by_status

    # Of no interest if nothing is changed, and clear if the request succeeded.
    is_ambiguous = error.may_have_been_processed and state.changes and not state.has_succeeded
    ambiguity = state.ambiguity if is_ambiguous else ""
    if not isinstance(error, errors.APIStatusError):
        return ambiguity or state.unreached
    advice = by_status(state.advice, error.status_code) or "The document does not explain this status."
    if ambiguity and isinstance(error, errors.NotFoundError) and error.method == "DELETE":
        ambiguity = error_messages.deleted_before()
    return f"{advice} {ambiguity}".strip()
