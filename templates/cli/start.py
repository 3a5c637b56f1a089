"""The way into the command line, and out of it. At the top only the standard library is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

from .exit_codes import FAILURE, INTERRUPTED, WRONG_USE, Refused, reader_gone, report_error

_NEEDED: Final = ("typer", "rich")


def start(package: str, program: str, arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        package: The import name of the package.
        program: What the command is called.
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit status.
    """
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
        # Some versions of typer load much for the options of completion, which can only stand first.
        completion = not words or words[0].startswith("-") or _completes(program)
        application = import_module(f"{package}._commands").application(completion=completion)
        status = _run(application, program, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return reader_gone()
    except KeyboardInterrupt:
        report_error("interrupted", "Run the command again to go on.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nobody shall see a traceback
        report_error(f"{type(error).__name__}: {error}", "This is a fault of the program: please report it.")
        return FAILURE
    return status


def _prepare_streams() -> None:
    # A stream that was closed before the program began is None, which print() passes over in silence.
    # Writing to a stream that can only be read fails, as it should.
    sys.stdout = sys.stdout or Path(os.devnull).open()  # noqa: SIM115 - for the rest of the process
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115 - likewise
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows its number: nothing must be lost for that.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _completes(program: str) -> bool:
    """Whether a shell asks for completions."""
    return f"_{program}_COMPLETE".replace("-", "_").upper() in os.environ


def _run(application: Any, program: str, arguments: Sequence[str] | None) -> int:
    import typer
    from typer.main import get_command

    # The public name of the class of all wrong uses differs from version to version; its child's does not.
    usage_error: Any = typer.BadParameter.__base__
    try:
        status = get_command(application).main(
            args=None if arguments is None else list(arguments), prog_name=program, standalone_mode=False
        )
    except usage_error as error:
        return _wrong_use(error, program)
    except Refused as error:
        report_error(str(error), error.advice)
        return WRONG_USE
    except typer.Abort:
        report_error("interrupted", "Run the command again to go on.")
        return INTERRUPTED
    return status if isinstance(status, int) else 0


def _wrong_use(error: Any, program: str) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        # Asked for nothing in particular: the help is the way out, and its place is where errors go.
        print(context.get_help() if context else error.format_message(), file=sys.stderr)  # noqa: T201
        return WRONG_USE
    words = context.command_path if context else program
    report_error(error.format_message(), f"`{words} --help` says how it is used.")
    return WRONG_USE
