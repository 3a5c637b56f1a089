"""Describe how two folders differ, file by file: the one in the working tree, and the newly generated one."""

from __future__ import annotations

import difflib
from pathlib import Path

from .templates import LEFT_BY_TOOLS

MAX_LINES = 60  # of one file's diff
MAX_FILES = 25  # listed in a report; the rest are counted


def describe(found: Path, expected: Path) -> list[str]:
    """Compare two folders.

    Args:
        found: The folder in the working tree.
        expected: The newly generated folder.

    Returns:
        A description of each file that differs, sorted by path.
    """
    present, wanted = _entries(found), _entries(expected)
    report = []
    for name in sorted(wanted.keys() | present.keys()):
        if name not in present:
            report.append(f"{name}: missing from {found.name}/")
        elif name not in wanted:
            report.append(f"{name}: in {found.name}/, but not generated")
        elif _kind(wanted[name]) != _kind(present[name]):
            report.append(f"{name}: {_kind(present[name])}, but {_kind(wanted[name])} is generated")
        elif wanted[name].is_file() and wanted[name].read_bytes() != present[name].read_bytes():
            report.append(
                _diff(f"{found.name}/{name}", present[name].read_bytes(), wanted[name].read_bytes())
            )
    return report


def shorten(report: list[str]) -> str:
    """Join the first `MAX_FILES` descriptions, and count the rest."""
    more = len(report) - MAX_FILES
    return "\n".join([*report[:MAX_FILES], *([f"... and {more} more files"] if more > 0 else [])])


def _entries(folder: Path) -> dict[str, Path]:
    """Return the files and links in a folder by their relative paths."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if LEFT_BY_TOOLS.isdisjoint(parts) and (path.is_symlink() or not path.is_dir()):
            found["/".join(parts)] = path
    return found


def _kind(path: Path) -> str:
    """Return the kind of a file as git distinguishes it: a link, an executable file or a plain file."""
    if path.is_symlink():
        return f"a link to {path.readlink()}"
    if not path.is_file():
        return "not a regular file"
    return "an executable file" if path.stat().st_mode & 0o100 else "a plain file"


def _diff(name: str, found: bytes, expected: bytes) -> str:
    try:
        before, after = (content.decode("utf-8").split("\n") for content in (found, expected))
    except UnicodeDecodeError:
        return f"{name}: differs, and is not text ({len(found)} bytes here, {len(expected)} generated)"
    lines = list(difflib.unified_diff(before, after, name, f"{name} (as generated)", lineterm=""))
    cut = len(lines) - MAX_LINES
    # Escaped, because control characters would affect the terminal.
    shown = [line.replace("\r", "\\r").replace("\x1b", "\\x1b") for line in lines[:MAX_LINES]]
    return "\n".join([*shown, f"... and {cut} more lines"] if cut > 0 else shown)
