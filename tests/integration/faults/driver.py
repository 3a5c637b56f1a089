"""One scenario for three drivers: the sync client, and the async one on asyncio and on trio.

A scenario is written once as a coroutine. What a client returns goes through `Mode.settle`, which awaits it
where there is something to await; a scenario with the sync client never really waits, so one step runs it to
its end.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
import trio

import tryleap
from tryleap._runtime.clock import Clock

from . import certificates

T = TypeVar("T")

MODES = ("sync", "asyncio", "trio")


class QuickClock(Clock):
    """Runs like the real clock, but a pause is over at once: it only moves the time on.

    The date stays the real one, as the server's does.
    """

    def __init__(self, on_pause: Callable[[float], object] = lambda seconds: None) -> None:
        """Begin with the present.

        Args:
            on_pause: Called at each pause with its length in seconds.
        """
        self.pauses: list[float] = []
        self._on_pause = on_pause

    def monotonic(self) -> float:
        """The time on, pauses counted."""
        return time.monotonic() + sum(self.pauses)

    def random(self) -> float:
        """Always the longest pause."""
        return 1.0

    def sleep(self, seconds: float) -> None:
        """Note a pause."""
        self._pause(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Note a pause, and let others run."""
        result = self._pause(seconds)
        if inspect.isawaitable(result):
            await result
        await anyio.lowlevel.checkpoint()

    def _pause(self, seconds: float) -> object:
        self.pauses.append(seconds)
        return self._on_pause(seconds)


class Mode:
    """How scenarios are run."""

    def __init__(self, name: str) -> None:
        """Choose.

        Args:
            name: One of `MODES`.
        """
        self.name = name

    def run(self, scenario: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a scenario to its end."""
        if self.name != "sync":
            return anyio.run(scenario, backend=self.name)
        coroutine = scenario()
        try:
            coroutine.send(None)
        except StopIteration as end:
            result: T = end.value
            return result
        coroutine.close()
        raise AssertionError("a scenario with the sync client waited for something")

    async def settle(self, value: Any) -> Any:
        """Await what has to be awaited."""
        return await value if inspect.isawaitable(value) else value

    async def until(self, condition: Callable[[], Any], seconds: float = 5.0) -> bool:
        """Look again and again until a condition holds.

        Returns:
            Whether it did in time.
        """
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                return False
            if self.name == "sync":
                time.sleep(0.001)  # noqa: ASYNC251, nothing else runs beside a sync scenario
            else:
                await anyio.sleep(0.001)
        return True

    def tasks(self) -> int:
        """How many tasks there are beside the present one."""
        if self.name == "asyncio":
            return len(asyncio.all_tasks()) - 1
        return trio.lowlevel.current_statistics().tasks_living if self.name == "trio" else 0

    def client(self, clock: Clock | None = None, **options: Any) -> Any:
        """Make a client of the package.

        Args:
            clock: Takes the place of its clock.
            options: The client's own.
        """
        kind: Any = tryleap.Leap if self.name == "sync" else tryleap.AsyncLeap
        if "http_client" not in options:
            options = {"verify": certificates.trusting(), **options}
        client = kind(**options)
        if clock is not None:
            client._engine.clock = clock
        return client

    async def close(self, client: Any) -> None:
        """Close a client."""
        await self.settle(client.close())


def call(client: Any, operation: str, images: list[Any], **options: Any) -> Any:
    """Begin one of the four calls.

    Args:
        client: Sync or async.
        operation: One of `table.OPERATIONS`.
        images: What a training sends.
        options: Of the call.

    Returns:
        The whole answer, or what has to be awaited for it.
    """
    calls = client.image_models.with_raw_response
    if operation == "list":
        return calls.list_all_models(**options)
    if operation == "get":
        return calls.get_model("m1", **options)
    if operation == "delete":
        return calls.delete_model("m1", **options)
    return calls.train_model(name="Alex", image_sample_files=images, **options)
