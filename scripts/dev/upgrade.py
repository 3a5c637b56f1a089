"""Update the locks to the newest versions that fit, with hashes and without addresses.

One lock serves every supported Python and system. `dev` is made first, because `check-all` is constrained by
it. Hashes are taken from the package index that uv is configured with, never from local files: a file of this
machine may have the name of a published one but other bytes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The last two are environments of their own, for outside checks that cannot be installed beside the rest.
LOCKS = (
    "scripts/locks/dev",
    "scripts/locks/check-all",
    "scripts/locks/docs",
    "tests/conformance/locks/openapi-core",
    "tests/conformance/locks/leap-python-sdk",
)

LOWEST_PYTHON = "3.11"

# They would make local files count as published ones, or loosen what is chosen.
UNWANTED = ("UV_FIND_LINKS", "UV_NO_INDEX", "UV_PRERELEASE", "UV_RESOLUTION", "UV_CONSTRAINT", "UV_OVERRIDE")


def compile_command(name: str, *, upgrade: bool) -> list[str]:
    """The uv command that writes `NAME.txt` from `NAME.in`."""
    return [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"),
        *("--universal", "--python-version", LOWEST_PYTHON, "--generate-hashes"),
        *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
        *(("--upgrade",) if upgrade else ()),
        *(f"{name}.in", "--output-file", f"{name}.txt"),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.dev.upgrade", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--keep", action="store_true", help="keep pinned versions that still fit (after a change of NAME.in)"
    )
    options = parser.parse_args(arguments)
    # As pip does by default, uv trusts the certificates of the system.
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    environment = {"UV_SYSTEM_CERTS": "true", **kept}
    for lock in LOCKS:
        folder, _, name = lock.rpartition("/")
        command = compile_command(name, upgrade=not options.keep)
        status = subprocess.run(command, cwd=ROOT / folder, env=environment, check=False).returncode  # noqa: S603 - a command of ours
        if status:
            print(f"upgrade: {lock}.txt could not be made (see above); it is as it was", file=sys.stderr)
            return status
        print(f"{lock}.txt is renewed")
    print("Next: make test check-all, and read the difference of the locks.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
