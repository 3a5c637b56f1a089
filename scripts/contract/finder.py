"""Collect the changes between two documents, with the place of the comparison as context."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from attrs import evolve, field, frozen

from .changes import Action, Change, Severity, shown

Direction: TypeAlias = Literal["sent", "received"]

# Keys that do not affect requests and responses.
ANNOTATIONS = frozenset(
    {"title", "description", "summary", "example", "examples", "externalDocs", "xml", "$comment"}
)


@frozen
class Context:
    """The place of a comparison.

    Args:
        place: Its name in reports.
        direction: Whether the users of the API send or receive what is compared.
        operation: The operation, or "".
        is_spread: Whether the name of the schema does not matter, because its fields become arguments.
        seen: The pairs of named schemas on the path to this place, which end recursion.
    """

    place: str
    direction: Direction
    operation: str
    is_spread: bool = False
    seen: frozenset[tuple[str, str]] = frozenset()

    def at(self, place: str) -> Context:
        """Return the context of another place at the same depth."""
        return evolve(self, place=place, is_spread=False)


@frozen
class Finder:
    """Two documents, and the changes found so far."""

    old: dict[str, Any] = field(repr=False)
    new: dict[str, Any] = field(repr=False)
    found: list[Change] = field(factory=list)

    def add(
        self, at: Context, kind: str, severity: Severity, effect: str, values: Iterable[Any] = ("", "")
    ) -> None:
        """Add a change.

        Args:
            at: Its context.
            kind: What differs, and in which way: "field removed".
            severity: Its severity.
            effect: Its effect on users.
            values: The older and the newer value, or "" for none.
        """
        before, after = (shown(each) for each in values)
        operations = (at.operation,) if at.operation else ()
        self.found.append(Change(at.place, kind, severity, effect, before, after, operations))

    def rest(self, at: Context, old: dict[str, Any], new: dict[str, Any], handled: Iterable[str]) -> None:
        """Compare the keys of an object that have no specific rule, so that no change is missed.

        Args:
            at: The context of the object.
            old: The older object.
            new: The newer object.
            handled: The keys that other rules compare.
        """
        for key in sorted({*old, *new} - set(handled)):
            if same(old.get(key), new.get(key)) and (key in old) == (key in new):
                continue
            silent = key in ANNOTATIONS or key.startswith("x-")
            severity = Severity.DOCUMENTATION if silent else Severity.BREAKING
            effect = "only the documentation differs" if silent else "unknown: review this change"
            self.add(
                at,
                f"{key} {action_on(key, old, new)}",
                severity,
                effect,
                (old.get(key, ""), new.get(key, "")),
            )

    def deprecation(self, at: Context, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Compare whether an object is deprecated."""
        before, after = bool(old.get("deprecated")), bool(new.get("deprecated"))
        if before != after:
            effect = "it still works, but should no longer be used" if after else "it can be used again"
            self.add(at, f"deprecated {'added' if after else 'removed'}", Severity.COMPATIBLE, effect)


def same(old: Any, new: Any) -> bool:
    """Return whether two values are equal in JSON, in which 1 and true differ."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def action_on(key: str, old: dict[str, Any], new: dict[str, Any]) -> Action:
    """Return how a key differs between two objects."""
    return "changed" if key in old and key in new else "added" if key in new else "removed"
