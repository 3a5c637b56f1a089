"""Run the client's tests with the lowest or the newest versions of its dependencies.

They run in a temporary environment, with the pinned test tools and the code of the working tree. The
rehearsal tries the built package with both; this command runs all tests, which takes minutes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from ..release import environments
from ..release.problems import DistributionError
from .check_parser import pins

ROOT = Path(__file__).resolve().parents[2]

FOLDERS = (
    "tests/unit/images",
    "tests/unit/runtime",
    *(f"tests/integration/{name}" for name in ("cli", "faults", "sharing", "simulator", "webhooks", "wire")),
)

# What these tests run with, beside what the client itself depends on.
TOOLS = (
    *("cryptography", "flask", "hypothesis", "jsonschema"),
    *("pytest", "pytest-xdist", "pyyaml", "trio", "trustme"),
)

# What a table looks like, cell by cell, is that of the pinned version: others lay it out in their own way.
LAYOUT = "tests/integration/cli/test_terminal.py"


def dependencies() -> list[str]:
    """What the client and its extras depend on, as pyproject.toml declares it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        found += extra
    return found


def needs_generator(path: Path) -> bool:
    """Whether a module of tests generates a client, which needs packages that have bounds of their own."""
    return "scripts.generator" in path.read_text(encoding="utf-8")


def make(environment: Path, which: str) -> dict[str, str]:
    """Make an environment with the tools, and with the lowest or the newest dependencies.

    Args:
        environment: where.
        which: LOWEST or NEWEST.

    Returns:
        The versions of the dependencies, by name.

    Raises:
        DistributionError: it could not be made, or the lowest versions are not those that are declared.
    """
    environments.make(environment)
    pinned = {pin.partition("==")[0]: pin for pin in pins(ROOT / "scripts" / "locks" / "dev.txt")}
    wanted = [Requirement(each) for each in dependencies()]
    environments.uv(
        *("pip", "install", "--quiet", "--python", environments.python_of(environment)),
        *("--resolution", environments.RESOLUTIONS[which]),
        *(*map(str, wanted), *(pinned[name] for name in TOOLS)),
        failure=f"the {which} dependencies could not be installed (see above)",
        scratch=environment.parent,
    )
    versions = environments.installed(environment)
    chosen = {each.name: versions[each.name] for each in wanted}
    if which == environments.LOWEST:
        environments.insist_on_declared(wanted, chosen)
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.dev.test_dependencies",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("which", choices=sorted(environments.RESOLUTIONS), help="which versions")
    options, others = parser.parse_known_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tryleap-dependencies-") as folder:
        environment = Path(folder) / "environment"
        try:
            chosen = make(environment, options.which)
        except DistributionError as error:
            print(f"test-dependencies: {error}", file=sys.stderr)
            return 1
        print(", ".join(f"{name} {chosen[name]}" for name in sorted(chosen)), flush=True)
        modules = [path for each in FOLDERS for path in sorted((ROOT / each).glob("test_*.py"))]
        left_out = [str(path.relative_to(ROOT)) for path in modules if needs_generator(path)]
        command: list[str | Path] = [
            *(environments.python_of(environment), "-m", "pytest", "-p", "no:cacheprovider"),
            *("--numprocesses=auto", "-m", "not heavy", *FOLDERS, *others),
            *(f"--ignore={name}" for name in (*left_out, LAYOUT)),
        ]
        variables = {
            **environments.settings(),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CI": os.environ.get("CI", ""),
        }
        return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main())
