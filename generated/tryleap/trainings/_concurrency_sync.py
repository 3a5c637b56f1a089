"""Provide what the sync class needs. `_concurrency_async` has the same names for the async class."""

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
    """Call a blocking function."""
    return function()


def run_protected(function: Callable[[], T]) -> T:
    """Call a function. Threads cannot be cancelled."""
    return function()


def resolve(value: Any, argument: str) -> Any:
    """Return the result of a callback; reject an awaitable."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TypeError(f"{argument} is an async function, which only AsyncTrainings can await")
    return value


class ReceiverMixin:
    """An empty base class: a receiver is an ASGI application, so only the async class has one."""


class Workers:
    """Process items concurrently.

    Args:
        work: Called with each item, from threads.
        count: The number of items to process at the same time.
    """

    def __init__(self, work: Callable[[T], object], count: int) -> None:
        self._work = work
        self._count = count
        self._lock = threading.Lock()
        self._problem: BaseException | None = None

    def run(self, items: Iterable[T]) -> None:
        """Process items until the first exception. Items in progress are completed.

        Args:
            items: The items. The next one is taken when a worker is free.

        Raises:
            BaseException: The first exception that the work raised.
        """
        remaining = iter(items)
        with ThreadPoolExecutor(self._count, thread_name_prefix="trainings") as pool:
            workers = [pool.submit(self._worker, remaining) for _ in range(self._count)]
            try:
                for each in workers:
                    each.result()
            except BaseException as problem:
                # On Ctrl-C no worker takes another item, and items in progress are recorded.
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
    "ReceiverMixin",
    "Workers",
    "resolve",
    "run_blocking",
    "run_protected",
    "sleep",
]
