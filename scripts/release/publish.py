"""Upload exactly the files that were rehearsed to an index, with twine.

Pushing a tag starts a workflow that publishes; this command is for publishing without it. twine finds the
index and the credentials by the index's name: in ~/.pypirc or a keyring, or by asking.
"""

from __future__ import annotations

import os
import subprocess
import sys

from . import package, record
from .checkout import Checkout
from .options import command_parser
from .package import Package
from .problems import DistributionError

# As twine knows them: the index that everybody installs from, and its twin for tests.
REPOSITORIES = ("testpypi", "pypi")

# Variables that would make twine upload elsewhere than the name says.
UNWANTED = ("TWINE_REPOSITORY", "TWINE_REPOSITORY_URL")


def insist_on_release(checkout: Checkout, version: str) -> None:
    """Refuse a commit without the tag of its version.

    Raises:
        DistributionError: there is no such tag, or it is elsewhere.
    """
    tag = f"v{version}"
    if not checkout.has_tag(tag):
        raise DistributionError(f"there is no tag {tag}: make release makes it")
    if checkout.commit(tag) != checkout.commit():
        raise DistributionError(f"the last commit is not the one that is tagged {tag}: git checkout {tag}")


def rehearsed(checkout: Checkout) -> Package:
    """The package in dist/, if it is what was rehearsed and what is tagged.

    Args:
        checkout: where.

    Returns:
        The package.

    Raises:
        DistributionError: it is not.
    """
    kept = record.read(checkout.root)
    found = package.find(checkout.root / "dist")
    if kept.commit != checkout.commit():
        raise DistributionError(
            f"the last commit is not the one that was rehearsed ({kept.commit}): run make rehearse"
        )
    now = record.of(found, kept.commit)
    if now != kept:
        other = [name for name, digest in now.digests.items() if kept.digests.get(name) != digest]
        raise DistributionError(
            f"dist/ is not what was rehearsed: {', '.join(other)} differs: run make rehearse"
        )
    insist_on_release(checkout, found.version)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status: twine's where it was asked."""
    parser = command_parser("publish", __doc__)
    parser.add_argument("repository", choices=REPOSITORIES, help="the name of the index")
    options = parser.parse_args(arguments)
    try:
        found = rehearsed(Checkout(options.root))
    except DistributionError as error:
        print(f"publish: {error}\npublish: nothing was uploaded", file=sys.stderr)
        return 1
    for path in found.files:
        print(f"{package.digest(path)}  {path.name}")
    print(f"publish: uploading these to {options.repository}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    command = [sys.executable, "-m", "twine", "upload", "--repository", options.repository, *found.files]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own arguments


if __name__ == "__main__":
    sys.exit(main())
