"""Run many trainings with a journal in SQLite."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import httpx
from common import main, peak

from tryleap import AsyncLeap, Leap, WaitTimeoutError
from tryleap.trainings import AsyncTrainings, Trainings


def run(base_url: str, count: str, *paths: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        leap = Leap("key", base_url=f"{base_url}/journal/{Path(folder).name}")
        with leap, Trainings(leap, Path(folder) / "trainings.db") as trainings:
            trainings.run([{"key": "warm-up", "image_sample_files": paths}], poll_interval=0.1)
            rows = [{"key": f"k{n}", "name": f"N{n}", "image_sample_files": paths} for n in range(int(count))]
            idle, cpu, wall = peak(), time.process_time(), time.perf_counter()
            trained = trainings.run(rows, poll_interval=0.1)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if {each.state for each in trained} != {"finished"}:
            raise RuntimeError("not all trainings have finished")
    return {"cpu": cpu, "wall": wall, "rise": peak() - idle}


async def wait(base_url: str) -> dict[str, float]:
    """Run a thousand waits at once, each polling three times: after 0 s, 4 s and 10 s, its end."""
    requests: list[httpx.Request] = []

    async def count(request: httpx.Request) -> None:
        requests.append(request)

    with tempfile.TemporaryDirectory() as folder:
        address = f"{base_url}/journal/{Path(folder).name}-waiting"
        async with (
            httpx.AsyncClient(event_hooks={"request": [count]}) as client,
            AsyncLeap("key", base_url=address, http_client=client) as leap,
            AsyncTrainings(leap, Path(folder) / "trainings.db") as trainings,
        ):
            keys = [f"k{number}" for number in range(1000)]
            for key in keys:
                await trainings.start(key, image_sample_files=[b"\x89PNG\r\n\x1a\n"])
            requests.clear()

            async def one(key: str) -> None:
                try:
                    await trainings.wait(key, timeout=10, poll_interval=4)
                except WaitTimeoutError:
                    return
                raise RuntimeError("a training has finished")

            await asyncio.gather(*map(one, keys))
    return {"requests_a_poll": len(requests) / 3}


main({"run": run, "wait": lambda base_url: asyncio.run(wait(base_url))})
