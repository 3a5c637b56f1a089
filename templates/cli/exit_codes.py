"""How a command ends: exit statuses, and errors in two lines, what happened and what to do about it."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final, NoReturn

FAILURE: Final = 1
WRONG_USE: Final = 2
OPERATION_FAILED: Final = 3
WAIT_TIMED_OUT: Final = 4
# A request that changes something succeeded, and what came after it failed: to repeat it would change more.
FAILED_AFTERWARDS: Final = 5
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
TERMINATED: Final = 143

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
# What joins letters, or the parts of one emoji, and parts them: without it names are written wrongly.
_JOINERS: Final = frozenset({"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"})
_SHORTEST_SECRET: Final = 8
_secrets: set[str] = set()


class Refused(Exception):  # noqa: N818 - a refusal is no error of the program
    """The command cannot be carried out as it was given.

    Args:
        message: What is wrong.
        advice: What to do about it.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class Terminated(KeyboardInterrupt):
    """The process was told to end, which is told like Ctrl-C."""


def keep_secret(value: str | None) -> None:
    """Make sure that a value never appears in what `report_error` and `one_line` write.

    Args:
        value: A credential, or None.
    """
    # What is shorter is a stand-in of a test, and would blank out parts of words.
    if value and len(value.strip()) >= _SHORTEST_SECRET:
        _secrets.add(value.strip())


def one_line(text: object) -> str:
    """Make a text fit for one line of a terminal.

    Args:
        text: Any text, also one that a server sent.

    Returns:
        The text on one line, without characters that could steer a terminal, and without secrets.
    """
    joined = re.sub(r"\s+", " ", str(text)).strip()
    for secret in _secrets:
        joined = joined.replace(secret, "[secret]")
    return "".join("\N{REPLACEMENT CHARACTER}" if is_invisible(c) else c for c in joined)


def is_invisible(character: str) -> bool:
    """Tell whether a character cannot be seen, and could steer a terminal or turn text around.

    Args:
        character: The character.

    Returns:
        Whether it is a control, a mark of direction or the like; not the two that join letters and emoji.
    """
    return (
        not " " <= character <= "~"
        and unicodedata.category(character) in _INVISIBLE
        and character not in _JOINERS
    )


def report_error(message: str, advice: str) -> None:
    """Write an error to standard error, in two lines.

    Args:
        message: What happened.
        advice: What to do about it.
    """
    stream = sys.stderr
    colourful = (
        stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")
    )
    what = "\n".join(_wrapped(f"error: {one_line(message)}"))
    if colourful:
        what = what.replace("error:", "\x1b[1;31merror:\x1b[0m", 1)
    advised = "\n".join(_wrapped(f"  {one_line(advice)}"))
    try:
        _write(f"{what}\n{advised}\n")
    except (OSError, ValueError):
        # The exit status still says it, unless the interpreter fails once more when it flushes at its end.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def report_started(identifier: str, go_on: str) -> None:
    """Write to standard error what was started, before it is waited for.

    Args:
        identifier: Its id.
        go_on: The command that waits for it.
    """
    lines = _wrapped(f"Started {one_line(identifier)}. To keep waiting for it: {one_line(go_on)}")
    # It is paid for: a stream that is closed must not keep the result from being written.
    with suppress(OSError, ValueError):
        _write("\n".join(lines) + "\n")


def _wrapped(line: str) -> list[str]:
    """Divide a line between words where a terminal would break it within one."""
    if not sys.stderr.isatty():
        return [line]
    from shutil import get_terminal_size
    from textwrap import wrap

    indent = "  " if line.startswith("  ") else ""
    width = get_terminal_size().columns
    return wrap(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _write(text: str) -> None:
    stream = sys.stderr
    encoding = stream.encoding or "ascii"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


class Told:
    """What is known while a command runs, for what has to be said if it ends badly.

    Args:
        advice: What the document says of each status that is an error.
        unreached: What to do when no answer came.
        ambiguity: What to do when the request may have been processed.
        verify_with: The command that shows whether a request arrived, or None.
        changes: Whether the request changes anything.
        resume: The command that goes on waiting, without the id; None where nothing is waited for.
        id: The attribute of the result that identifies what the request began, or None.
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
        # Whether a request that changes something has succeeded.
        self.is_done = False
        self.waits_for: str | None = None

    def succeeded(self, result: Any) -> None:
        """Note that the request succeeded, and what it began.

        Args:
            result: What the call returned.
        """
        self.is_done = self.changes
        value = getattr(result, self.id, None) if self.id else None
        # What no path can hold cannot be waited for.
        if isinstance(value, str) and value.strip("."):
            self.waits_for = value

    @property
    def how_to_go_on(self) -> str | None:
        """The command that waits for what was begun, or None where that is not known."""
        if self.waits_for is None or self.resume is None:
            return None
        from shlex import quote

        return f"{self.resume} {quote(self.waits_for)}"


@contextmanager
def reporting(told: Told) -> Iterator[None]:
    """Turn every way to fail within the block into two lines and an exit status.

    Args:
        told: What is known of the command; the block may add to it.

    Raises:
        SystemExit: Something failed, and was told.
    """
    # Signals can be handled in the main thread alone; elsewhere the caller's handling stands.
    ours = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, _terminate) if ours else None
    try:
        yield
    except KeyboardInterrupt as error:
        _interrupted(told, TERMINATED if isinstance(error, Terminated) else INTERRUPTED)
    except Refused as error:
        _end(WRONG_USE, str(error), error.advice)
    except BrokenPipeError as error:
        status = reader_gone()
        if told.is_done:
            _failed(error, told)
        raise SystemExit(status) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody shall see a traceback
        _flush_or_give_up()
        _failed(error, told)
    finally:
        if ours:
            signal.signal(signal.SIGTERM, before)


def reader_gone() -> int:
    """Stop writing to standard output, because nobody reads it any more.

    Returns:
        The exit status that shells give for that.
    """
    # The interpreter would complain once more when it flushes at its end, and change the exit status.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED_PIPE


def _flush_or_give_up() -> None:
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        reader_gone()


def _terminate(_signum: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated


def _end(status: int, message: str, advice: str) -> NoReturn:
    report_error(message, advice)
    raise SystemExit(status)


def _interrupted(told: Told, status: int) -> NoReturn:
    go_on = told.how_to_go_on
    if go_on:
        _end(
            status, f"interrupted while waiting for {told.waits_for}, which goes on", f"Wait on with: {go_on}"
        )
    if told.is_done:
        _end(status, "interrupted after the request had succeeded", _not_again(told))
    if told.changes:
        verify = f": {told.verify_with}" if told.verify_with else "."
        _end(
            status,
            "interrupted before the answer came: the request may have been processed",
            f"Check before you send it again{verify}",
        )
    _end(status, "interrupted before the answer came", "Nothing was changed; run the command again.")


def _failed(error: Exception, told: Told) -> NoReturn:
    _end(*described(error, told))


def _os_error(error: Exception) -> str:
    filename, strerror = getattr(error, "filename", None), getattr(error, "strerror", None)
    return f"{filename}: {strerror}" if filename and strerror else str(error)


def described(error: Exception, told: Told) -> tuple[int, str, str]:
    """Tell what an error means for the exit status, and divide it into what happened and what to do.

    Args:
        error: Any error.
        told: What is known of the command.

    Returns:
        The exit status and the two lines.
    """
    from .._runtime._package import BaseError

    if isinstance(error, BaseError):
        return _known(error, told)
    if told.is_done:
        return FAILED_AFTERWARDS, _after_success(error), _not_again(told)
    if isinstance(error, ValueError | TypeError):
        return WRONG_USE, str(error), "Nothing was sent; correct it and run the command again."
    if isinstance(error, OSError):
        return WRONG_USE, _os_error(error), "Correct it and run the command again."
    fault = "This is a fault of the program: please report it, with the command."
    return FAILURE, f"{type(error).__name__}: {error}", fault


def _after_success(error: Exception) -> str:
    if isinstance(error, OSError | UnicodeError):
        return f"the request succeeded, but its result could not be written: {_os_error(error)}"
    return f"the request succeeded, but what came after it failed: {str(error) or type(error).__name__}"


def _not_again(told: Told) -> str:
    """Say what a request began, and how to go on without sending it once more."""
    if told.how_to_go_on:
        return f"Do not run the command again: it began {told.waits_for}. Wait on with: {told.how_to_go_on}"
    verify = f" See what it did with: {told.verify_with}" if told.verify_with else ""
    return f"Do not run the command again.{verify}"


def _known(error: Any, told: Told) -> tuple[int, str, str]:
    from .._runtime import errors

    go_on = told.how_to_go_on
    if isinstance(error, errors.OperationFailedError):
        return OPERATION_FAILED, error.summary, error.advice or "Check what was sent, then start again."
    if isinstance(error, errors.WaitTimeoutError):
        return WAIT_TIMED_OUT, error.summary, f"Wait on with: {go_on}" if go_on else error.advice
    if not hasattr(error, "retries_taken"):
        if told.is_done:
            return FAILED_AFTERWARDS, str(error), _not_again(told)
        return WRONG_USE, error.summary, error.advice or "Correct it and run the command again."
    status = FAILED_AFTERWARDS if told.is_done else FAILURE
    advice = _advice_on_request(error, told)
    if isinstance(error, errors.NotFoundError) and not told.is_done:
        # What never was there, or is no more, is not worth waiting for.
        return status, error.summary, advice
    return status, error.summary, f"{advice} Wait on with: {go_on}" if go_on else advice


def _advice_on_request(error: Any, told: Told) -> str:
    from .._runtime import errors, messages
    from .._runtime.operations import by_status

    # Of no interest where nothing is changed, and clear where the request succeeded.
    is_ambiguous = error.may_have_been_processed and told.changes and not told.is_done
    ambiguity = told.ambiguity if is_ambiguous else ""
    if not isinstance(error, errors.APIStatusError):
        return ambiguity or told.unreached
    advice = by_status(told.advice, error.status_code) or "The document says nothing of this status."
    if ambiguity and isinstance(error, errors.NotFoundError) and error.method == "DELETE":
        ambiguity = messages.deleted_before()
    return f"{advice} {ambiguity}".strip()
