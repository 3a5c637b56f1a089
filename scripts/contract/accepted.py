"""Read the accepted differences, each with its reason, and match them with the differences that occur.

The file is a list of entries. An entry has a place and a kind as in reports, with shell wildcards. `ours` and
`theirs` pin the values, so that a difference is reported again when they change.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
from attrs import Attribute, field, fields, frozen, validators

from .changes import Change

_text = validators.instance_of(str)


def _reason(_entry: Entry, _attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or len(value.split()) < 4:
        raise ValueError(f"{value!r} is not a reason: explain in a sentence why the difference is intended")


@frozen
class Entry:
    """An accepted difference, or several with the same reason.

    Args:
        place: The place, or a pattern of places.
        kind: The kind of difference, or a pattern.
        reason: Why it is intended, as a sentence.
        ours: The value in our document, or None for any.
        theirs: The value in their document, or None for any.
    """

    place: str = field(validator=_text)
    kind: str = field(validator=_text)
    reason: str = field(validator=_reason)
    ours: str | None = field(default=None, validator=validators.optional(_text))
    theirs: str | None = field(default=None, validator=validators.optional(_text))

    def covers(self, change: Change) -> bool:
        """Return whether the entry accepts a difference."""
        return (
            fnmatchcase(change.place, self.place)
            and fnmatchcase(change.kind, self.kind)
            and self.ours in (None, change.before)
            and self.theirs in (None, change.after)
        )

    def __str__(self) -> str:
        """Format the entry like the report of differences."""
        return f"{self.place}: {self.kind}"


def read(path: Path) -> tuple[Entry, ...]:
    """Read the accepted differences.

    Args:
        path: The file.

    Returns:
        Its entries; none if it is empty.

    Raises:
        ValueError: The file has another structure; the message says where.
        OSError: The file cannot be read.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: not YAML: {error}") from error
    if not isinstance(data, list | None):
        raise ValueError(f"{path}: not a list of entries: write `- place: ...` with kind and reason")  # noqa: TRY004
    return tuple(_entry(path, number, each) for number, each in enumerate(data or [], start=1))


def _entry(path: Path, number: int, data: Any) -> Entry:
    known = [each.name for each in fields(Entry)]
    if not isinstance(data, dict) or not {"place", "kind", "reason"} <= set(data) <= set(known):
        raise ValueError(
            f"{path}: entry {number}: write place, kind and reason, and optionally ours and theirs"
        )
    try:
        return Entry(**data)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: entry {number}: {error.args[0]}") from error


@frozen
class Matches:
    """Differences that are not accepted or accepted, and entries for differences that do not occur."""

    unaccepted: tuple[Change, ...]
    accepted: tuple[Change, ...]
    unused: tuple[Entry, ...]


def match(changes: Iterable[Change], entries: Iterable[Entry]) -> Matches:
    """Match differences with the accepted ones."""
    all_changes, all_entries = tuple(changes), tuple(entries)
    accepted = tuple(each for each in all_changes if any(entry.covers(each) for entry in all_entries))
    return Matches(
        unaccepted=tuple(each for each in all_changes if each not in accepted),
        accepted=accepted,
        unused=tuple(entry for entry in all_entries if not any(entry.covers(each) for each in all_changes)),
    )
