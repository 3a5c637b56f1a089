"""Upload the files that were rehearsed to an index, with twine.

Pushing a tag starts a workflow that publishes; this command publishes without it. twine finds the index and
the credentials in ~/.pypirc or a keyring, or asks for them.
"""

from __future__ import annotations

import os
import subprocess
import sys

from ..options import command_parser
from . import package, record
from .checkout import Checkout
from .package import Package
from .problems import DistributionError

# twine's names of the public index and of the one for tests.
REPOSITORIES = ("testpypi", "pypi")

# Variables that would make twine upload to another index.
UNWANTED = ("TWINE_REPOSITORY", "TWINE_REPOSITORY_URL")


def _insist_on_release(checkout: Checkout, version: str) -> None:
    """Raise DistributionError if the last commit does not have the tag of its version."""
    tag = f"v{version}"
    if not checkout.has_tag(tag):
        raise DistributionError(f"there is no tag {tag}: make release creates it")
    if checkout.commit(tag) != checkout.commit():
        raise DistributionError(f"the last commit does not have the tag {tag}: git checkout {tag}")


def rehearsed(checkout: Checkout) -> Package:
    """Return the package in dist/.

    Raises:
        DistributionError: It was not rehearsed, or its commit is not tagged.
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
    _insist_on_release(checkout, found.version)
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status, which is twine's if it ran."""
    parser = command_parser("release.publish", __doc__, has_root=True)
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
