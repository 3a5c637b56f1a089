"""Many waits on one client cost little; a call that is cancelled ends at once and leaves nothing."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tests.integration.faults.wire import BIG, MODEL, healthy, responses, stall_upload
from tests.support.clocks import ManualClock
from tests.support.counting import Holdings
from tests.support.fault_server import Behaviour, FaultServer, Peer, response, sends
from tests.support.modes import MODES, Mode
from tryleap import APITimeoutError, AsyncLeap
from tryleap._runtime.transport import limiter

from .conftest import TOKEN

BACKENDS = pytest.mark.parametrize("mode", MODES[1:], indirect=True)


def held_clock() -> tuple[ManualClock, anyio.Event]:
    """A clock whose pauses last until the event is set."""
    released = anyio.Event()
    return ManualClock(lambda seconds: released.wait()), released


@BACKENDS
def test_a_thousand_waits_are_cheap(mode: Mode) -> None:
    """They share a hundred connections at most, take no thread, and all end when the trainings do."""
    finished = threading.Event()
    before = Holdings()

    def trains(peer: Peer) -> None:
        arrival = peer.read_request()
        status = "finished" if finished.is_set() else "processing"
        body = {**MODEL, "id": arrival.path.rsplit("/", 1)[1], "status": status}
        peer.send(response(json.dumps(body).encode()))

    async def work() -> None:
        ended = []
        clock, released = held_clock()
        async with AsyncLeap(TOKEN, base_url=server.url) as leap:
            leap._engine.clock = clock

            async def wait(number: int) -> None:
                ended.append((await leap.image_models.wait_for_model(f"{number}", timeout=1e6)).id)

            async with anyio.create_task_group() as tasks:
                for number in range(1000):
                    tasks.start_soon(wait, number)
                assert await mode.until(lambda: len(clock.pauses) == 1000, 80)
                assert ended == []
                assert server.open_connections <= 100
                more = Holdings().threads - before.threads
                assert [each.name for each in more if "fault server" not in each.name] == []
                finished.set()
                released.set()
        assert sorted(ended, key=int) == [f"{number}" for number in range(1000)]
        assert len(server.record.arrivals) == 2000

    with FaultServer(trains) as server:
        mode.run(work)
    assert before.left_over() == []


def _train(models: Any, image: Path) -> Any:
    return models.train_model(image_sample_files=[image])


def _get(models: Any, image: Path) -> Any:
    return models.get_model("m1")


STALLED = sends(b"", "stall")
CASES: dict[str, tuple[Behaviour, Callable[[Any, Path], Any]]] = {
    "before-answer": (STALLED, _get),
    "in-answer": (sends(response(b'{"id": "', length="1000"), "stall"), _get),
    "in-upload": (stall_upload, _train),
    "after-upload": (STALLED, _train),
    "in-pause-before-retry": (responses(503, acts=True), _get),
    "in-pause-of-wait": (healthy, lambda models, image: models.wait_for_model("m1")),
}


@BACKENDS
@pytest.mark.parametrize("case", CASES)
def test_a_cancelled_call_ends_at_once(mode: Mode, case: str, tmp_path: Path) -> None:
    """Wherever it is cancelled: no connection, task, thread or file stays open, and the client works on."""
    behaviour, begin = CASES[case]
    image = tmp_path / "me.png"
    image.write_bytes(b"\x89PNG\r\n\x1a\n".ljust(BIG if case == "in-upload" else 1000, b"\0"))
    before = Holdings()
    with FaultServer(behaviour) as server:
        mode.run(lambda: _cancel(mode, server, lambda leap: begin(leap.image_models, image), "pause" in case))
    Mode("sync").run(lambda: Mode("sync").until(lambda: not before.left_over(), 2.0))

    assert before.left_over() == []


async def _cancel(mode: Mode, server: FaultServer, begin: Callable[[AsyncLeap], Any], in_pause: bool) -> None:
    tasks, clock = mode.tasks(), held_clock()[0]
    outcome: list[BaseException] = []

    async def run() -> None:
        try:
            await begin(leap)
        except BaseException as problem:
            outcome.append(problem)
            raise

    async with AsyncLeap(TOKEN, base_url=server.url) as leap:
        leap._engine.clock = clock
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            if in_pause:
                assert await mode.until(lambda: clock.pauses)
            else:
                assert await mode.until(lambda: any(each.head for each in server.record.arrivals))
            begun = time.monotonic()
            group.cancel_scope.cancel()
        assert time.monotonic() - begun < 2
        assert [type(each) for each in outcome] == [anyio.get_cancelled_exc_class()]
        assert await mode.until(lambda: mode.tasks() <= tasks)

        server.recover(healthy)
        assert in_pause or await mode.until(lambda: server.open_connections == 0)
        leap._engine.clock = ManualClock(running=True)
        assert (await leap.image_models.get_model("m1")).id == "m1"
    assert await mode.until(lambda: server.open_connections == 0)


@pytest.mark.parametrize("times", [1, 2])
def test_no_connection_stays_busy_after_a_cancelled_task(times: int) -> None:
    """At whichever step asyncio cancels a task, the next call of the client gets a connection."""
    stuck: list[int] = []

    async def work(steps: int) -> None:
        async with AsyncLeap(TOKEN, base_url=server.url, timeout=httpx.Timeout(5, pool=0.1)) as leap:
            await leap.image_models.get_model("m1")
            task = asyncio.ensure_future(leap.image_models.get_model("m1"))
            for _ in range(steps):
                await asyncio.sleep(0)
            for _ in range(times):
                task.cancel()
                await asyncio.sleep(0)
            await asyncio.wait([task])
            try:
                await leap.image_models.get_model("m1")
            except APITimeoutError:
                stuck.append(steps)

    with FaultServer(healthy) as server:
        for steps in range(45):
            asyncio.run(work(steps))
    assert stuck == []


def test_a_turn_that_a_cancelled_task_was_given_goes_to_the_next() -> None:
    """A task that is cancelled in the moment in which its turn comes keeps nobody behind it waiting."""

    async def work() -> None:
        async with httpx.AsyncClient() as client:
            limiter.enable(client)

            def turn() -> limiter.ConnectionSlot:
                bounds = {"timeout": {"pool": 2.0}}
                return limiter.ConnectionSlot(
                    client, httpx.Request("GET", "http://127.0.0.1", extensions=bounds)
                )

            async def call() -> None:
                async with turn():
                    pass

            held = [turn() for _ in range(100)]
            for each in held:
                await each.__aenter__()
            first, second = asyncio.ensure_future(call()), asyncio.ensure_future(call())
            for _ in range(5):
                await asyncio.sleep(0)
            await held[0].__aexit__(None, None, None)
            first.cancel()
            await asyncio.wait([first, second])
            assert first.cancelled()
            second.result()

    asyncio.run(work())
