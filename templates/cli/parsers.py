"""Parse arguments as people write them: durations with units, dates, JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import typer

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|)")
_UNITS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def given(**values: Any) -> dict[str, Any]:
    """Keep the arguments that were given: those that are neither None nor an empty list."""
    return {name: each for name, each in values.items() if each is not None and each != []}


def seconds(text: str) -> float:
    """Parse a duration: seconds, or a number with s, m or h.

    Raises:
        typer.BadParameter: It is not a duration, or zero.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None or float(match[1]) == 0:
        raise typer.BadParameter(f"{text!r} is not a duration above 0: write 90, 90s, 45m or 1.5h")
    return float(match[1]) * _UNITS[match[2]]


def _parser(read: Callable[[str], Any], what: str) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r} is not a {what}") from error

    return parse


date = _parser(dt.date.fromisoformat, "date such as 2026-01-31")
moment = _parser(dt.datetime.fromisoformat, "date and time such as 2026-01-31T12:00:00+00:00")
uuid = _parser(UUID, "UUID")


def choice(*values: Any) -> Callable[[str], Any]:
    """Make a parser of a closed set of values."""
    known = {json.dumps(each) if not isinstance(each, str) else each: each for each in values}

    def parse(text: str) -> Any:
        if text not in known:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(known)}")
        return known[text]

    return parse


def json_value(text: str) -> Any:
    """Parse JSON: the JSON itself, `@FILE`, or `-` for standard input.

    Raises:
        typer.BadParameter: The file cannot be read, or does not contain JSON.
    """
    try:
        source = (
            sys.stdin.read()
            if text == "-"
            else Path(text[1:]).read_text("utf-8")
            if text[:1] == "@"
            else text
        )
        return json.loads(source)
    except OSError as error:
        raise typer.BadParameter(f"{text[1:]} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise typer.BadParameter(
            f"not valid JSON ({error}): give JSON, @FILE, or - for standard input"
        ) from error


def existing_file(text: str) -> Path:
    """Parse the path of a file; raise `typer.BadParameter` if there is none."""
    path = Path(text)
    if not path.is_file():
        raise typer.BadParameter(f"there is no file {text!r}")
    return path
