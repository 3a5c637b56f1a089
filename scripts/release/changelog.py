"""Read CHANGELOG.md, and check the version against it.

The parser is ours because it must reject invalid headings and keep an entry's Markdown for the release notes.
The library keepachangelog accepts any date and splits entries into lines.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

from attrs import frozen
from packaging.version import InvalidVersion, Version

from .problems import DistributionError

PLACE = "CHANGELOG.md"
UNRELEASED = "Unreleased"

_HEADING = re.compile(r"^## .*$", re.MULTILINE)
_RELEASED = re.compile(r"## \[(?P<version>[^\]]+)\] - (?P<date>\d{4}-\d\d-\d\d)( \[YANKED\])?")


@frozen
class Section:
    """The entry of a version, or of unreleased changes.

    Args:
        heading: Its heading, with the `##`.
        version: The version, or None.
        date: The date of the release, or None.
        text: The text below the heading, stripped.
    """

    heading: str
    version: Version | None
    date: dt.date | None
    text: str


def parse(text: str) -> tuple[Section, ...]:
    """Return the sections of a changelog, newest first.

    Raises:
        DistributionError: A heading does not have the form of Keep a Changelog, or is in the wrong place.
    """
    headings = list(_HEADING.finditer(text))
    if not headings:
        raise DistributionError(f"{PLACE} has no section: begin one with `## [{UNRELEASED}]`")
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    sections = tuple(
        _section(heading.group(), text[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    )
    for newer, older in pairwise(sections):
        if older.version is None or (newer.version is not None and newer.version <= older.version):
            raise DistributionError(
                f"{PLACE}: `{newer.heading}` is above `{older.heading}`: the newest version comes first"
            )
    return sections


def _section(heading: str, text: str) -> Section:
    if heading == f"## [{UNRELEASED}]":
        return Section(heading, None, None, text)
    match = _RELEASED.fullmatch(heading)
    if match is not None:
        try:
            return Section(heading, Version(match["version"]), dt.date.fromisoformat(match["date"]), text)
        except (InvalidVersion, ValueError):
            pass  # raised below
    raise DistributionError(
        f"{PLACE}: `{heading}` should be `## [{UNRELEASED}]` or like `## [1.2.3] - 2031-12-31`, "
        "with a valid version number and date"
    )


def read(root: Path) -> tuple[Section, ...]:
    """Return the sections of a checkout's changelog; raises as `parse` does."""
    return parse((root / PLACE).read_text(encoding="utf-8"))


def number(text: str) -> Version:
    """Parse the version number of a release.

    Raises:
        DistributionError: It is invalid, or not in the form that file names have.
    """
    try:
        version = Version(text)
    except InvalidVersion:
        raise DistributionError(f"{text!r} is not a version number: write one like 0.2.0") from None
    if version.local or str(version) != text or len(version.release) != 3:
        raise DistributionError(
            f"{text!r} does not have the form of a release's version: write one like 0.2.0 or 0.2.0rc1"
        )
    return version


def insist_on_agreement(sections: tuple[Section, ...], version: Version) -> None:
    """Refuse a version that contradicts the top of the changelog.

    Args:
        sections: The changelog.
        version: The version in generator-config.yaml.

    Raises:
        DistributionError: They contradict each other.
    """
    newest = next((section.version for section in sections if section.version is not None), None)
    if newest is None:
        return
    if sections[0].version is not None and version != newest:
        raise DistributionError(
            f"generator-config.yaml has version {version}, {PLACE} begins with {newest}: give both the same "
            f"number with make version VERSION=<number>, or begin {PLACE} with `## [{UNRELEASED}]`"
        )
    if version < newest:
        raise DistributionError(
            f"generator-config.yaml has version {version}, but {PLACE} already has {newest}: "
            "give it a later number with make version VERSION=<number>"
        )
