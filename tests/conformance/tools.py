"""Installs and runs the outside tools, each in a folder of its own under build/conformance.

None of them is installed before a test asks for it, nor again while the file that pins it is the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.dev.setup import base_interpreter, only_one
from tests.support.paths import ROOT
from tests.support.subprocesses import run

HERE = Path(__file__).resolve().parent
DOCUMENT = ROOT / "openapi.yaml"
KEPT = ROOT / "build" / "conformance"

# How long (seconds) a server may take to say that it listens.
START_LIMIT = 60.0

LISTENS = re.compile(r"(?:Ready to accept requests|Prism is listening) on (http://\S+)")


def kept(name: str, pins: Path, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made by `make` unless it is there, finished, and of the same pins."""
    folder, stamp = KEPT / name, KEPT / name / "stamp"
    expected = f"{hashlib.sha256(pins.read_bytes()).hexdigest()}\n{sys.version}\n{folder}\n"
    KEPT.mkdir(parents=True, exist_ok=True)
    with only_one(KEPT / f"{name}.lock"):
        if not stamp.exists() or stamp.read_text() != expected:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            stamp.write_text(expected)
    return folder


def succeeded(*command: str, cwd: Path = ROOT, given: str = "") -> str:
    """Run a command that must succeed; returns what it printed."""
    result = run(command, cwd, given=given)
    assert result.returncode == 0, f"{command[0]} failed:\n{result.stdout}\n{result.stderr}"
    return result.stdout


def python_of(name: str) -> str:
    """The interpreter of an environment with what `locks/NAME.txt` pins."""
    lock = HERE / "locks" / f"{name}.txt"

    def make(folder: Path) -> None:
        succeeded(base_interpreter(), "-m", "venv", str(folder))
        install = ("install", "-qq", "--no-input", "--disable-pip-version-check", "--require-hashes")
        succeeded(str(folder / "bin" / "python"), "-m", "pip", *install, "--no-deps", "-r", str(lock))

    return str(kept(name, lock, make) / "bin" / "python")


def node_program(name: str) -> str:
    """A program of what package.json pins; without Node, the test is skipped with a line that says so."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip(f"Node.js is not on this machine, so {name} did not run: install Node.js 20 or later")
    pins = HERE / "package.json"

    def make(folder: Path) -> None:
        shutil.copy(pins, folder)
        # No script of theirs runs at installation: one of them would report home.
        succeeded(
            npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", cwd=folder
        )

    return str(kept("node", pins, make) / "node_modules" / ".bin" / name)


def free_port() -> str:
    """A port that was free a moment ago, for a server that does not say which one the system gave it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def listening(*command: str) -> Iterator[str]:
    """Run a server for the length of a `with` block; gives the base URL that it prints."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "until_closed.py"), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NO_COLOR": "1", "FORCE_COLOR": "0"},
        )
        try:
            yield _base_url(process, output.fileno())
        finally:
            process.communicate()


def _base_url(process: subprocess.Popen[bytes], output: int) -> str:
    until = time.monotonic() + START_LIMIT
    while True:
        said = os.pread(output, 1_000_000, 0).decode(errors="replace")
        if found := LISTENS.search(said):
            return found.group(1)
        assert process.poll() is None, f"the server ended instead of listening:\n{said}"
        assert time.monotonic() < until, f"the server does not listen after {START_LIMIT:.0f} s:\n{said}"
        time.sleep(0.05)  # until the next look: nothing but its output says when it listens
