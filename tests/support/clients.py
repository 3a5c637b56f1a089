"""Calls that are written once, for the sync and for the async client."""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import attrgetter
from types import ModuleType
from typing import Any

import anyio


class EitherClient:
    """A client whose calls are written once: `client.things.get_thing(...)` makes one, calls, and closes it.

    Args:
        module: The package.
        name: The name of its sync client.
        kind: `sync` or `async`.
        options: The constructor's arguments.
    """

    def __init__(self, module: ModuleType, name: str, kind: str, **options: Any) -> None:
        self._make = getattr(module, name if kind == "sync" else f"Async{name}")
        self._is_async = kind == "async"
        self._options = options

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """Call the method at a path such as `things.with_raw_response.get_thing`."""

        async def awaited() -> Any:
            async with self._make(**self._options) as client:
                return await attrgetter(path)(client)(*args, **kwargs)

        if self._is_async:
            return anyio.run(awaited)
        with self._make(**self._options) as client:
            return attrgetter(path)(client)(*args, **kwargs)

    def __getattr__(self, resource: str) -> _Resource:
        return _Resource(self, resource)


class _Resource:
    def __init__(self, client: EitherClient, name: str) -> None:
        self._client = client
        self._name = name

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return functools.partial(self._client.call, f"{self._name}.{method}")
