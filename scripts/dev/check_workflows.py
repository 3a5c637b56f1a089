"""Validate the workflows against their schemas, and check them for security problems.

check-jsonschema validates workflows and dependabot.yml, and zizmor finds security problems. Both work
offline.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ..options import ROOT, command_parser

BIN = Path(sys.executable).parent


def commands(folder: Path) -> list[list[str | Path]]:
    """Return the commands that check a folder like .github."""
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    workflows = sorted((folder / "workflows").glob("*.yml"))
    found: list[list[str | Path]] = [[*schema, "vendor.github-workflows", *workflows]]
    if (folder / "dependabot.yml").exists():
        found.append([*schema, "vendor.dependabot", folder / "dependabot.yml"])
    audit: list[str | Path] = [
        BIN / "zizmor",
        "--offline",
        "--no-config",
        "--no-progress",
        "--quiet",
        "--persona=pedantic",
    ]
    return [*found, [*audit, "--strict-collection", folder]]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("dev.check_workflows", __doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / ".github",
        metavar="DIR",
        help="the folder with workflows/ (default: .github)",
    )
    folder = parser.parse_args(arguments).folder
    if not list((folder / "workflows").glob("*.yml")):
        print(f"check-workflows: {folder} has no workflows", file=sys.stderr)
        return 1
    statuses = [subprocess.run(command, check=False).returncode for command in commands(folder)]  # noqa: S603 - ours
    if any(statuses):
        print("check-workflows: fix the problems above", file=sys.stderr)
    return int(any(statuses))


if __name__ == "__main__":
    sys.exit(main())
