"""Progress on standard error, and only where that is a terminal: a bar for uploads, a line for waits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .exit_codes import one_line
from .output import console

if TYPE_CHECKING:
    from rich.progress import Progress

UploadHook: TypeAlias = Callable[[int, int | None], object]
UpdateHook: TypeAlias = Callable[[Any], object]

# Columns of a terminal for a spinner, a status and the time, with what parts them.
_BESIDE_NAME: Final = 30


@contextmanager
def uploading() -> Iterator[UploadHook | None]:
    """Show how much of an upload was sent, for the length of the block.

    Yields:
        What to call with the bytes sent and their total, or None where nobody would see it.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Uploading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console(stderr=True), transient=True)
    with _shown(bar):
        task = bar.add_task("", total=None)
        yield lambda sent, total: bar.update(task, completed=sent, total=total)


@contextmanager
def waiting(name: str, status: str) -> Iterator[UpdateHook | None]:
    """Show the status of what is waited for and the time that has passed, for the length of the block.

    Args:
        name: What is waited for.
        status: The attribute that holds its status.

    Yields:
        What to call with what was fetched, or None where nobody would see it.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.cells import cell_len
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

    target = console(stderr=True)
    columns: list[ProgressColumn] = [
        SpinnerColumn("line"),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    ]
    # What is typed or was written before is left out first, so that nothing is cut.
    if target.width >= cell_len(one_line(name)) + _BESIDE_NAME:
        columns.append(TextColumn("{task.fields[name]}", markup=False))
    line = Progress(*columns, console=target, transient=True, refresh_per_second=4)
    with _shown(line):
        task = line.add_task("waiting", total=None, name=one_line(name))
        yield lambda model: line.update(task, description=one_line(getattr(model, status)))


@contextmanager
def _shown(progress: Progress) -> Iterator[None]:
    # Ctrl-C may come while it starts: what has begun to draw must end before anything else is written.
    try:
        progress.start()
        yield
    finally:
        progress.stop()
