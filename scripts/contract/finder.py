"""Hold the state of a comparison: the two documents, the current place, and the changes found so far."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

from attrs import evolve, field, frozen

from .changes import Action, Change, Severity, shown

Direction: TypeAlias = Literal["sent", "received"]

# Keys that say nothing of what is sent and received.
ANNOTATIONS = frozenset(
    {"title", "description", "summary", "example", "examples", "externalDocs", "xml", "$comment"}
)


@frozen
class Context:
    """Where the comparison stands.

    Args:
        place: The place as reports name it.
        direction: Whether what is described is sent by the users of the API or received by them.
        operation: The operation through which it was reached.
        is_spread: Whether the schema's own name is of no consequence, as its fields become arguments.
        seen: The pairs of named schemas on the way here, so that recursion ends.
    """

    place: str
    direction: Direction
    operation: str
    is_spread: bool = False
    seen: frozenset[tuple[str, str]] = frozenset()

    def at(self, place: str) -> Context:
        """Stand at another place, as deep as before."""
        return evolve(self, place=place, is_spread=False)


@frozen
class Finder:
    """Two documents, and the changes that were found between them so far."""

    old: dict[str, Any] = field(repr=False)
    new: dict[str, Any] = field(repr=False)
    found: list[Change] = field(factory=list)

    def add(
        self, at: Context, kind: str, severity: Severity, effect: str, values: Iterable[Any] = ("", "")
    ) -> None:
        """Note a change.

        Args:
            at: Where it is.
            kind: What is different, and in which way: "field removed".
            severity: How bad it is.
            effect: Who notices, and how.
            values: The older and the newer value, "" where there is none to show.
        """
        before, after = (shown(each) for each in values)
        operations = (at.operation,) if at.operation else ()
        self.found.append(Change(at.place, kind, severity, effect, before, after, operations))

    def rest(self, at: Context, old: dict[str, Any], new: dict[str, Any], handled: Iterable[str]) -> None:
        """Compare the keys of an object that have no rule of their own, so that nothing passes unseen.

        Args:
            at: Where the object is.
            old: The older object.
            new: The newer object.
            handled: The keys that were compared already.
        """
        for key in sorted({*old, *new} - set(handled)):
            if same(old.get(key), new.get(key)) and (key in old) == (key in new):
                continue
            silent = key in ANNOTATIONS or key.startswith("x-")
            severity = Severity.DOCUMENTATION if silent else Severity.BREAKING
            effect = "only what is written of it differs" if silent else "no rule judges this: read it"
            self.add(
                at,
                f"{key} {action_on(key, old, new)}",
                severity,
                effect,
                (old.get(key, ""), new.get(key, "")),
            )

    def deprecation(self, at: Context, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Compare whether something is deprecated.

        Args:
            at: Where it is.
            old: The older object.
            new: The newer object.
        """
        before, after = bool(old.get("deprecated")), bool(new.get("deprecated"))
        if before != after:
            effect = "it still works, and should be left" if after else "it may be used again"
            self.add(at, f"deprecated {'added' if after else 'removed'}", Severity.COMPATIBLE, effect)


def same(old: Any, new: Any) -> bool:
    """Return whether two values are the same JSON value; 1 and true are not."""
    return json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def action_on(key: str, old: dict[str, Any], new: dict[str, Any]) -> Action:
    """Return how a key differs between two objects."""
    return "changed" if key in old and key in new else "added" if key in new else "removed"
