"""Draw the plot, which has a bar for each row with a goal."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rows import Row

_WIDTH, _BAR, _TOP, _LEFT, _SCALE = 860, 26, 44, 380, 220
_FONT = 'font-family="sans-serif" font-size="12"'
_EXPLAINED = "Each figure relative to its goal; shorter is better."
_MET, _MISSED, _INK = "#2f855a", "#c05621", "#718096"


def draw(rows: Sequence[Row], caption: str) -> str:
    """Return an SVG of the rows that have a goal, for light and dark backgrounds."""
    shown = [row for row in rows if row.goal]
    height = _TOP + _BAR * len(shown) + 20
    bars = [_bar(row, _TOP + _BAR * number) for number, row in enumerate(shown)]
    goal = _LEFT + _SCALE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {_FONT} role="img">',
            f"<title>Figures beside their goals, {escape(caption)}</title>",
            f'<text x="8" y="18" fill="{_INK}">{_EXPLAINED} {escape(caption)}</text>',
            *bars,
            f'<line x1="{goal}" x2="{goal}" y1="{_TOP - 8}" y2="{height - 16}" stroke="{_INK}"/>',
            f'<text x="{goal + 4}" y="{_TOP - 12}" fill="{_INK}">goal</text>',
            "</svg>\n",
        ]
    )


def _bar(row: Row, y: int) -> str:
    assert row.goal  # noqa: S101 - the caller chose rows with a goal
    length = min(row.figure.median / row.goal * _SCALE, _WIDTH - _LEFT - 80)
    color = _MET if row.is_met else _MISSED
    text = f"{row.figure.median:.2f}{' ' + row.unit if row.unit else ''}"
    return (
        f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end" fill="{_INK}">{escape(row.name)}</text>'
        f'<rect x="{_LEFT}" y="{y}" width="{max(length, 1):.0f}" height="18" rx="2" fill="{color}"/>'
        f'<text x="{_WIDTH - 8}" y="{y + 13}" text-anchor="end" fill="{_INK}">{text}</text>'
    )
