"""Progress of many trainings on standard error: all states on a terminal, one line a change elsewhere."""

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
# Lines of a terminal that are kept free for the counts and the prompt.
_RESERVED: Final = 3


@contextmanager
def following(keys: Iterable[str]) -> Iterator[Callable[[Training], object]]:
    """Show trainings while they change, for the length of the block.

    Args:
        keys: The keys of the trainings.

    Yields:
        What to call with each training that has changed.
    """
    if not sys.stderr.isatty():
        yield _write_line
        return
    from rich.live import Live

    board = _Board(keys)
    live = Live(board, console=console(stderr=True), transient=True, refresh_per_second=4)
    # Ctrl-C may come while it starts: what has begun to draw must end before anything else is written.
    try:
        live.start()
        yield board.update
    finally:
        live.stop()


def _write_line(training: Training) -> None:
    reason = f": {training.error}" if training.error else ""
    print(one_line(f"{training.key}: {_status(training)}{reason}"), file=sys.stderr, flush=True)  # noqa: T201


def _status(training: Training) -> str:
    """The state; of a training that is under way, what the service says of it."""
    if training.state == "started" and training.model is not None:
        return f"started ({training.model.status})"
    return training.state


class _Board:
    """The states of all rows, drawn anew whenever the terminal asks."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._status = dict.fromkeys(keys, "waiting")
        self._states = dict(self._status)

    def update(self, training: Training) -> None:
        """Take a training that has changed."""
        self._status[training.key] = _status(training)
        self._states[training.key] = training.state

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        states = dict(self._states)
        # Of more rows than the terminal has lines, those that have ended give way to the others.
        room = max(1, console.height - _RESERVED)
        shown = sorted(states, key=lambda key: states[key] in ("finished", "waiting"))[:room]
        for key in (each for each in states if each in set(shown)):
            table.add_row(
                one_line(key), Text(one_line(self._status[key]), style=COLOURS.get(states[key], ""))
            )
        yield table
        counts = Counter(states.values())
        yield Text(", ".join(f"{count} {state}" for state, count in counts.items()), style="bold")
