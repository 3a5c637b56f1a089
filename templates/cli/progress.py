"""Show progress on standard error if it is a terminal: a bar for uploads, a line for waits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .output import console
from .terminal import one_line

if TYPE_CHECKING:
    from rich.progress import Progress

UploadHook: TypeAlias = Callable[[int, int | None], object]
UpdateHook: TypeAlias = Callable[[Any], object]

# Columns of a terminal for a spinner, a status, the time and the spaces between them.
_BESIDE_NAME: Final = 30


@contextmanager
def uploading() -> Iterator[UploadHook | None]:
    """Show the progress of an upload during the block.

    Yields:
        A callback for the bytes sent and their total; None if standard error is not a terminal.
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
    """Show the status of what is waited for, and the elapsed time, during the block.

    Args:
        name: What is waited for.
        status: The attribute with its status.

    Yields:
        A callback for the result of each poll; None if standard error is not a terminal.
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
    # The name, which the user knows, is left out first, so that nothing is cut off.
    if target.width >= cell_len(one_line(name)) + _BESIDE_NAME:
        columns.append(TextColumn("{task.fields[name]}", markup=False))
    line = Progress(*columns, console=target, transient=True, refresh_per_second=4)
    with _shown(line):
        task = line.add_task("waiting", total=None, name=one_line(name))
        yield lambda model: line.update(task, description=one_line(getattr(model, status)))


@contextmanager
def _shown(progress: Progress) -> Iterator[None]:
    # Ctrl-C may come while it starts. What it has drawn must be removed before anything else is written.
    try:
        progress.start()
        yield
    finally:
        progress.stop()
