"""Rehearse a release: build, upload to a local index, install from there, and use the package.

The package is installed twice, with the lowest and with the newest versions of its dependencies, into
temporary environments. The files are kept in dist/ and recorded in build/rehearsed.json: `make publish` only
uploads these.

With --tree it rehearses the working tree, including uncommitted changes, and keeps nothing. `make check-all`
does that.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ..options import command_parser
from . import environments, index, package, record
from .checkout import Checkout
from .package import Package
from .problems import DistributionError, ending_in_order

WAY_OUT = "to rehearse the working tree: .venv-check/bin/python -m scripts.release.rehearse --tree"


def rehearse(made: Package) -> None:
    """Upload a package to a local index, install it from there, and use it.

    Raises:
        DistributionError: Something went wrong.
    """
    with index.serving() as served, tempfile.TemporaryDirectory(prefix="tryleap-rehearsal-") as folder:
        served.upload(made)
        print(f"rehearse: uploaded {made.wheel.name} and {made.sdist.name} to {served.address}", flush=True)
        for which in environments.RESOLUTIONS:
            environment = Path(folder) / which
            environments.make(environment)
            versions = environments.install(made, served, environment, which)
            print(f"rehearse: {which}: {', '.join(f'{name} {versions[name]}' for name in sorted(versions))}")
            print(f"rehearse: {which}: {environments.try_out(made, environment)}", flush=True)


def rehearse_commit(checkout: Checkout) -> Package:
    """Build the last commit into dist/, rehearse it, and record it.

    Args:
        checkout: A checkout without uncommitted changes.

    Returns:
        The package.

    Raises:
        DistributionError: Something went wrong; there is no record then.
    """
    record.forget(checkout.root)
    made = package.build(checkout, checkout.root / "dist")
    rehearse(made)
    record.write(record.of(made, checkout.commit()), checkout.root)
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("release.rehearse", __doc__, has_root=True)
    parser.add_argument("--tree", action="store_true", help="rehearse the working tree as it is")
    options = parser.parse_args(arguments)
    checkout = Checkout(options.root)
    try:
        with ending_in_order():
            if options.tree:
                with tempfile.TemporaryDirectory(prefix="tryleap-dist-") as folder:
                    rehearse(package.build(checkout, Path(folder) / "dist", tree=True))
                print("rehearse: the work tree as it is: all well; nothing of it is kept")
            else:
                checkout.insist_on_clean(WAY_OUT)
                made = rehearse_commit(checkout)
                print(f"rehearse: {package.NAME} {made.version} in dist/: all well")
    except DistributionError as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
