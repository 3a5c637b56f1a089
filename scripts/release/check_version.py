"""Check that the version in generator-config.yaml does not contradict the top of CHANGELOG.md."""

from __future__ import annotations

import sys

from ..options import command_parser
from . import changelog
from .problems import DistributionError
from .versions import declared


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("release.check_version", __doc__, has_root=True)
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
