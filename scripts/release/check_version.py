"""Fail when the version in generator-config.yaml and the top of CHANGELOG.md contradict each other."""

from __future__ import annotations

import sys

from . import changelog
from .options import command_parser
from .problems import DistributionError
from .versions import declared


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("check_version", __doc__)
    root = parser.parse_args(arguments).root
    try:
        version = changelog.number(declared(root))
        sections = changelog.read(root)
        changelog.insist_on_agreement(sections, version)
    except DistributionError as error:
        print(f"check-version: {error}", file=sys.stderr)
        return 1
    print(f"version {version}; {changelog.PLACE} begins with {sections[0].heading.removeprefix('## ')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
