"""Compute the version number that a change needs, by semantic versioning.

Before 1.0.0 a breaking change needs a new minor version and anything else a new patch version; from 1.0.0 on
they need a new major, minor and patch version, by severity.
"""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from .changes import Severity


def read(text: object) -> Version:
    """Read a version number.

    Args:
        text: The number as the configuration has it.

    Returns:
        The version.

    Raises:
        ValueError: It is no version number.
    """
    try:
        return Version(str(text))
    except InvalidVersion as error:
        raise ValueError(
            f"{text!r} is no version number: write one like 0.2.0 as package_version_override"
        ) from error


def needed(base: Version, severity: Severity | None) -> Version:
    """Say what the next version must at least be.

    Args:
        base: The version of the older state.
        severity: The worst of the changes since; None where there is none.

    Returns:
        The least version that is right. What follows a pre-release is its own release.
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
    """Whether a version number says enough.

    Args:
        present: The number that is carried.
        base: The number of the older state.
        least: The number that is needed.

    Returns:
        True also for a pre-release of the number that is needed, as long as it is later than the older state.
    """
    is_early = present.is_prerelease and Version(present.base_version) >= least and present > base
    return present >= least or is_early
