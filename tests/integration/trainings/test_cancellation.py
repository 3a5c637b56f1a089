"""A start that is cancelled, at every await: at most one training, and a row that says what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from pathlib import Path
from typing import Any

import anyio
import pytest

from tryleap import AsyncLeap
from tryleap.simulator import Simulator
from tryleap.trainings import AsyncTrainings
from tryleap.trainings._async.attempt import Attempt
from tryleap.trainings._tags import tag_in

from .conftest import PNG, TOKEN


class CancelledAt:
    """Awaits a coroutine, and cancels before its nth step."""

    def __init__(self, inner: Coroutine[Any, Any, Any], nth: int, cancel: Callable[[], object]) -> None:
        self.inner, self.left, self.cancel = inner, nth, cancel

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self.inner.__await__()
        step, argument = steps.send, None
        while True:
            if self.left == 0:
                self.cancel()
            self.left -= 1
            try:
                awaited = step(argument)
            except StopIteration as stop:
                return stop.value
            try:
                step, argument = steps.send, (yield awaited)
            except BaseException as thrown:  # noqa: BLE001 - thrown on into the coroutine
                step, argument = steps.throw, thrown


async def cancelled_by_anyio(start: Callable[[Callable[[], object]], Any]) -> None:
    with anyio.CancelScope() as scope:
        await start(scope.cancel)


async def cancelled_by_asyncio(start: Callable[[Callable[[], object]], Any]) -> None:
    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        await start(task.cancel)

    await asyncio.wait([asyncio.ensure_future(work())])


@pytest.mark.parametrize("where", ["caller", "attempt"])
@pytest.mark.parametrize(
    ("backend", "run"),
    [("asyncio", cancelled_by_anyio), ("trio", cancelled_by_anyio), ("asyncio", cancelled_by_asyncio)],
)
def test_cancelled_at_every_await(  # noqa: PLR0917 - fixtures and parameters
    simulator: Simulator,
    journal: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    backend: str,
    run: Callable[..., Any],
) -> None:
    """By a scope of anyio or by `task.cancel()`, in the caller's task or in the one that sends."""
    states: list[str] = []

    async def one(trainings: AsyncTrainings, nth: int) -> bool:
        """Start a training of its own and cancel it; returns whether it came so far."""
        key, reached = f"k{nth}", False
        make = Attempt._make

        async def start(cancel: Callable[[], object]) -> None:
            def noted() -> None:
                nonlocal reached
                reached = True
                cancel()

            if where == "attempt":
                monkeypatch.setattr(Attempt, "_make", lambda self: CancelledAt(make(self), nth, noted))
                await trainings.start(key, image_sample_files=[PNG])
            else:
                await CancelledAt(trainings.start(key, image_sample_files=[PNG]), nth, noted)

        await run(start)
        monkeypatch.setattr(Attempt, "_make", make)
        training = await trainings.get(key)
        accepted = [tag_in(each.fields["name"][0]) for each in simulator.uploads]
        states.append(training.state if training else "none")
        if training is not None:
            assert training.state in ("pending", "unknown", "started")
            assert accepted.count(training.tag) <= (training.state != "pending")
            assert training.state != "started" or accepted.count(training.tag) == 1
        await trainings.start(key, image_sample_files=[PNG])
        training = await trainings.get(key)
        assert training is not None
        assert [tag_in(each.fields["name"][0]) for each in simulator.uploads].count(training.tag) <= 1
        return reached

    async def work() -> None:
        leap = AsyncLeap(TOKEN, base_url=simulator.base_url)
        async with leap, AsyncTrainings(leap, journal) as trainings:
            nth = 0
            while await one(trainings, nth):
                nth += 1

    anyio.run(work, backend=backend)

    assert states[0] in ("none", "pending")
    assert states[-1] == "started"
    assert ("unknown" in states) == (where == "attempt")
    assert len(states) > (10 if where == "attempt" else 3)
