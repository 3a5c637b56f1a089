"""Our client."""

from __future__ import annotations

import asyncio
import io
import json
import time

from common import longest_stall, main, measured, peak

from tryleap import APIStatusError, AsyncLeap, Leap


def one(base_url: str) -> dict[str, float]:
    with Leap("key", base_url=base_url) as leap:
        get_model = leap.image_models.get_model
        return measured(lambda: get_model("1"), 1000)


def listed(base_url: str) -> dict[str, float]:
    with Leap("key", base_url=base_url) as leap:
        return measured(leap.image_models.list_all_models, 500)


def decode(text_file: str) -> dict[str, float]:
    """Return the ratio of decoding to json.loads alone, in the same process."""
    from tryleap.models import ListModelsV2Response

    with open(text_file) as file:  # noqa: PTH123
        text = file.read()
    ratios = []
    for _ in range(7):
        began = time.process_time()
        json.loads(text)
        alone = time.process_time() - began
        began = time.process_time()
        ListModelsV2Response.from_dict(json.loads(text))
        ratios.append((time.process_time() - began) / alone)
    return {"ratio": sorted(ratios)[3]}


def upload(base_url: str, *paths: str) -> dict[str, float]:
    with Leap("key", base_url=base_url) as leap:
        if len(paths) == 1:
            leap.image_models.train_model(image_sample_files=[b"x"])
            idle = peak()
            found = measured(lambda: leap.image_models.train_model(image_sample_files=list(paths)), 1)
            return {**found, "rise": found["peak"] - idle}
        return measured(lambda: leap.image_models.train_model(image_sample_files=list(paths)), 5)


class SlowFile(io.RawIOBase):
    """A file on a slow disk, where each read takes 50 ms."""

    def __init__(self, reads: int) -> None:
        self._left = reads

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if not self._left:
            return 0
        self._left -= 1
        time.sleep(0.05)
        size = min(len(buffer), 65536)
        buffer[:size] = bytes(size)
        return size


async def stall(base_url: str) -> dict[str, float]:
    """Return the longest time that the event loop is blocked while an upload reads from a slow disk."""
    async with AsyncLeap("key", base_url=base_url) as leap:
        await leap.image_models.get_model("1")
        await leap.image_models.train_model(image_sample_files=[b"x"])

        async def upload_slowly() -> None:
            await leap.image_models.train_model(image_sample_files=[SlowFile(20)])

        return await longest_stall(upload_slowly)


async def first_steps(base_url: str) -> None:
    """Create a client, list, train, and get an error, each for the first time."""
    async with AsyncLeap("key", base_url=base_url) as leap:
        await leap.image_models.list_all_models()
        await leap.image_models.train_model(image_sample_files=[b"x"])
        try:
            await leap.with_options(base_url=f"{base_url}/missing").image_models.get_model("1")
        except APIStatusError:
            return
        raise AssertionError("there was no error")


async def many(base_url: str) -> dict[str, float]:
    async with AsyncLeap("key", base_url=base_url) as leap:
        limiter = asyncio.Semaphore(100)

        async def call() -> None:
            async with limiter:
                await leap.image_models.get_model("1")

        await asyncio.gather(*(call() for _ in range(200)))
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(call() for _ in range(2000)))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu * 1e6 / 2000, "wall": wall * 1e6 / 2000, "peak": peak()}


async def wait(base_url: str) -> dict[str, float]:
    """Run a thousand waits at once, each of which polls several times until it times out."""
    from tryleap import WaitTimeoutError

    async with AsyncLeap("key", base_url=base_url) as leap:
        await leap.image_models.get_model("1")

        async def one_wait(number: int) -> None:
            try:
                await leap.image_models.wait_for_model(str(number), timeout=6, poll_interval=2)
            except WaitTimeoutError:
                return

        cpu = time.process_time()
        await asyncio.gather(*(one_wait(number) for number in range(1000)))
        cpu = time.process_time() - cpu
    polls = 4 * 1000
    return {"ms_a_poll": cpu * 1000 / polls, "peak": peak()}


main(
    {
        "first_steps": lambda base_url: asyncio.run(longest_stall(lambda: first_steps(base_url))),
        "one": one,
        "list": listed,
        "decode": decode,
        "upload": upload,
        "stall": lambda base_url: asyncio.run(stall(base_url)),
        "many": lambda base_url: asyncio.run(many(base_url)),
        "wait": lambda base_url: asyncio.run(wait(base_url)),
    }
)
