"""One body for both clients: the sync one, and the async one on asyncio and on trio.

A scenario is written once as a coroutine. What a client returns goes through `Mode.settle`, which awaits it
where there is something to await; a scenario with the sync client never really waits, so one step runs it.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from operator import attrgetter
from typing import Any, TypeVar

import anyio
import anyio.from_thread
import httpx
import pytest
from anyio.from_thread import BlockingPortal

import tryleap
from tests.support import certificates

T = TypeVar("T")

MODES = ("sync", "asyncio", "trio")

BOTH = pytest.mark.parametrize("mode", MODES[:2], indirect=True)
"""For tests with a `mode` to which the event loop makes no difference."""


class Mode:
    """How scenarios are run: one of `MODES`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_async = name != "sync"

    def run(self, scenario: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a scenario to its end."""
        if self.is_async:
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
        """Look again and again until a condition holds; returns whether it did in time."""
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                return False
            if self.is_async:
                await anyio.sleep(0.001)
            else:
                time.sleep(0.001)  # noqa: ASYNC251, nothing else runs beside a sync scenario
        return True

    def tasks(self) -> int:
        """How many tasks there are beside the present one."""
        if self.name == "asyncio":
            return len(asyncio.all_tasks()) - 1
        if self.name == "sync":
            return 0
        import trio

        return trio.lowlevel.current_statistics().tasks_living

    def use(self, make: Callable[[], Any], action: Callable[[Any], Any]) -> Any:
        """Make a client or an HTTP client, run `action(client)`, close the client; returns the result."""

        async def scenario() -> Any:
            client = make()
            try:
                return await self.settle(action(client))
            finally:
                await self.close(client)

        return self.run(scenario)

    async def close(self, client: Any) -> None:
        """Close a client, of the package or of the HTTP library."""
        await self.settle(client.aclose() if hasattr(client, "aclose") else client.close())

    def client(self, clock: Any = None, **options: Any) -> Any:
        """Make a client of tryleap that trusts the tests' certificates."""
        kind: Any = tryleap.AsyncLeap if self.is_async else tryleap.Leap
        if "http_client" not in options:
            options = {"verify": certificates.trusting(), **options}
        client = kind(**options)
        if clock is not None:
            client._engine.clock = clock
        return client

    def http_client(self, **options: Any) -> Any:
        """Make an HTTP client of a caller's own."""
        return (httpx.AsyncClient if self.is_async else httpx.Client)(trust_env=False, **options)

    def hooks(self, event: str, *acts: Callable[[Any], Any]) -> dict[str, list[Any]]:
        """Hooks of an HTTP client of a caller's own; what they return is awaited where it has to be."""

        def awaited(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
            async def hook(it: Any) -> None:
                await self.settle(act(it))

            return hook

        return {event: [awaited(act) if self.is_async else act for act in acts]}

    def calls(self, module: Any, name: str, **options: Any) -> Any:
        """A client of a package: `calls.things.get_thing(...)` makes it, calls the method, and closes it."""
        kind = getattr(module, f"Async{name}" if self.is_async else name)
        return _Calls(self, functools.partial(kind, **options))

    def opened(self, stack: ExitStack, context: Any, beside: Blocking | None = None) -> Blocking:
        """Enter a context manager, sync or async, until the stack is closed.

        An async one runs in an event loop of its own, or in that of another object.
        """
        if not self.is_async:
            return Blocking(stack.enter_context(context))
        portal = beside and beside.portal
        portal = portal or stack.enter_context(anyio.from_thread.start_blocking_portal(self.name))
        return Blocking(stack.enter_context(portal.wrap_async_context_manager(context)), portal)


class _Calls:
    def __init__(self, mode: Mode, make: Callable[[], Any], path: str = "") -> None:
        self._mode, self._make, self._path = mode, make, path

    def __getattr__(self, name: str) -> _Calls:
        return _Calls(self._mode, self._make, f"{self._path}.{name}".lstrip("."))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._mode.use(self._make, lambda client: attrgetter(self._path)(client)(*args, **kwargs))


class Blocking:
    """An object of either kind whose methods block: coroutine functions are run in a portal."""

    def __init__(self, inner: Any, portal: BlockingPortal | None = None) -> None:
        self.inner = inner
        self.portal = portal

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if self.portal is None or not inspect.iscoroutinefunction(value):
            return value
        return lambda *args, **kwargs: self.portal.call(functools.partial(value, *args, **kwargs))

    def beside(self, inner: Any) -> Blocking:
        """Another object in the same event loop."""
        return Blocking(inner, self.portal)
