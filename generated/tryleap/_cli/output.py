"""Write results to standard output: tables for people, or JSON, one object a line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .terminal import is_invisible, one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|\+00:00)")
# Items of a list that a card shows; of a longer list it shows the length.
_MAX_LISTED: Final = 3
# Characters: a word in a table is only broken if it is longer than the first, and then into parts no shorter
# than the second.
_LONGEST_WHOLE_WORD: Final = 20
_NARROWEST: Final = 12
_BETWEEN_COLUMNS: Final = 3
_CARD_PADDING: Final = 2
# Characters: in a card an id is never broken; a URL may be.
_LONGEST_ID: Final = 36
# Columns of what is not a terminal, such as a log or a file.
_WIDTH_WITHOUT_TERMINAL: Final = 120


class TableLayout(NamedTuple):
    """How a result is shown.

    Args:
        rows: The key with the rows of the response; None if the response is one object.
        alone: Whether the response has no other key, so that JSON is written one row a line.
        columns: The keys that a table shows (`columns` in the configuration), with their headings; all keys
            if it is empty.
        headings: Headings of other keys.
        colours: Colours by value, for example of statuses.
    """

    rows: str | None = None
    alone: bool = False
    columns: tuple[tuple[str, str], ...] = ()
    headings: Mapping[str, str] = {}
    colours: Mapping[str, str] = {}


def to_data(result: Any) -> Any:
    """Convert the result of a call, such as a model or a list of models, to JSON values."""
    if hasattr(result, "to_dict"):
        return result.to_dict()
    if isinstance(result, Mapping):
        return {key: to_data(each) for key, each in result.items()}
    if isinstance(result, list | tuple):
        return [to_data(each) for each in result]
    return result if result is None or isinstance(result, str | int | float | bool) else str(result)


def show(result: Any, layout: TableLayout, *, as_json: bool) -> None:
    """Write the result of a call to standard output."""
    if isinstance(result, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(result)
    elif as_json:
        data = to_data(result)
        rows = data.get(layout.rows) if layout.alone and isinstance(data, dict) else data
        # If a server sends something else than the list, that is written as it is.
        for each in rows if isinstance(rows, list) else [data]:
            write_json(each)
    else:
        _draw(to_data(result), layout)
    sys.stdout.flush()


def write_json(data: Any) -> None:
    """Write one line of JSON.

    Characters that the stream cannot encode, or that could control a terminal, are escaped.

    Args:
        data: JSON values. Numbers that JSON does not have, such as NaN, become null.
    """
    try:
        line = json.dumps(data, ensure_ascii=False, allow_nan=False)
    except ValueError:
        # NaN and infinity are written as names, which `parse_constant` then reads as null.
        data = json.loads(json.dumps(data), parse_constant=lambda _: None)
        line = json.dumps(data, ensure_ascii=False)
    # Invisible characters occur in strings only, where JSON allows escapes.
    line = "".join(json.dumps(each)[1:-1] if is_invisible(each) else each for each in line)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        line = json.dumps(data, allow_nan=False)
    print(line, flush=True)  # noqa: T201 - the output of the command


def console(*, stderr: bool = False) -> Console:
    """Make a console of rich, which obeys NO_COLOR and the like by itself."""
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
    """Draw a table; on a terminal too narrow for it, a card for each row."""
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
    widths = _minimum_widths([one_line(heading) for _, heading in columns], cells)
    if sum(widths) + _BETWEEN_COLUMNS * len(widths) > target.width:
        for number, line in enumerate(lines):
            target.print(*([""] if number else []), card({key: line.get(key) for key, _ in columns}, layout))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for index, (_, heading) in enumerate(columns):
        # The first column is the argument of the next command, so it is never broken.
        table.add_column(one_line(heading), no_wrap=index == 0, min_width=widths[index], overflow="fold")
    for row in cells:
        table.add_row(*row)
    target.print(table)


def _minimum_widths(headings: list[str], cells: list[list[Text]]) -> list[int]:
    """Return how narrow each column may become: the first not at all, others as their longest words allow."""
    from rich.cells import cell_len

    widths = [max(row[0].cell_len for row in cells)]
    for index, heading in enumerate(headings[1:], 1):
        words = (word for text in (heading, *(row[index].plain for row in cells)) for word in text.split())
        longest = max(map(cell_len, words), default=0)
        widths.append(longest if longest <= _LONGEST_WHOLE_WORD else _NARROWEST)
    return widths


def card(data: dict[str, Any], layout: TableLayout) -> Table:
    """Lay out one object: a line for each field, or two on a narrow terminal, so that no word is broken."""
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    cells = [(one_line(layout.headings.get(key, key)), _cell(value, layout)) for key, value in data.items()]
    labels = max((cell_len(label) for label, _ in cells), default=0)
    words = [word for _, cell in cells for word in cell.plain.split()]
    longest = max((length for word in words if (length := cell_len(word)) <= _LONGEST_ID), default=0)
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
        if short or len(value) > _MAX_LISTED or any(isinstance(each, dict | list) for each in value):
            return Text(f"{len(value)} in all" if value else "none")
        return Text("\n".join(one_line(each) for each in value) or "none")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, dict):
        return Text(one_line(json.dumps(value, ensure_ascii=False)))
    text = one_line(value)
    moment = _MOMENT.fullmatch(text)
    return Text(f"{moment[1]} {moment[2]}Z" if moment else text, style=layout.colours.get(text, ""))
