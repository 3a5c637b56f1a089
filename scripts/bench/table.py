"""Format the table of figures in scripts/bench/README.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rows import Row

_PLACE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


def markdown(rows: Sequence[Row], caption: str) -> str:
    """Return the rows as a Markdown table, under the date and the machine."""
    lines = ["| what | beside | figure | spread | goal |", "| --- | --- | ---: | ---: | ---: |"]
    lines += [_line(row) for row in rows]
    legend = "ratios of CPU time unless a unit is given; lower is better"
    return "\n".join([f"Medians of `make bench` on {caption}; {legend}.", "", *lines, ""])


def _line(row: Row) -> str:
    unit = f" {row.unit}" if row.unit else ""
    figure = f"{row.figure.median:.2f}{unit}"
    goal = "" if row.goal is None else f"{row.goal:g}{unit}"
    shown = f"**{figure}**" if row.is_met is False else figure
    return (
        f"| {row.name} | {row.beside} | {shown} "
        f"| {row.figure.minimum:.2f} to {row.figure.maximum:.2f} | {goal} |"
    )


def put_into(text: str, table: str) -> str:
    """Replace the table in a page.

    Args:
        text: The page, with two comments around the table.
        table: The new table.

    Returns:
        The new page.

    Raises:
        ValueError: The comments are missing.
    """
    if not _PLACE.search(text):
        raise ValueError(
            "the page has no `<!-- figures -->` and `<!-- end of figures -->` on lines of their own"
        )
    return _PLACE.sub(lambda _: table, text)
