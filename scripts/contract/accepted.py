"""Differences that are known and meant, each with its reason.

The file is a list. An entry names a place and a kind as reports show them, both with shell wildcards where
one reason covers many; `ours` and `theirs` pin the values, so that a known difference that changes is news.
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
        raise ValueError(f"{value!r} is no reason: say in a sentence why the difference is meant")


@frozen
class Entry:
    """One accepted difference, or many that share a reason.

    Args:
        place: The place, or a pattern of places.
        kind: The kind of difference, or a pattern.
        reason: Why it is meant, in a sentence.
        ours: The value on our side, or None for any.
        theirs: The value on theirs, or None for any.
    """

    place: str = field(validator=_text)
    kind: str = field(validator=_text)
    reason: str = field(validator=_reason)
    ours: str | None = field(default=None, validator=validators.optional(_text))
    theirs: str | None = field(default=None, validator=validators.optional(_text))

    def covers(self, change: Change) -> bool:
        """Whether a difference is the one, or one of those, that are meant."""
        return (
            fnmatchcase(change.place, self.place)
            and fnmatchcase(change.kind, self.kind)
            and self.ours in (None, change.before)
            and self.theirs in (None, change.after)
        )

    def __str__(self) -> str:
        """Write the entry as the report of differences would."""
        return f"{self.place}: {self.kind}"


def read(path: Path) -> tuple[Entry, ...]:
    """Read the accepted differences.

    Args:
        path: The file.

    Returns:
        Its entries; none where it is empty.

    Raises:
        ValueError: The file holds something else; the message says where and what.
        OSError: The file cannot be read.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: not YAML: {error}") from error
    if not isinstance(data, list | None):
        raise ValueError(f"{path}: this is no list of entries: write `- place: ...` with kind and reason")  # noqa: TRY004
    return tuple(_entry(path, number, each) for number, each in enumerate(data or [], start=1))


def _entry(path: Path, number: int, data: Any) -> Entry:
    known = [each.name for each in fields(Entry)]
    if not isinstance(data, dict) or not {"place", "kind", "reason"} <= set(data) <= set(known):
        raise ValueError(
            f"{path}: entry {number}: write place, kind and reason, and ours and theirs to pin them"
        )
    try:
        return Entry(**data)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: entry {number}: {error.args[0]}") from error


@frozen
class Judged:
    """Differences sorted by what is known of them.

    Args:
        news: Those that nobody accepted.
        known: Those that are accepted.
        stale: Entries that accept what does not occur.
    """

    news: tuple[Change, ...]
    known: tuple[Change, ...]
    stale: tuple[Entry, ...]


def judge(changes: Iterable[Change], entries: Iterable[Entry]) -> Judged:
    """Sort differences by whether they are accepted.

    Args:
        changes: What differs.
        entries: What is accepted.

    Returns:
        The differences, sorted, and the entries that nothing needs any longer.
    """
    all_changes, all_entries = tuple(changes), tuple(entries)
    known = tuple(each for each in all_changes if any(entry.covers(each) for entry in all_entries))
    return Judged(
        news=tuple(each for each in all_changes if each not in known),
        known=known,
        stale=tuple(entry for entry in all_entries if not any(entry.covers(each) for each in all_changes)),
    )
