"""Provide what the async class needs. `_concurrency_sync` has the same names for the sync class."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from .._async_client import AsyncLeap as LeapClient
from ._receiver import ReceiverMixin

T = TypeVar("T")

sleep = anyio.sleep
Lock = anyio.Lock


async def run_blocking(function: Callable[[], T]) -> T:
    """Call a blocking function in a thread. It runs to its end even if the caller is cancelled."""
    with anyio.CancelScope(shield=True):
        return await anyio.to_thread.run_sync(function)
    raise AssertionError  # a shielded scope is not cancelled


async def run_protected(function: Callable[[], Awaitable[T]]) -> T:
    """Call a function in a task of its own, so that every cancellation respects its shields.

    asyncio's `task.cancel()` ignores anyio's shields. A task group translates it into a cancellation that
    respects them, and waits until the function has returned.
    """
    results: list[T] = []
    problems: list[BaseException] = []

    async def child() -> None:
        try:
            results.append(await function())
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as problem:  # noqa: BLE001 - raised below, outside of an exception group
            problems.append(problem)

    async with anyio.create_task_group() as group:
        group.start_soon(child)
    if problems:
        raise problems.pop()
    return results.pop()


async def resolve(value: Any, argument: str) -> Any:  # noqa: ARG001 - the sync half names it in an error
    """Return the result of a callback; await it if it is awaitable."""
    return await value if isinstance(value, Awaitable) else value


class Workers:
    """Process items concurrently.

    Args:
        work: Called with each item.
        count: The number of items to process at the same time.
    """

    def __init__(self, work: Callable[[T], Awaitable[object]], count: int) -> None:
        self._work = work
        self._count = count
        self._problem: BaseException | None = None

    async def run(self, items: Iterable[T]) -> None:
        """Process items until the first exception. Items in progress are completed.

        Args:
            items: The items. The next one is taken when a worker is free.

        Raises:
            BaseException: The first exception that the work raised.
        """
        remaining = iter(items)
        async with anyio.create_task_group() as group:
            for _ in range(self._count):
                group.start_soon(self._worker, remaining)
        if self._problem is not None:
            raise self._problem

    async def _worker(self, remaining: Iterator[T]) -> None:
        while self._problem is None:
            try:
                item = next(remaining, _NO_MORE)
                if item is _NO_MORE:
                    return
                await self._work(item)  # type: ignore[arg-type]  # it is not the mark of the end
            except Exception as problem:  # noqa: BLE001 - raised by `run`
                if self._problem is None:
                    self._problem = problem


_NO_MORE = object()

__all__ = [
    "LeapClient",
    "Lock",
    "ReceiverMixin",
    "Workers",
    "resolve",
    "run_blocking",
    "run_protected",
    "sleep",
]
