"""One client serves many threads, or many tasks, at a time: each gets its own answer."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from types import SimpleNamespace

import anyio
import pytest
from packaging.version import Version

from tests.support.counting import Holdings
from tests.support.fault_server import FaultServer
from tests.support.modes import MODES, Mode
from tryleap import AsyncLeap, Leap
from tryleap._runtime.transport import limiter

from .conftest import TOKEN

TASKS = pytest.mark.parametrize("mode", MODES[1:], indirect=True)


def test_a_client_is_shared_by_threads(echoing: FaultServer) -> None:
    """Sixteen threads make 25 calls each at once; no response goes to the wrong one, and none is lost."""
    barrier = threading.Barrier(16)

    def work(thread: int) -> list[str]:
        barrier.wait(10)
        return [leap.image_models.get_model(f"{thread}-{call}").id for call in range(25)]

    with Leap(TOKEN, base_url=echoing.url) as leap:
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(work, range(16)))

        assert found == [[f"{thread}-{call}" for call in range(25)] for thread in range(16)]
        assert len(echoing.record.arrivals) == 16 * 25
        assert echoing.open_connections <= 16
    Mode("sync").run(lambda: _all_closed(Mode("sync"), echoing))


@TASKS
def test_a_client_is_shared_by_tasks(mode: Mode, echoing: FaultServer) -> None:
    """Three hundred tasks call at once; no response goes to the wrong one, and nothing is left behind."""
    found: dict[int, str] = {}

    async def work() -> None:
        async with AsyncLeap(TOKEN, base_url=echoing.url) as leap:

            async def get(number: int) -> None:
                found[number] = (await leap.image_models.get_model(f"{number}")).id

            async with anyio.create_task_group() as tasks:
                for number in range(300):
                    tasks.start_soon(get, number)
            assert echoing.open_connections <= 100
        await _all_closed(mode, echoing)

    before = Holdings()
    mode.run(work)

    assert found == {number: f"{number}" for number in range(300)}
    assert before.left_over() == []


@TASKS
def test_a_crowd_leaves_one_connection(
    mode: Mode, echoing: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls at once have a connection each; later calls keep one, and close those that grew too old."""
    clock = SimpleNamespace(monotonic=time.monotonic)
    monkeypatch.setattr(limiter, "time", clock)

    async def work() -> None:
        async with AsyncLeap(TOKEN, base_url=echoing.url) as leap:
            get_model = leap.image_models.get_model
            await _crowd(leap, 20)
            opened = echoing.record.connections
            assert opened > 1
            await get_model("soon")
            assert echoing.open_connections == opened, "nothing is too old yet"
            clock.monotonic = lambda: time.monotonic() + 6.0
            await get_model("late")
            assert await mode.until(lambda: echoing.open_connections == 1)
            await get_model("later")
            assert echoing.record.connections == opened, "the one that is left is used again"
            await _crowd(leap, 20)
        await _all_closed(mode, echoing)

    before = Holdings()
    mode.run(work)
    assert before.left_over() == []


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_a_client_meets_several_event_loops(echoing: FaultServer) -> None:
    """No call is tried on a connection of an event loop that has ended, and closing the client is easy."""
    leap = AsyncLeap(TOKEN, base_url=echoing.url, max_retries=0)
    for number, backend in enumerate(["asyncio", "asyncio", "trio", "asyncio"]):
        model = Mode(backend).run(lambda number=number: leap.image_models.get_model(f"{number}"))
        assert model.id == f"{number}"
    Mode("asyncio").run(leap.close)

    assert echoing.record.connections == 4
    sync = Mode("sync")
    assert sync.run(lambda: sync.until(lambda: gc.collect() >= 0 and echoing.open_connections == 0))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_client_that_nobody_closed_is_collected(echoing: FaultServer) -> None:
    """With it go its connections."""

    async def forgotten() -> None:
        leap = AsyncLeap(TOKEN, base_url=echoing.url)
        await _crowd(leap, 5)
        del leap
        assert await Mode("asyncio").until(lambda: gc.collect() >= 0 and echoing.open_connections == 0)

    Mode("asyncio").run(forgotten)


@pytest.mark.skipif(
    Version(version("anyio")) < Version("4.16"),
    reason="before 4.16, anyio leaves it to the garbage collector to close a connection if its task is"
    " cancelled just when it is established",
)
@pytest.mark.parametrize("seed", range(5))
def test_half_a_crowd_is_cancelled(seed: int, echoing: FaultServer) -> None:
    """Tasks of asyncio that are cancelled at any moment take no place with them, and no connection."""
    rng = random.Random(seed)

    async def work() -> None:
        async with AsyncLeap(TOKEN, base_url=echoing.url, timeout=5, max_retries=0) as leap:
            for _ in range(3):
                calls = [asyncio.create_task(leap.image_models.get_model("a")) for _ in range(150)]
                await asyncio.sleep(rng.random() * 0.1)
                for call in calls[::2]:
                    call.cancel()
                ended = await asyncio.gather(*calls, return_exceptions=True)
                failed = [each for each in ended if isinstance(each, Exception)]
                assert not failed, "nobody waits for a place that a cancelled call keeps"
        await _all_closed(Mode("asyncio"), echoing)

    before = Holdings()
    Mode("asyncio").run(work)
    assert before.left_over() == []


async def _crowd(leap: AsyncLeap, size: int) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(size):
            tasks.start_soon(leap.image_models.get_model, f"{number}")


async def _all_closed(mode: Mode, server: FaultServer) -> None:
    assert await mode.until(lambda: server.open_connections == 0)
