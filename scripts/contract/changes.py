"""Changes as data: where, what, how bad, and for whom.

Nothing here knows where a change comes from: the comparison of documents and that of Python interfaces end
in this shape, which the commands print.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Literal, TypeAlias

from attrs import evolve, frozen


class Severity(IntEnum):
    """How much a change asks of the people who rely on what was there before."""

    DOCUMENTATION = 1
    COMPATIBLE = 2
    BREAKING = 3

    def __str__(self) -> str:
        """Write the severity as reports have it."""
        return self.name.lower()


Action: TypeAlias = Literal["added", "removed", "changed"]


@frozen
class Change:
    """One difference between an older and a newer state.

    Args:
        place: Where it is, in the terms of the document: an operation, a status of it, a field of a schema.
        kind: What is different and in which way: "field removed"; the last word is the action.
        severity: How bad that is.
        effect: Who notices, and how.
        before: The value on the older side as text, or "".
        after: The value on the newer side as text, or "".
        affects: The operations concerned.
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
        """Whether the newer side has it in addition, lacks it, or has another."""
        last = self.kind.rpartition(" ")[2]
        return "added" if last == "added" else "removed" if last == "removed" else "changed"

    @property
    def values(self) -> str:
        """Before and after, as far as there is something to show."""
        if self.before and self.after:
            return f"{self.before} -> {self.after}"
        return self.before or self.after

    def __str__(self) -> str:
        """Write the change in one line, with the operations it concerns and its effect."""
        values = f" ({self.values})" if self.values else ""
        concerned = ", ".join(each for each in self.affects if each != self.place.partition(" ")[0])
        return f"{self.place}: {self.kind}{values}: {self.effect}{f' [{concerned}]' if concerned else ''}"


def merge(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Join what is one change seen from several operations, and sort.

    Args:
        changes: Changes with repetitions: a schema is met once for each operation that uses it.

    Returns:
        Each change once, with all operations that it concerns and the worst of its severities; worst first.
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
    """Return the worst severity among some changes, or None where there are none."""
    return max((each.severity for each in changes), default=None)


def shown(value: Any) -> str:
    """Write a value of a document for a report: JSON on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}..."
