"""Draft a changelog entry from the changes, for a person to reword for users."""

from __future__ import annotations

from collections.abc import Iterable

from .changes import Change, Severity

_HEADINGS = {"removed": "Removed", "changed": "Changed", "added": "Added"}


def draft(version: str, contract: Iterable[Change], interface: Iterable[Change]) -> str:
    """Return a draft in Markdown, in which all changes of wording are one line.

    Args:
        version: The lowest version that the changes allow.
        contract: The changes of the document.
        interface: The changes of the Python package.
    """
    all_changes = [*contract, *interface]
    reported = [each for each in all_changes if each.severity is not Severity.DOCUMENTATION]
    entries: dict[str, list[str]] = {heading: [] for heading in _HEADINGS.values()}
    for each in sorted(reported, key=lambda each: -each.severity):
        entries[_HEADINGS[each.action]].append(_line(each))
    if len(reported) < len(all_changes):
        entries["Changed"].append("- Descriptions were revised.")
    if not all_changes:
        entries["Changed"].append("- (Nothing that users of the API or of the package would notice.)")
    lines = [f"## [{version}]"]
    for heading, listed in entries.items():
        lines += ["", f"### {heading}", "", *listed] if listed else []
    return "\n".join(lines) + "\n"


def _line(change: Change) -> str:
    mark = "**Breaking:** " if change.severity is Severity.BREAKING else ""
    values = f" ({change.values})" if change.values else ""
    return f"- {mark}`{change.place}`: {change.kind}{values}: {change.effect}."
