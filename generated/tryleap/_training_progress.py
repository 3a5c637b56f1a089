"""Show the progress of many trainings on standard error, as a table or one line per change."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ._cli.output import console
from ._cli.terminal import one_line

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from .trainings import Training

COLOURS: Final = {
    "finished": "green",
    "failed": "red",
    "gone": "red",
    "rejected": "red",
    "unknown": "yellow",
}
# Lines of the terminal reserved for the counts and the prompt.
_RESERVED: Final = 3


@contextmanager
def following(keys: Iterable[str]) -> Iterator[Callable[[Training], object]]:
    """Show trainings while they change, for the duration of the block.

    Yields:
        A function to call with each training that has changed.
    """
    if not sys.stderr.isatty():
        yield _write_line
        return
    from rich.live import Live

    board = _Board(keys)
    live = Live(board, console=console(stderr=True), transient=True, refresh_per_second=4)
    # Ctrl-C can interrupt the start: the table must be removed before anything else is written.
    try:
        live.start()
        yield board.update
    finally:
        live.stop()


def _write_line(training: Training) -> None:
    reason = f": {training.error}" if training.error else ""
    print(one_line(f"{training.key}: {_status(training)}{reason}"), file=sys.stderr, flush=True)  # noqa: T201


def _status(training: Training) -> str:
    """Return the state and, while the training is in progress, the model's status."""
    if training.state == "started" and training.model is not None:
        return f"started ({training.model.status})"
    return training.state


class _Board:
    """The states of all rows, redrawn on every refresh."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._status = dict.fromkeys(keys, "waiting")
        self._states = dict(self._status)

    def update(self, training: Training) -> None:
        """Update the row of a training."""
        self._status[training.key] = _status(training)
        self._states[training.key] = training.state

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        states = dict(self._states)
        # If there are more rows than lines, show the finished and waiting ones last.
        room = max(1, console.height - _RESERVED)
        shown = sorted(states, key=lambda key: states[key] in ("finished", "waiting"))[:room]
        for key in (each for each in states if each in set(shown)):
            table.add_row(
                one_line(key), Text(one_line(self._status[key]), style=COLOURS.get(states[key], ""))
            )
        yield table
        counts = Counter(states.values())
        yield Text(", ".join(f"{count} {state}" for state, count in counts.items()), style="bold")
