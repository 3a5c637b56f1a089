"""Run cases alternately, each in its own process, and summarise their results."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from .peers import Peer

HERE = Path(__file__).parent
CASES = HERE / "cases"


@frozen
class Figure:
    """A median, with the minimum and the maximum."""

    median: float
    minimum: float
    maximum: float


def figure(values: list[float]) -> Figure:
    """Summarise some values."""
    return Figure(statistics.median(values), min(values), max(values))


@contextmanager
def canned_server() -> Iterator[str]:
    """Run the benchmark server in its own process; yields its base URL."""
    command = [sys.executable, str(HERE / "server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None  # noqa: S101 - for the type checker
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


@contextmanager
def on_one_cpu() -> Iterator[str]:
    """Run a server of its own, and all processes that are started meanwhile, on one CPU; yields its base URL.

    Where the operating system cannot do that, they run on all.
    """
    pin = getattr(os, "sched_setaffinity", None)
    allowed = os.sched_getaffinity(0) if pin else set()
    try:
        if pin:
            pin(0, {max(allowed)})
        with canned_server() as base_url:
            yield base_url
    finally:
        if pin:
            pin(0, allowed)


def case(peer: Peer, name: str, *arguments: str) -> dict[str, float]:
    """Run a case once.

    Args:
        peer: The environment.
        name: Its file and its name in that file, such as ``ours.one``.
        arguments: Its arguments.

    Returns:
        Its measurements by name.
    """
    file, _, which = name.partition(".")
    found: dict[str, float] = json.loads(_run(peer, [str(CASES / f"{file}.py"), which, *arguments]))
    return found


def process_cpu(peer: Peer, arguments: list[str]) -> float:
    """Return the CPU time of a Python process, user and system, in seconds."""
    return children_cpu(lambda: _run(peer, arguments))


def children_cpu(function: Callable[[], Any]) -> float:
    """Return the CPU time of the processes that a function runs, user and system, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    function()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def interleaved(runs: int, *samples: Callable[[], float]) -> list[list[float]]:
    """Take samples in turn (A B A B ...), so that changes of the machine's speed affect all equally.

    Args:
        runs: The number of samples of each, after one that is not counted.
        samples: Functions that each take one sample.

    Returns:
        The samples of each function.
    """
    values: list[list[float]] = [[] for _ in samples]
    for number in range(runs + 1):
        for sample, found in zip(samples, values, strict=True):
            value = sample()
            if number:
                found.append(value)
    return values


def ratios(ours: list[float], theirs: list[float]) -> Figure:
    """Return the ratios of paired samples."""
    return figure([mine / other for mine, other in zip(ours, theirs, strict=True)])


def _run(peer: Peer, arguments: list[str]) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LEAP_"))}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, (CASES, *peer.path)))
    environment["PYTHONDONTWRITEBYTECODE"] = ""
    command = [str(peer.python), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
