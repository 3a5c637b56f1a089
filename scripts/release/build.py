"""Build the wheel and the sdist into dist/, reproducibly, and check them.

They are built from a copy of the last commit, whose time all files get, with the build backend pinned in
scripts/locks/check-all.txt. So every build of a commit gives the same files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..options import command_parser
from . import package
from .checkout import Checkout
from .problems import DistributionError

WAY_OUT = (
    "to build the working tree without publishing it: "
    ".venv-check/bin/python -m scripts.release.build --tree --output DIR"
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = _options().parse_args(arguments)
    if options.tree and options.output is None:
        print("build: --tree needs --output: dist/ is for what was committed", file=sys.stderr)
        return 1
    checkout = Checkout(options.root)
    output = options.output or options.root / "dist"
    try:
        if not options.tree:
            checkout.insist_on_clean(WAY_OUT)
        made = package.build(checkout, output, tree=options.tree)
    except DistributionError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    for path in made.files:
        print(f"{package.digest(path)}  {path.name}")
    print(f"built {package.NAME} {made.version} into {output}; all checks passed")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = command_parser("release.build", __doc__, has_root=True)
    parser.add_argument(
        "--tree",
        action="store_true",
        help="build the working tree as it is, uncommitted changes included (requires --output)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="the folder for the two files (default: dist)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
