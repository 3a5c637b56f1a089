"""Run the client's tests on every supported Python that this machine has.

uv finds the interpreters: in PATH, its own, and those of pyenv. Each gets a temporary environment from
scripts/locks/dev.txt. A missing supported version is listed, but is not a failure. Further arguments are
passed to pytest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from ..options import ROOT, command_parser
from ..release import environments
from ..release.problems import DistributionError
from .test_dependencies import FOLDERS

LOCK = ROOT / "scripts" / "locks" / "dev.txt"
README = ROOT / "README.md"
BEGIN, END = "<!-- tested by make test-pythons -->", "<!-- end of tested -->"


@frozen
class Interpreter:
    """A Python of this machine.

    Args:
        version: Its full version, such as 3.12.1.
        path: Its path.
    """

    version: str
    path: str

    @property
    def minor(self) -> tuple[int, int]:
        """The major and minor version, such as (3, 12)."""
        major, minor = re.findall(r"\d+", self.version)[:2]
        return int(major), int(minor)


def supported() -> list[tuple[int, int]]:
    """Return the versions of Python that pyproject.toml declares, oldest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = (re.fullmatch(r".* :: Python :: (\d+)\.(\d+)", each) for each in project["classifiers"])
    return [(int(each[1]), int(each[2])) for each in named if each]


def found() -> list[Interpreter]:
    """Return the CPython interpreters of this machine.

    Raises:
        DistributionError: uv failed.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    # Only the active version of pyenv is in PATH.
    folders = [os.environ.get("PATH", os.defpath), *map(str, sorted(pyenv.glob("versions/3.*/bin")))]
    listed = environments.uv(
        *("python", "list", "--only-installed", "--offline", "--output-format", "json"),
        failure="uv could not list the interpreters (see above)",
        variables={"PATH": os.pathsep.join(folders)},
    )
    return [
        Interpreter(each["version"], each["path"])
        for each in json.loads(listed)
        if each["implementation"] == "cpython" and "/shims/" not in each["path"]
    ]


def choose(candidates: Iterable[Interpreter], wanted: Iterable[tuple[int, int]]) -> list[Interpreter]:
    """Return the newest interpreter of each wanted version, in their order.

    Args:
        candidates: The interpreters of the machine.
        wanted: The versions, such as (3, 12).
    """
    newest: dict[tuple[int, int], Interpreter] = {}
    for each in candidates:
        known = newest.get(each.minor)
        if known is None or _numbers(each) > _numbers(known):
            newest[each.minor] = each
    return [newest[each] for each in wanted if each in newest]


def _numbers(interpreter: Interpreter) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", interpreter.version)]


def run_tests(interpreter: Interpreter, arguments: list[str]) -> bool:
    """Run the client's tests in a new environment; return whether they passed.

    Args:
        interpreter: The Python to run them with.
        arguments: Further arguments for pytest.

    Raises:
        DistributionError: The environment could not be created.
    """
    with tempfile.TemporaryDirectory(prefix="tryleap-python-") as scratch:
        environment = Path(scratch) / "environment"
        environments.make(environment, interpreter.path)
        python = environments.python_of(environment)
        environments.pip_install(
            environment,
            *("--require-hashes", "--no-deps", "-r", LOCK),
            failure=f"{LOCK.name} could not be installed on Python {interpreter.version} (see above)",
        )
        command = [
            *(str(python), "-m", "pytest", "-p", "no:cacheprovider", "-m", "not heavy"),
            *("--numprocesses=auto", "--dist=worksteal", *FOLDERS, *arguments),
        ]
        done = subprocess.run(command, cwd=ROOT, env=environments.test_settings(), check=False)  # noqa: S603 - ours
        return done.returncode == 0


def write(versions: list[str], readme: Path) -> None:
    """Write the tested versions of Python into README.md.

    Args:
        versions: The versions on which all tests passed.
        readme: The file.

    Raises:
        DistributionError: The file has no marked place for them.
    """
    listed = " and ".join(filter(None, (", ".join(versions[:-1]), versions[-1])))
    text = f"{BEGIN}CPython {listed} on {platform.system()} ({platform.machine()}){END}"
    before = readme.read_text(encoding="utf-8")
    after, count = re.subn(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: text, before)
    if count != 1:
        raise DistributionError(f"{readme.name} has {count} places between {BEGIN} and {END}, not one")
    readme.write_text(after, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status: 0 if all tests passed on all interpreters that were run."""
    options, further = _options().parse_known_args(arguments)
    wanted = supported()
    passed: list[str] = []
    failed: list[str] = []
    try:
        chosen = choose(found(), wanted)
        here = {each.minor for each in chosen}
        missing = [f"{major}.{minor}" for major, minor in wanted if (major, minor) not in here]
        if options.others:
            chosen = [each for each in chosen if each.minor != sys.version_info[:2]]
        for each in chosen:
            print(f"== the client on Python {each.version}: {each.path}", flush=True)
            began = time.monotonic()
            (passed if run_tests(each, further) else failed).append(each.version)
            print(f"== the client on Python {each.version}: {time.monotonic() - began:.0f} s", flush=True)
        if options.write and passed and not failed:
            write(passed, README)
    except DistributionError as error:
        print(f"test-pythons: {error}", file=sys.stderr)
        return 1
    if missing:
        print(f"test-pythons: not on this machine: Python {', '.join(missing)}")
    print(f"test-pythons: passed on {', '.join(passed) or 'none'}; failed on {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def _options() -> argparse.ArgumentParser:
    parser = command_parser("dev.test_pythons", __doc__)
    parser.add_argument(
        "--others", action="store_true", help="leave out the version of Python that runs this command"
    )
    parser.add_argument(
        "--write", action="store_true", help="if all tests pass, write the versions into README.md"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
