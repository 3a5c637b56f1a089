"""The commands of CONTRIBUTING.md, as they are pasted into a shell, and a checkout to paste them into."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from attrs import frozen

from scripts.dev import setup
from scripts.release import environments
from tests.support.paths import ROOT
from tests.support.repository import Repository

# A line that reaches something outside, or costs something, says so and why.
OUTSIDE = re.compile(r" +# not run by the tests: \S.*$")

# The number of a release that the page has for any.
EXAMPLE = "0.2.0"

# What runs these tests, and so would run them in themselves.
RUNS_THIS = ("make test", "make check-all")


@frozen
class Line:
    """One command of a block for the shell.

    Args:
        heading: the heading above.
        command: the command, without its comment.
        runs: whether a test can run it.
    """

    heading: str
    command: str
    runs: bool


def lines() -> list[Line]:
    """All commands of CONTRIBUTING.md, in their order."""
    found, heading, inside = [], "", False
    for line in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = line == "```sh"
        elif inside:
            command = OUTSIDE.sub("", line)
            found.append(Line(heading, command, command == line and command not in RUNS_THIS))
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def paste(
    repository: Repository, heading: str, number: str = EXAMPLE
) -> list[subprocess.CompletedProcess[str]]:
    """Run the commands below a heading, one after the other, up to the first that fails."""
    ends = []
    for line in lines():
        if line.heading == heading and line.runs:
            ends.append(shell(repository, line.command.replace(EXAMPLE, number)))
            if ends[-1].returncode:
                break
    return ends


def shell(repository: Repository, command: str) -> subprocess.CompletedProcess[str]:
    """Run one command as a person does who works in a checkout."""
    unwanted = {"PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=repository.root,
        env={**environment, "PYTHON": sys.executable, "GIT_PAGER": "cat"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    print(f"$ {command}\n{done.stdout}{done.stderr}")  # shown where a test fails
    return done


def lend_environments(repository: Repository) -> None:
    """Give a checkout the environment that runs these tests, in place of two of its own.

    Each is the wrapper of an interpreter, and bears the stamp of an environment that is up to date. What mypy
    knows of the libraries is lent too, because finding that out takes longest of all.
    """
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(
            ROOT / ".mypy_cache", repository.root / ".mypy_cache", ignore=shutil.ignore_patterns("compat")
        )
    for name, folder in setup.ENVIRONMENTS.items():
        if name not in {"dev", "check-all"}:
            continue  # what is made by their commands needs others
        lock = repository.root / "scripts" / "locks" / f"{name}.txt"
        environment = repository.root / folder
        python = environment / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
        (environment / setup.STAMP).write_text(setup.expected_stamp(lock, environment), encoding="utf-8")


def installed(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a fresh environment; returns its interpreter."""
    environments.make(folder)
    python = environments.python_of(folder)
    environments.uv("pip", "install", "--quiet", "--python", python, wheel, failure="see above")
    return python
