"""Compute the version that changes need, by semantic versioning.

From 1.0.0 on, changes need a new major, minor or patch version, by severity. Before, breaking changes need a
new minor version, and others a new patch version.
"""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from .changes import Severity


def read(text: object) -> Version:
    """Parse the version in the configuration.

    Raises:
        ValueError: It is not a version.
    """
    try:
        return Version(str(text))
    except InvalidVersion as error:
        raise ValueError(
            f"{text!r} is not a version number: write one like 0.2.0 as package_version_override"
        ) from error


def needed(base: Version, severity: Severity | None) -> Version:
    """Return the lowest version that changes since a version allow.

    Args:
        base: The older version. After a pre-release, the lowest version is its release.
        severity: The highest severity of the changes, or None if there are none.
    """
    if severity is None:
        return base
    if base.is_prerelease:
        return Version(base.base_version)
    major, minor, patch = (*base.release, 0, 0)[:3]
    rank = int(severity)
    if major == 0:
        rank = 2 if severity is Severity.BREAKING else 1
    steps = {3: (major + 1, 0, 0), 2: (major, minor + 1, 0), 1: (major, minor, patch + 1)}
    return Version(".".join(str(part) for part in steps[rank]))


def suffices(present: Version, base: Version, least: Version) -> bool:
    """Return whether a version is at least `least`, or a pre-release of it that is later than `base`."""
    is_early = present.is_prerelease and Version(present.base_version) >= least and present > base
    return present >= least or is_early
