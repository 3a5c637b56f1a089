"""Warm up, run a case, and print its cost as JSON. This module imports nothing that is measured."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

WARM_UP = 100


def measured(function: Callable[[], object], times: int) -> dict[str, float]:
    """Measure the cost of one run of a function.

    Args:
        function: The function to measure.
        times: How often it runs, after a warm-up.

    Returns:
        Microseconds of CPU and wall time for one run, and the process's peak memory in KiB.
    """
    for _ in range(min(WARM_UP, times)):
        function()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        function()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu / times * 1e6, "wall": wall / times * 1e6, "peak": peak()}


async def longest_stall(steps: Callable[[], Coroutine[Any, Any, None]]) -> dict[str, float]:
    """Return the longest time that the event loop is blocked while a task runs, in milliseconds."""
    longest, last = 0.0, time.perf_counter()
    task = asyncio.ensure_future(steps())
    while not task.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    await task
    return {"ms": longest * 1000}


def peak() -> float:
    """Return the peak memory of this process in KiB."""
    if sys.platform == "linux":
        # getrusage may return the peak of the parent process.
        with open("/proc/self/status") as status:  # noqa: PTH123 - nothing is imported that is measured
            return float(next(line.split()[1] for line in status if line.startswith("VmHWM:")))
    scale = 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


def main(cases: dict[str, Callable[..., dict[str, float]]]) -> None:
    """Run the case that the command line names, with the remaining arguments."""
    name, *arguments = sys.argv[1:]
    print(json.dumps(cases[name](*arguments)))
