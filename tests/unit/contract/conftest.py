"""At the end of a run: what became of each single change of the contract."""

from __future__ import annotations

from collections import Counter
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of mutations: by groups, and row by row with -v."""
    rows = sorted(_rows(terminalreporter, "passed"))
    missed = sum(1 for each in _reports(terminalreporter) if "test_mutations" in each.nodeid)
    if not rows:
        return
    terminalreporter.section("single changes of the contract")
    if terminalreporter.verbosity > 0:
        for group, name, reach, severity in rows:
            terminalreporter.write_line(f"{group:<12} {name:<58} {reach:<9} {severity}")
    total, reached = Counter(row[0] for row in rows), Counter((row[0], row[2]) for row in rows)
    classed = Counter((row[0], row[3]) for row in rows)
    kinds, severities = (
        ("client", "document", "choices", "refused"),
        ("breaking", "compatible", "documentation"),
    )
    terminalreporter.write_line(
        f"{'':<12} {'noticed':>8}" + "".join(f"{each:>15}" for each in (*kinds, *severities))
    )
    for group in sorted(total):
        cells = [*(reached[group, each] for each in kinds), *(classed[group, each] for each in severities)]
        terminalreporter.write_line(
            f"{group:<12} {total[group]:>8}" + "".join(f"{each or '':>15}" for each in cells)
        )
    share = 100 * len(rows) / (len(rows) + missed)
    terminalreporter.write_line(f"{len(rows)} of {len(rows) + missed}: {share:.1f} %")


def _reports(terminalreporter: Any) -> list[Any]:
    return [each for key in ("failed", "xfailed", "error") for each in terminalreporter.stats.get(key, [])]


def _rows(terminalreporter: Any, outcome: str) -> list[tuple[str, ...]]:
    return [
        value
        for each in terminalreporter.stats.get(outcome, [])
        for key, value in getattr(each, "user_properties", ())
        if key == "mutation"
    ]
