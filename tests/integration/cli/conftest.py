"""The command line as people and scripts meet it: in this process, in one of its own, and on a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.paths import GENERATED
from tests.support.pictures import write_samples
from tryleap.cli import main
from tryleap.simulator import Simulator, running

KEY = "sk-nobody-may-see-this"
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Ended(NamedTuple):
    """How a command ended, and what it wrote; on a terminal both streams are one."""

    status: int
    out: str
    err: str = ""

    @property
    def data(self) -> Any:
        """The result, which must be one line of JSON."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    @property
    def objects(self) -> list[Any]:
        """The results, one line of JSON each."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> tuple[str, str]:
        """The two lines of an error: all that standard error holds, but for the id of what was started."""
        lines = [line for line in self.err.splitlines() if not line.startswith("Started ")]
        assert len(lines) == 2, self.err
        assert lines[0].startswith("error: ")
        assert lines[1].startswith("  ")
        return lines[0].removeprefix("error: "), lines[1].strip()

    @property
    def plain(self) -> str:
        """What a terminal was sent, without what steers it and without blanks at the ends of lines."""
        lines = CONTROL.sub("", self.out).replace("\r", "").split("\n")
        return "\n".join(line.rstrip() for line in lines)


Run = Callable[..., Ended]


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A simulator that the environment points to, in which a training takes no time."""
    with running(training_seconds=0, seed=1) as server:
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        monkeypatch.setenv("LEAP_API_KEY", KEY)
        yield server


@pytest.fixture
def slow_simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The same, but no training ends unless the clock is moved."""
    with running(training_seconds=10_000, seed=1) as server:
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        monkeypatch.setenv("LEAP_API_KEY", KEY)
        yield server


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `photos` in the working folder, with three pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    write_samples(folder, "me-0.jpg", "me-1.jpg", "me-2.jpg")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def tryleap(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process, with its output captured, as in a pipe."""

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        return Ended(status, *capsys.readouterr())

    return run


def environment() -> dict[str, str]:
    """What a process of its own needs to find the package."""
    own = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**own, "PYTHONPATH": str(GENERATED), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def piped() -> Run:
    """Runs the command line in a process of its own, in a pipe."""

    def run(*arguments: str, code: str | None = None) -> Ended:
        how = ["-m", "tryleap"] if code is None else ["-c", code]
        done = subprocess.run(
            [sys.executable, *how, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**environment(), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def terminal() -> Run:
    """Runs the command line on a terminal of 110 columns, or of as many as are given.

    `answers` are sent one after the other, each when its text has been seen; one that is a function is called
    with the process.
    """

    def run(
        *arguments: str, responses: tuple[tuple[str, Any], ...] = (), columns: int = 110, **extra: str
    ) -> Ended:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-m", "tryleap", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment(), "PYTHONUTF8": "1", "TERM": "xterm-256color", **extra},
            # The terminal steers the process, so that Ctrl-C reaches it.
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)),  # noqa: PLW1509
        )
        os.close(theirs)
        seen = bytearray()
        left = list(responses)
        while chunk := _read(ours):
            seen += chunk
            if left and left[0][0] in seen.decode("utf-8", "replace"):
                _, response = left.pop(0)
                response(process) if callable(response) else os.write(ours, response.encode())
        os.close(ours)
        assert not left, f"never seen: {left[0][0]}"
        return Ended(process.wait(), seen.decode("utf-8"))

    return run


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the other side has gone
        return b""
