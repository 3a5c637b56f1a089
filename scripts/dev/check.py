"""Run the project's checks, and list at the end which failed.

No check changes a file. All checks of a level run even if one fails. The tests run last, so that their
summary is at the end of the output. The tools are those of the interpreter that runs this command, not those
in PATH.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from dataclasses import dataclass

from ..options import ROOT, command_parser

# The folders with Python code; files of templates/ that are copied are Python as well.
PYTHON = ("scripts", "templates", "tests", "generated")


@dataclass(frozen=True)
class Check:
    """A check: the command of its module, and the advice if it fails."""

    name: str
    command: tuple[str, ...]
    way_out: str


LINT = Check(
    "lint",
    ("ruff", "check", *PYTHON),
    "fix what it names; `.venv/bin/python -m ruff check --fix` does some of it",
)
FORMAT = Check(
    "format",
    ("ruff", "format", "--check", *PYTHON),
    "`.venv/bin/python -m ruff format scripts templates tests`, then `make generate`",
)
TYPES = Check("types", ("mypy",), "fix what it names; in generated/ the cause is in templates/")
DRIFT = Check("drift", ("scripts.generate", "--check"), "see above")
VERSION = Check("version", ("scripts.release.check_version",), "see above")
TESTS = Check(
    "tests",
    ("pytest", "--numprocesses=auto", "--dist=worksteal", "-m", "not heavy"),
    "`.venv/bin/python -m pytest PATH` runs some of them",
)
MUTATION = Check(
    "mutation of the code",
    ("scripts.dev.mutate_code",),
    "write a test that notices the change, or its reason into tests/unit/mutation/code_table.py",
)
HEAVY_TESTS = Check(
    "heavy tests",
    ("pytest", "--numprocesses=auto", "-m", "heavy"),
    "`.venv-check/bin/python -m pytest -m heavy` runs them",
)
SOAK = Check(
    "soak",
    (
        *("pytest", "--numprocesses=auto", "-m", "heavy", "--cases=20000"),
        "tests/integration/faults/test_random_responses.py",
    ),
    "the failure names a case, such as sync-104: its seed is its name",
)
CRASHES = Check(
    "crashes of trainings",
    (
        *("pytest", "--numprocesses=auto", "-m", "heavy", "--all-crashes"),
        "tests/integration/trainings",
    ),
    "the failure names the database, the mode and the point or moment",
)
SECOND_TYPES = Check(
    "second type checker",
    ("basedpyright", "--warnings", "--pythonpath", sys.executable),
    "fix what it names; in generated/ the cause is in templates/",
)
REHEARSAL = Check(
    "rehearsal",
    ("scripts.release.rehearse", "--tree"),
    "fix what it names; `.venv-check/bin/python -m scripts.release.rehearse --tree` runs it alone",
)
HTTPX2 = Check(
    "tests on httpx2",
    ("scripts.dev.test_httpx2",),
    "fix what differs between the two libraries, in templates/runtime or in the test",
)
WORKFLOWS = Check("workflows", ("scripts.dev.check_workflows",), "fix what it names in .github/")
QUICK = (LINT, FORMAT, TYPES, DRIFT, VERSION)

LEVELS = {
    "quick": QUICK,
    "test": (*QUICK, TESTS),
    "mutate": (MUTATION,),
    "soak": (SOAK, CRASHES),
    "heavy": (SECOND_TYPES, WORKFLOWS, REHEARSAL, HTTPX2, MUTATION, HEAVY_TESTS),
}


def run(check: Check) -> bool:
    """Run a check; return whether it passed."""
    print(f"== {check.name}: python -m {shlex.join(check.command)}", flush=True)
    command = [sys.executable, "-m", *check.command]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0  # noqa: S603 - commands of ours


def run_all(checks: tuple[Check, ...]) -> list[Check]:
    """Run some checks in order; return those that failed."""
    failed = []
    for check in checks:
        began = time.monotonic()
        passed = run(check)
        # To stderr, so that the summary of the tests is the last line of stdout.
        print(
            f"== {check.name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - began:.0f} s)",
            file=sys.stderr,
            flush=True,
        )
        if not passed:
            failed.append(check)
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("dev.check", __doc__)
    parser.add_argument(
        "level",
        choices=sorted(LEVELS),
        help="; ".join(f"{name}: {', '.join(c.name for c in checks)}" for name, checks in LEVELS.items()),
    )
    failed = run_all(LEVELS[parser.parse_args(arguments).level])
    for check in failed:
        print(f"check: {check.name} failed: {check.way_out}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
