"""Draft a changelog entry from the changes, for a person to reword for users."""

from __future__ import annotations

from collections.abc import Iterable

from .changes import Change, Severity

_HEADINGS = {"removed": "Removed", "changed": "Changed", "added": "Added"}


def draft(version: str, contract: Iterable[Change], interface: Iterable[Change]) -> str:
    """Write the draft.

    Args:
        version: The version that the changes need.
        contract: What changed in the document.
        interface: What changed in the Python package.

    Returns:
        The text of the entry, in Markdown. Changes of wording are one line together.
    """
    all_changes = [*contract, *interface]
    lines = [f"## [{version}]"]
    reported = [each for each in all_changes if each.severity is not Severity.DOCUMENTATION]
    for action, heading in _HEADINGS.items():
        mine = sorted((each for each in reported if each.action == action), key=lambda each: -each.severity)
        if mine:
            lines += ["", f"### {heading}", "", *(_line(each) for each in mine)]
    if len(reported) < len(all_changes):
        section = [] if "### Changed" in lines else ["", "### Changed", ""]
        where = _end_of_changed(lines)
        lines[where:where] = [*section, "- Descriptions were revised."]
    if not all_changes:
        lines += ["", "### Changed", "", "- (Nothing that users of the API or of the package would notice.)"]
    return "\n".join(lines) + "\n"


def _line(change: Change) -> str:
    mark = "**Breaking:** " if change.severity is Severity.BREAKING else ""
    values = f" ({change.values})" if change.values else ""
    return f"- {mark}`{change.place}`: {change.kind}{values}: {change.effect}."


def _end_of_changed(lines: list[str]) -> int:
    """The index behind the last line of the section Changed; the end where there is none."""
    if "### Changed" not in lines:
        return len(lines)
    start = lines.index("### Changed") + 2
    return next((index for index in range(start, len(lines)) if not lines[index]), len(lines))
