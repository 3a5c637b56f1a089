"""What differs between the async and the sync class, sync half. `_concurrency_async` has the same names."""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from .._client import Leap as LeapClient

T = TypeVar("T")

sleep = time.sleep
Lock = threading.Lock


def run_blocking(function: Callable[[], T]) -> T:
    """Call a function that blocks."""
    return function()


def run_protected(function: Callable[[], T]) -> T:
    """Call a function: nothing cancels it here."""
    return function()


def resolve(value: Any, argument: str) -> Any:
    """Return what a callback returned; refuse what would have to be awaited."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TypeError(f"{argument} is an async function, which only AsyncTrainings can await")
    return value


class Receiving:
    """Nothing: a receiver is an ASGI application, which only the async class can be."""


class Workers:
    """Works off items, some at a time.

    Args:
        work: Called with each item, from threads.
        count: How many at a time.
    """

    def __init__(self, work: Callable[[T], object], count: int) -> None:
        self._work = work
        self._count = count
        self._lock = threading.Lock()
        self._problem: BaseException | None = None

    def run(self, items: Iterable[T]) -> None:
        """Work off items until the first exception; what has begun by then is ended.

        Args:
            items: The items; the next one is taken when a worker is free.

        Raises:
            BaseException: What the work has raised first.
        """
        remaining = iter(items)
        with ThreadPoolExecutor(self._count, thread_name_prefix="trainings") as pool:
            workers = [pool.submit(self._worker, remaining) for _ in range(self._count)]
            try:
                for each in workers:
                    each.result()
            except BaseException as problem:
                # Ctrl-C: no worker takes another item, and what is under way is recorded.
                self._problem = problem
                raise
        if self._problem is not None:
            raise self._problem

    def _worker(self, remaining: Iterator[T]) -> None:
        while self._problem is None:
            try:
                with self._lock:
                    item = next(remaining, _NO_MORE)
                if item is _NO_MORE:
                    return
                self._work(item)  # type: ignore[arg-type]  # it is not the mark of the end
            except Exception as problem:  # noqa: BLE001 - raised by `run`
                if self._problem is None:
                    self._problem = problem


_NO_MORE = object()

__all__ = [
    "LeapClient",
    "Lock",
    "Receiving",
    "Workers",
    "resolve",
    "run_blocking",
    "run_protected",
    "sleep",
]
