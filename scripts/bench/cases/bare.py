"""Plain httpx, as an application without a client library would use it."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
from common import longest_stall, main, measured, peak

HEADERS = {"Authorization": "Bearer key", "Accept": "application/json"}
NEW = "/api/v2/images/models/new"


def get(base_url: str, path: str, times: int) -> dict[str, float]:
    with httpx.Client(base_url=base_url, headers=HEADERS) as client:
        return measured(lambda: client.get(path).json(), times)


def parse(base_url: str) -> dict[str, float]:
    """Decode the list with json."""
    with httpx.Client(base_url=base_url, headers=HEADERS) as client:
        return measured(lambda: json.loads(client.get("/api/v2/images/models").content), 500)


def upload(base_url: str, *paths: str) -> dict[str, float]:
    with httpx.Client(base_url=base_url, headers=HEADERS, timeout=120) as client:

        def run() -> object:
            with ExitStack() as stack:
                files = [("imageSampleFiles", stack.enter_context(open(path, "rb"))) for path in paths]  # noqa: PTH123
                return client.post(NEW, files=files).json()

        return measured(run, 5 if len(paths) > 1 else 1)


def train_many(base_url: str, count: str, *paths: str) -> dict[str, float]:
    """Uploads from four threads, as `Trainings.run` makes them."""
    with httpx.Client(base_url=base_url, headers=HEADERS, timeout=120) as client:

        def one(number: int) -> object:
            with ExitStack() as stack:
                files = [("imageSampleFiles", stack.enter_context(open(path, "rb"))) for path in paths]  # noqa: PTH123
                return client.post(NEW, data={"name": f"N{number}"}, files=files).json()

        one(0)
        cpu = time.process_time()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, range(int(count))))
        return {"cpu": time.process_time() - cpu}


async def many(base_url: str) -> dict[str, float]:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS, limits=limits) as client:
        limiter = asyncio.Semaphore(100)

        async def one() -> None:
            async with limiter:
                (await client.get("/api/v2/images/models/1")).json()

        await asyncio.gather(*(one() for _ in range(200)))
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(one() for _ in range(2000)))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu * 1e6 / 2000, "wall": wall * 1e6 / 2000, "peak": peak()}


async def first_steps(base_url: str) -> None:
    """Create a client, list, train, and get an error, each for the first time."""
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS) as client:
        (await client.get("/api/v2/images/models")).json()
        (await client.post(NEW, files=[("imageSampleFiles", b"x")])).json()
        (await client.get("/missing")).status_code  # noqa: B018


main(
    {
        "first_steps": lambda base_url: asyncio.run(longest_stall(lambda: first_steps(base_url))),
        "one": lambda base_url: get(base_url, "/api/v2/images/models/1", 1000),
        "list": parse,
        "upload": upload,
        "train_many": train_many,
        "many": lambda base_url: asyncio.run(many(base_url)),
    }
)
