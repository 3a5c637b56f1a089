"""Define a change: its place, kind, severity and effect.

The comparison of documents and that of Python interfaces both produce these, and the commands print them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Literal, TypeAlias

from attrs import evolve, frozen


class Severity(IntEnum):
    """How severely a change affects users."""

    DOCUMENTATION = 1
    COMPATIBLE = 2
    BREAKING = 3

    def __str__(self) -> str:
        """Format the severity for reports."""
        return self.name.lower()


Action: TypeAlias = Literal["added", "removed", "changed"]


@frozen
class Change:
    """One difference between an older and a newer state.

    Args:
        place: Its place in the terms of the document: an operation, one of its statuses, a field of a schema.
        kind: What differs, and in which way as the last word: "field removed".
        severity: How severe it is.
        effect: Its effect on users.
        before: The older value as text, or "".
        after: The newer value as text, or "".
        affects: The affected operations.
    """

    place: str
    kind: str
    severity: Severity
    effect: str
    before: str = ""
    after: str = ""
    affects: tuple[str, ...] = ()

    @property
    def action(self) -> Action:
        """Whether something was added, removed or changed."""
        last = self.kind.rpartition(" ")[2]
        return "added" if last == "added" else "removed" if last == "removed" else "changed"

    @property
    def values(self) -> str:
        """The values before and after, if there are any."""
        if self.before and self.after:
            return f"{self.before} -> {self.after}"
        return self.before or self.after

    def __str__(self) -> str:
        """Format the change as one line, with its effect and the affected operations."""
        values = f" ({self.values})" if self.values else ""
        concerned = ", ".join(each for each in self.affects if each != self.place.partition(" ")[0])
        return f"{self.place}: {self.kind}{values}: {self.effect}{f' [{concerned}]' if concerned else ''}"


def merge(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Merge equal changes, which were found through several operations, and sort them.

    Returns:
        Each change once, with all affected operations and its highest severity; most severe first.
    """
    found: dict[tuple[str, ...], Change] = {}
    for each in changes:
        key = (each.place, each.kind, each.before, each.after)
        earlier = found.get(key)
        if earlier is not None:
            worse = max(earlier, each, key=lambda change: change.severity)
            each = evolve(worse, affects=tuple(sorted({*earlier.affects, *each.affects})))  # noqa: PLW2901
        found[key] = each
    return tuple(sorted(found.values(), key=lambda each: (-each.severity, each.place, each.kind)))


def worst(changes: Iterable[Change]) -> Severity | None:
    """Return the highest severity of some changes, or None if there are none."""
    return max((each.severity for each in changes), default=None)


def shown(value: Any) -> str:
    """Format a value for a report: JSON on one line, truncated if it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}..."
