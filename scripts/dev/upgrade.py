"""Update the locks to the newest compatible versions, with hashes.

A lock is for every supported Python and system, and does not name an index. `dev` is updated first, because
it constrains `check-all`. Hashes come from the index that uv is configured with, not from local files, which
may differ from the published ones.
"""

from __future__ import annotations

import os
import subprocess
import sys

from ..options import ROOT, command_parser

# The last two are for tools that cannot be installed together with the others.
LOCKS = (
    "scripts/locks/dev",
    "scripts/locks/check-all",
    "scripts/locks/docs",
    "tests/conformance/locks/openapi-core",
    "tests/conformance/locks/leap-python-sdk",
)

LOWEST_PYTHON = "3.11"

# Settings that would use local files, or change which versions are chosen.
UNWANTED = ("UV_FIND_LINKS", "UV_NO_INDEX", "UV_PRERELEASE", "UV_RESOLUTION", "UV_CONSTRAINT", "UV_OVERRIDE")


def compile_command(name: str, *, upgrade: bool) -> list[str]:
    """Return the uv command that writes `NAME.txt` from `NAME.in`."""
    return [
        *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-config"),
        *("--universal", "--python-version", LOWEST_PYTHON, "--generate-hashes"),
        *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
        *(("--upgrade",) if upgrade else ()),
        *(f"{name}.in", "--output-file", f"{name}.txt"),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("dev.upgrade", __doc__)
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep pinned versions that are still compatible (after a change of NAME.in)",
    )
    options = parser.parse_args(arguments)
    # Trust the system's certificates, as pip does by default.
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    environment = {"UV_SYSTEM_CERTS": "true", **kept}
    for lock in LOCKS:
        folder, _, name = lock.rpartition("/")
        command = compile_command(name, upgrade=not options.keep)
        status = subprocess.run(command, cwd=ROOT / folder, env=environment, check=False).returncode  # noqa: S603 - a command of ours
        if status:
            print(f"upgrade: {lock}.txt could not be updated (see above); it is unchanged", file=sys.stderr)
            return status
        print(f"{lock}.txt is up to date")
    print("Next: run make test check-all, and review the diff of the locks.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
