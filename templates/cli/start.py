"""Run the command line, and return its exit status.

At the top only the standard library is imported: `--help` and completion must be quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, Final

from .errors import Refused, bug_advice
from .exit_codes import FAILURE, INTERRUPTED, WRONG_USE
from .terminal import abandon_stdout, report_error

_NEEDED: Final = ("typer", "rich")
# Columns. On terminals that are narrower than the first, help has the widths from the second on.
_NARROW: Final = 52
_NARROWEST: Final = 20


def start(package: str, program: str, arguments: Sequence[str] | None = None) -> int:
    """Run the command line, by default with the arguments of the process; return the exit status."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        report_error(
            f"the command line needs {' and '.join(missing)}, which cannot be imported",
            f"Install it with its extra: {import_module(f'{package}._version').install_command('cli')}",
        )
        return WRONG_USE
    _prepare_streams()
    try:
        words = list(sys.argv[1:] if arguments is None else arguments)
        # Some versions of typer load much for the completion options, which can only come first.
        completion = not words or words[0].startswith("-") or _completes(program)
        application = import_module(f"{package}._commands").application(completion=completion)
        status = _run(application, program, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return abandon_stdout()
    except KeyboardInterrupt:
        report_error("interrupted", "Run the command again to continue.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a user of the command line never sees a traceback
        report_error(f"{type(error).__name__}: {error}", bug_advice(package))
        return FAILURE
    return status


def _prepare_streams() -> None:
    # A stream that was closed before the program started is None, which print() ignores. A stream opened for
    # reading makes writing fail, as it should.
    sys.stdout = sys.stdout or Path(os.devnull).open()  # noqa: SIM115 - for the rest of the process
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115 - likewise
    for stream in (sys.stdout, sys.stderr):
        # A character that the terminal cannot show is written as an escape instead of raising.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _completes(program: str) -> bool:
    """Return whether the shell asks for completions."""
    return f"_{program}_COMPLETE".replace("-", "_").upper() in os.environ


def _run(application: Any, program: str, arguments: Sequence[str] | None) -> int:
    import typer
    from typer.main import get_command

    # The base class of all usage errors is not exported under the same name by every version of typer.
    usage_error: Any = typer.BadParameter.__base__
    try:
        status = _without_types(get_command(application)).main(
            args=None if arguments is None else list(arguments),
            prog_name=program,
            standalone_mode=False,
            terminal_width=_width_of_help(),
        )
    except usage_error as error:
        return _wrong_use(error, program)
    except Refused as error:
        report_error(str(error), error.advice)
        return WRONG_USE
    except typer.Abort:
        report_error("interrupted", "Run the command again to continue.")
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def _width_of_help() -> int | None:
    """Return the width of the help on a narrow terminal, for which it would be too wide; None on others."""
    columns = get_terminal_size().columns
    return max(columns - 1, _NARROWEST) if columns < _NARROW else None


def _without_types(command: Any) -> Any:
    """Keep Python's types, such as list[str], out of the help, where typer shows them since 0.29."""
    for each in getattr(command, "commands", {}).values():
        _without_types(each)
    for each in command.params:
        if each.param_type_name == "argument":
            each.display_type_rich = lambda **_: None
    return command


def _wrong_use(error: Any, program: str) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        # A group without a command: its help says what to do. It is an error, so it goes to standard error.
        print(context.get_help() if context else error.format_message(), file=sys.stderr)  # noqa: T201
        return WRONG_USE
    words = context.command_path if context else program
    report_error(error.format_message(), f"`{words} --help` shows how to use it.")
    return WRONG_USE
