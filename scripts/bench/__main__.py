"""Run the benchmarks and print the figures: `python -m scripts.bench [--runs N] [--only GROUP]`."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from pathlib import Path

import attrs

from ..options import command_parser
from .measure import Figure
from .plot import draw
from .rows import Row, rows
from .table import markdown, put_into

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PLOT = HERE / "results.svg"
README = HERE / "README.md"


def main() -> int:
    """Run the command.

    Returns:
        0, whatever the figures are.
    """
    parser = command_parser("bench", __doc__)
    parser.add_argument(
        "--runs",
        type=int,
        default=5,
        help="how often each case runs; short cases run several times as often (default: 5)",
    )
    parser.add_argument("--only", metavar="GROUP", help="run one group only, and write no files")
    options = parser.parse_args()
    print(f"{'what':58} {'compared with':28} {'median':>10} {'minimum':>9} {'maximum':>9} {'goal':>8}")
    found: list[Row] = []
    for row in rows(options.runs, options.only):
        found.append(row)
        print(_line(row), flush=True)
    if options.only is None:
        machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
        about = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "machine": machine}
        RESULTS.write_text(
            json.dumps({**about, "rows": [attrs.asdict(row) for row in found]}, indent=2) + "\n"
        )
        for file, text in pages().items():
            file.write_text(text)
    return 0


def pages() -> dict[Path, str]:
    """Return the text of the plot and of the README, made from results.json, by file."""
    results = json.loads(RESULTS.read_text())
    rows = [Row(**{**each, "figure": Figure(**each["figure"])}) for each in results["rows"]]
    caption = f"{results['date']}, {results['machine']}"
    return {PLOT: draw(rows, caption), README: put_into(README.read_text(), markdown(rows, caption))}


def _line(row: Row) -> str:
    figure = row.figure
    figures = " ".join(f"{value:>9.2f}" for value in (figure.median, figure.minimum, figure.maximum))
    goal = "" if row.goal is None else f"{row.goal:g} {'' if row.is_met else '!'}"
    return f"{row.name:58} {row.beside[:28]:28} {figures} {goal:>8} {row.unit}"


if __name__ == "__main__":
    sys.exit(main())
