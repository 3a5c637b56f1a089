"""Results on standard output: tables for people, and JSON on demand, one object a line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .exit_codes import is_invisible, one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|\+00:00)")
_SEVERAL_SAMPLES: Final = 3
# Words as long as this are never broken; longer ones may be, down to the second.
_WHOLE: Final = 20
_NARROWEST: Final = 12
_BETWEEN_COLUMNS: Final = 3
_CARD_PADDING: Final = 2
# An id is never broken; addresses may be.
_LONGEST_WORD: Final = 36
# As wide as any log or file is likely to be read: what is no terminal has no width of its own.
_WIDTH_WITHOUT_TERMINAL: Final = 120


class TableLayout(NamedTuple):
    """How a result is shown.

    Args:
        rows: The key under which the answer has its rows; None where it is one thing.
        alone: Whether the document has nothing beside the rows, so that JSON is written one row a line.
        columns: Keys of a row with their headings; all keys where it is empty.
        headings: Headings of other keys.
        colours: Colours of values, such as of statuses.
    """

    rows: str | None = None
    alone: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    headings: Mapping[str, str] = {}
    colours: Mapping[str, str] = {}


def to_data(result: Any) -> Any:
    """Turn what a call returned into what JSON can say.

    Args:
        result: A model, or lists and mappings of them, or plain values.

    Returns:
        Plain values.
    """
    if hasattr(result, "to_dict"):
        return result.to_dict()
    if isinstance(result, Mapping):
        return {key: to_data(each) for key, each in result.items()}
    if isinstance(result, list | tuple):
        return [to_data(each) for each in result]
    return result if result is None or isinstance(result, str | int | float | bool) else str(result)


def show(result: Any, layout: TableLayout, *, as_json: bool) -> None:
    """Write a result to standard output.

    Args:
        result: What a call returned.
        layout: How it is shown.
        as_json: Whether JSON was asked for.
    """
    if isinstance(result, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(result)
    elif as_json:
        data = to_data(result)
        rows = data.get(layout.rows) if layout.alone and isinstance(data, dict) else data
        # What a server sends instead of the list is shown as it is.
        for each in rows if isinstance(rows, list) else [data]:
            write_json(each)
    else:
        _draw(to_data(result), layout)
    sys.stdout.flush()


def write_json(data: Any) -> None:
    """Write one line of JSON; what the stream cannot say, and what could steer a terminal, is escaped.

    Args:
        data: Plain values. Numbers that JSON does not have, such as NaN, become null.
    """
    try:
        line = json.dumps(data, ensure_ascii=False, allow_nan=False)
    except ValueError:
        # Once through text: what is not finite is written as a name, which is read as null.
        data = json.loads(json.dumps(data), parse_constant=lambda _: None)
        line = json.dumps(data, ensure_ascii=False)
    # Outside of strings, JSON has none of these.
    line = "".join(json.dumps(each)[1:-1] if is_invisible(each) else each for each in line)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        line = json.dumps(data, allow_nan=False)
    print(line, flush=True)  # noqa: T201 - that is what it is for


def console(*, stderr: bool = False) -> Console:
    """Make the console that draws; it heeds NO_COLOR and the like by itself.

    Args:
        stderr: Whether it draws to standard error.

    Returns:
        The console.
    """
    from rich.console import Console

    width = None if (sys.stderr if stderr else sys.stdout).isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)


def _draw(data: Any, layout: TableLayout) -> None:
    target = console()
    if layout.rows is not None and isinstance(data, dict) and isinstance(data.get(layout.rows), list):
        _draw_rows(target, data[layout.rows], layout, f"No {layout.rows}.")
    elif isinstance(data, dict):
        target.print(card(data, layout))
    elif isinstance(data, list):
        _draw_rows(target, data, layout, "Nothing.")
    elif data is None:
        target.print("Done.")
    else:
        target.print(_cell(data, layout))


def _draw_rows(target: Console, rows: list[Any], layout: TableLayout, nothing: str) -> None:
    """Draw a table; where it would be too narrow to be read, one row below the other."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    if not rows:
        target.print(nothing)
        return
    keys = dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row)
    columns = (
        layout.columns or tuple((key, layout.headings.get(key, key)) for key in keys) or (("", "value"),)
    )
    lines = [row if isinstance(row, dict) else {columns[0][0]: row} for row in rows]
    cells = [[_cell(line.get(key), layout, short=True) for key, _ in columns] for line in lines]
    least = _least_widths([one_line(heading) for _, heading in columns], cells)
    if sum(least) + _BETWEEN_COLUMNS * len(least) > target.width:
        for number, line in enumerate(lines):
            target.print(*([""] if number else []), card({key: line.get(key) for key, _ in columns}, layout))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, (_, heading) in enumerate(columns):
        # The first column is what the next command is given: it stays whole.
        table.add_column(one_line(heading), no_wrap=index == 0, min_width=least[index], overflow="fold")
    for row in cells:
        table.add_row(*row)
    target.print(table)


def _least_widths(headings: list[str], cells: list[list[Text]]) -> list[int]:
    """Say how narrow each column may become: the first not at all, others as their longest words allow."""
    from rich.cells import cell_len

    least = [max(row[0].cell_len for row in cells)]
    for index, heading in enumerate(headings[1:], 1):
        words = (word for text in (heading, *(row[index].plain for row in cells)) for word in text.split())
        longest = max(map(cell_len, words), default=0)
        least.append(longest if longest <= _WHOLE else _NARROWEST)
    return least


def card(data: dict[str, Any], layout: TableLayout) -> Table:
    """Lay out one thing, a line for each of its fields; on a narrow terminal two, so that no word is broken.

    Args:
        data: Its fields.
        layout: Their headings and colours.

    Returns:
        What a console prints.
    """
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    cells = [(one_line(layout.headings.get(key, key)), _cell(value, layout)) for key, value in data.items()]
    labels = max((cell_len(label) for label, _ in cells), default=0)
    words = [word for _, cell in cells for word in cell.plain.split()]
    longest = max((length for word in words if (length := cell_len(word)) <= _LONGEST_WORD), default=0)
    if labels + longest + _CARD_PADDING <= console().width:
        table = Table.grid(padding=(0, _CARD_PADDING))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for label, cell in cells:
            table.add_row(label, cell)
        return table
    table = Table.grid()
    table.add_column(overflow="fold")
    for label, cell in cells:
        table.add_row(Text(label, style="bold"))
        table.add_row(Padding(cell, (0, 0, 0, _CARD_PADDING)))
    return table


def _cell(value: Any, layout: TableLayout, *, short: bool = False) -> Text:
    from rich.text import Text

    if value is None:
        return Text("-")
    if isinstance(value, list):
        if short or len(value) > _SEVERAL_SAMPLES or any(isinstance(each, dict | list) for each in value):
            return Text(f"{len(value)} in all" if value else "none")
        return Text("\n".join(one_line(each) for each in value) or "none")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, dict):
        return Text(one_line(json.dumps(value, ensure_ascii=False)))
    text = one_line(value)
    moment = _MOMENT.fullmatch(text)
    return Text(f"{moment[1]} {moment[2]}Z" if moment else text, style=layout.colours.get(text, ""))
