"""Set the number of the next release in generator-config.yaml, in generated/ and at the top of CHANGELOG.md.

The section [Unreleased] gets the number and today's date. If the top section is a version without a tag, that
section gets the new number instead. The text of the section is not changed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import subprocess
import sys
from pathlib import Path

from . import changelog, versions
from .checkout import Checkout
from .problems import DistributionError

ROOT = Path(__file__).resolve().parents[2]


def set_version(checkout: Checkout, text: str, today: dt.date) -> None:
    """Write the number into configuration and changelog.

    Args:
        checkout: where.
        text: the number.
        today: the date of the release.

    Raises:
        DistributionError: the number or the changelog does not fit; nothing is then changed.
    """
    version = changelog.number(text)
    sections = changelog.read(checkout.root)
    top = sections[0]
    if top.version is not None and checkout.has_tag(f"v{top.version}"):
        raise DistributionError(
            f"{changelog.PLACE} begins with {top.version}, which is released: begin it with "
            f"`## [{changelog.UNRELEASED}]` and what the next version changes for users"
        )
    if not top.text:
        raise DistributionError(f"{changelog.PLACE}: `{top.heading}` is empty: write what changes for users")
    heading = f"## [{version}] - {today.isoformat()}"
    path = checkout.root / changelog.PLACE
    changed = path.read_text(encoding="utf-8").replace(top.heading, heading, 1)
    changelog.parse(changed)  # it refuses a number that is not later than those below
    versions.declare(checkout.root, text)
    path.write_text(changed, encoding="utf-8")
    print(f"{versions.PLACE}: {versions.KEY} is {version}")
    print(f"{changelog.PLACE}: {top.heading} is now {heading}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.release.set_version",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("version", help="the number, like 0.2.0")
    options = parser.parse_args(arguments)
    try:
        set_version(Checkout(ROOT), options.version, dt.datetime.now(dt.UTC).date())
    except DistributionError as error:
        print(f"version: {error}", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "scripts.generate"]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main())
