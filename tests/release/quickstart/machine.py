"""A new user's machine: the wheel, an environment with it, an empty folder, and pages to paste from."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from scripts.dev.setup import UNWANTED, base_interpreter
from tests.integration.docs.pages import BLOCK
from tests.support.paths import ROOT
from tests.support.pictures import write_samples

PAGES = (ROOT / "README.md", ROOT / "generated" / "README.md")

# How long (seconds) one command may take.
LIMIT = 120.0


class Block(NamedTuple):
    """One block of code: the page, its number there, its language and its code."""

    page: Path
    number: int
    language: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)} {self.number}"


def pasted() -> list[Block]:
    """All blocks of the pages, in their order."""
    return [
        Block(page, number, found["language"], found["code"])
        for page in PAGES
        for number, found in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")))
    ]


def kind_of(block: Block) -> str:
    """What a new user does with a block."""
    if block.language == "python":
        return "run"
    assert block.language == "sh", f"{block.name}: nobody runs blocks of {block.language or 'no language'}"
    firsts = {line.split()[0] for line in block.code.splitlines()}
    if firsts == {"make"}:
        return "checkout"
    return "install" if firsts == {"pip"} else "run"


def commands_of(block: Block) -> tuple[list[str], list[str]]:
    """The lines of a block for the shell, or none for Python: those that install, and those that are run."""
    lines = block.code.splitlines() if block.language == "sh" else []
    installing = [line for line in lines if line.startswith("pip install ")]
    return installing, [line for line in lines if line not in installing]


def clean(**more: str) -> dict[str, str]:
    """The variables of a shell that knows nothing of this project."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LEAP_", "PYTHON", "VIRTUAL_ENV", "_TRYLEAP", "COV_", "PYTEST"))
        and name not in UNWANTED
    }
    return {**kept, "NO_COLOR": "1", "COLUMNS": "100", **more}


def run(command: list[str] | str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command, or a line of the shell, and return whatever comes of it."""
    return subprocess.run(
        command if isinstance(command, list) else ["sh", "-c", command],
        cwd=cwd,
        env=clean(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )


def succeeded(command: list[str] | str, cwd: Path, **variables: str) -> str:
    """Run what must succeed; returns what it printed."""
    done = run(command, cwd, **variables)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build the wheel as an index would get it."""
    succeeded([*_pip(), "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], folder)
    (wheel,) = folder.glob("tryleap-*.whl")
    return wheel


def make_environment(folder: Path, *requirements: str) -> None:
    """Make an empty environment and install into it what pip takes for the requirements."""
    command = [base_interpreter(), "-m", "venv", "--without-pip", str(folder)]
    succeeded(command, folder.parent)
    succeeded(
        [*_pip(), "--python", str(folder / "bin" / "python"), "install", "--quiet", *requirements],
        folder.parent,
    )


def _pip() -> list[str]:
    return [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check"]


class Machine:
    """An environment in use.

    Args:
        environment: where it is.
        folder: an empty one, to work in.
    """

    def __init__(self, environment: Path, folder: Path) -> None:
        self.environment, self.folder = environment, folder
        self.variables: dict[str, str] = {}

    def _all(self) -> dict[str, str]:
        # As an activated environment has it.
        path = os.pathsep.join([str(self.environment / "bin"), os.environ["PATH"]])
        return {"PATH": path, **self.variables}

    def run(self, command: list[str] | str) -> subprocess.CompletedProcess[str]:
        """Type a command."""
        return run(command, self.folder, **self._all())

    def succeeded(self, command: list[str] | str) -> str:
        """Type a command that must succeed; returns what it printed."""
        return succeeded(command, self.folder, **self._all())

    def pictures(self) -> None:
        """Have two pictures at hand, as the examples do."""
        write_samples(self.folder, "me-1.jpg", "me-2.jpg")

    @contextmanager
    def serving(self, line: str) -> Iterator[list[str]]:
        """Type a line that starts a server, use what it printed, and end it by Ctrl-C."""
        process = subprocess.Popen(
            shlex.split(line),
            cwd=self.folder,
            env=clean(**self._all(), PYTHONUNBUFFERED="1"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said: list[str] = []
        try:
            assert process.stdout is not None
            for printed in process.stdout:  # ends with the process
                said.append(printed.rstrip("\n"))
                if "Ctrl-C" in printed or printed.startswith("{"):
                    break
            else:
                raise AssertionError(f"{line}: {said} {process.communicate()[1]}")
            yield said
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=LIMIT)
            assert (process.returncode, complaints) == (0, "")
        finally:
            process.kill()
            process.communicate()

    @contextmanager
    def simulator(self) -> Iterator[str]:
        """Have a simulator without delays at hand, with its address and a key in the variables."""
        with self.serving("tryleap simulate --training-seconds 0 --json") as said:
            address = json.loads(said[0])["base_url"]
            yield address
