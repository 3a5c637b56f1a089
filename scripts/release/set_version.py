"""Set the version of the next release in generator-config.yaml, in generated/ and at the top of CHANGELOG.md.

The section [Unreleased], or at the top one of a version without a tag, gets the version and today's date as
its heading. Its text is unchanged.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

from ..options import ROOT, command_parser
from . import changelog, versions
from .checkout import Checkout
from .problems import DistributionError


def set_version(checkout: Checkout, text: str, today: dt.date) -> None:
    """Write the version to the configuration and the changelog.

    Args:
        checkout: The checkout.
        text: The version.
        today: The date of the release.

    Raises:
        DistributionError: The version or the changelog is invalid; nothing is changed then.
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
    changelog.parse(changed)  # rejects a version that is not later than those below
    versions.declare(checkout.root, text)
    path.write_text(changed, encoding="utf-8")
    print(f"{versions.PLACE}: {versions.KEY} is {version}")
    print(f"{changelog.PLACE}: {top.heading} is now {heading}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("release.set_version", __doc__)
    parser.add_argument("version", help="the version, such as 0.2.0")
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
