"""Text for a terminal: one line, escaped, without secrets. And the two lines of an error on standard error.

At the top only the standard library is imported: `--help` and completion must be quick.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from contextlib import suppress
from typing import Final

from .exit_codes import CLOSED_PIPE

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
# They join the letters of some scripts and the parts of an emoji: without them names are misspelt.
_JOINERS: Final = frozenset({"\N{ZERO WIDTH JOINER}", "\N{ZERO WIDTH NON-JOINER}"})
# A shorter credential is a stand-in of a test, and masking it would blank out parts of words.
_SHORTEST_SECRET: Final = 8
_secrets: set[str] = set()


def keep_secret(value: str | None) -> None:
    """Mask a value, if any, in everything that `one_line` and `report_error` write from now on."""
    if value and len(value.strip()) >= _SHORTEST_SECRET:
        _secrets.add(value.strip())


def one_line(text: object) -> str:
    """Make a text, such as one that a server sent, safe to print on one line of a terminal.

    It is without secrets, and without characters that could control a terminal.
    """
    joined = re.sub(r"\s+", " ", str(text)).strip()
    for secret in _secrets:
        joined = joined.replace(secret, "[secret]")
    return "".join("\N{REPLACEMENT CHARACTER}" if is_invisible(c) else c for c in joined)


def is_invisible(character: str) -> bool:
    """Return whether a character is invisible, and could control a terminal or reverse text.

    Those are control and direction marks and the like; not the two that join letters and emoji.
    """
    return (
        not " " <= character <= "~"
        and unicodedata.category(character) in _INVISIBLE
        and character not in _JOINERS
    )


def report_error(message: str, advice: str) -> None:
    """Write an error to standard error in two lines: what happened, and what to do about it."""
    stream = sys.stderr
    has_colours = (
        stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "") not in ("", "dumb")
    )
    first = "\n".join(_wrapped(f"error: {one_line(message)}"))
    if has_colours:
        first = first.replace("error:", "\x1b[1;31merror:\x1b[0m", 1)
    second = "\n".join(_wrapped(f"  {one_line(advice)}"))
    try:
        _write(f"{first}\n{second}\n")
    except (OSError, ValueError):
        # Only the exit status is left to report it. The interpreter would change that status if flushing the
        # stream failed again when it ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def report_started(identifier: str, wait_command: str) -> None:
    """Write to standard error the id of what was started, before waiting for it."""
    lines = _wrapped(f"Started {one_line(identifier)}. To keep waiting for it: {one_line(wait_command)}")
    # It is paid for: a closed stream must not prevent waiting for it.
    with suppress(OSError, ValueError):
        _write("\n".join(lines) + "\n")


def abandon_stdout() -> int:
    """Stop writing to standard output, because nobody reads it; return the status of shells for that."""
    # The interpreter would fail once more when it flushes the stream at its end, and change the exit status.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED_PIPE


def _wrapped(line: str) -> list[str]:
    """Wrap a line between words, where a terminal would break it within one."""
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
