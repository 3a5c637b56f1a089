"""The figures that scripts/bench/README.md shows are those that were measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.bench import __main__ as bench
from scripts.bench.measure import Figure
from scripts.bench.rows import Row
from scripts.bench.table import markdown, put_into


def test_shown_as_measured() -> None:
    """Table and plot are what `make bench` writes from its results: no figure was changed by hand."""
    for file, text in bench.pages().items():
        assert file.read_text() == text, (
            f"{file.name} differs from scripts/bench/results.json: run `make bench`"
        )


def test_a_changed_figure_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure changed by hand on the page is none that the results give."""
    shown = bench.README.read_text()
    copy = tmp_path / "README.md"
    copy.write_text(re.sub(r"(?m)^(\| one call \| [^|]+ \| )[^|]+", r"\g<1>0.10 ", shown))
    monkeypatch.setattr(bench, "README", copy)

    assert copy.read_text() != shown
    assert bench.pages()[copy] == shown


@pytest.mark.parametrize(("median", "shown"), [(0.8, "| 0.80 ms |"), (1.2, "| **1.20 ms** |")])
def test_missed_goals_stand_out(median: float, shown: str) -> None:
    """A figure beyond its goal is in bold."""
    assert shown in markdown([Row("a", "b", Figure(median, 0.5, 2), 1.0, "ms")], "a day")


def test_a_page_without_a_place() -> None:
    """A page that has no place for the table is refused."""
    with pytest.raises(ValueError, match="<!-- figures -->"):
        put_into("# A page\n", "table")
