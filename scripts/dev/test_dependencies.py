"""Run the client's tests with the lowest or the newest versions of its dependencies.

They run on the working tree, in a temporary environment with the pinned test tools. The rehearsal tries the
built package with both; this command runs all tests, which takes minutes. Further arguments are passed to
pytest.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from ..options import ROOT, command_parser
from ..release import environments
from ..release.problems import DistributionError
from .check_parser import pins

FOLDERS = (
    "tests/unit/images",
    "tests/unit/runtime",
    *(f"tests/integration/{name}" for name in ("cli", "faults", "sharing", "simulator")),
    *(f"tests/integration/{name}" for name in ("trainings", "webhooks", "wire")),
)

# The packages that these tests need in addition to the client's dependencies.
TOOLS = (
    *("cryptography", "flask", "hypothesis", "jsonschema"),
    *("pytest", "pytest-xdist", "pyyaml", "trio", "trustme"),
)

# These tests compare the exact layout of tables, which differs between versions of rich.
LAYOUT = "tests/integration/cli/test_terminal.py"


def dependencies() -> list[str]:
    """Return the dependencies of the client and its extras in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        found += extra
    return found


def needs_generator(path: Path) -> bool:
    """Return whether a test module generates a client, which needs further packages."""
    return "scripts.generator" in path.read_text(encoding="utf-8")


def make(environment: Path, which: str) -> dict[str, str]:
    """Create an environment with the tools, and with the lowest or the newest dependencies.

    Args:
        environment: Its folder.
        which: LOWEST or NEWEST.

    Returns:
        The versions of the dependencies, by name.

    Raises:
        DistributionError: It could not be created, or the lowest versions are not the declared ones.
    """
    environments.make(environment)
    pinned = {pin.partition("==")[0]: pin for pin in pins(ROOT / "scripts" / "locks" / "dev.txt")}
    wanted = [Requirement(each) for each in dependencies()]
    environments.pip_install(
        environment,
        *("--resolution", environments.RESOLUTIONS[which]),
        *(*map(str, wanted), *(pinned[name] for name in TOOLS)),
        failure=f"the {which} dependencies could not be installed (see above)",
    )
    versions = environments.installed(environment)
    chosen = {each.name: versions[each.name] for each in wanted}
    if which == environments.LOWEST:
        environments.insist_on_declared(wanted, chosen)
    return chosen


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("dev.test_dependencies", __doc__)
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
        return subprocess.run(  # noqa: S603 - a command of ours
            command, cwd=ROOT, env=environments.test_settings(), check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
