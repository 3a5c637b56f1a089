"""A running simulator, and both clients behind one face."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

from tryleap import AsyncLeap, Leap
from tryleap.simulator import Simulator, running

TOKEN = "key-of-the-wire-tests"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings end when its clock is moved."""
    with running(training_seconds=1000, seed=1) as server:
        yield server


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """A function that calls a method of `image_models`, in turn with either client."""

    def sync(
        base_url: str,
        method: str,
        *args: Any,
        client: dict[str, Any] | None = None,
        token: Any = TOKEN,
        **kwargs: Any,
    ) -> Any:
        with Leap(token, base_url=base_url, **(client or {})) as leap:
            return _method(leap.image_models, method)(*args, **kwargs)

    def awaited(
        base_url: str,
        method: str,
        *args: Any,
        client: dict[str, Any] | None = None,
        token: Any = TOKEN,
        **kwargs: Any,
    ) -> Any:
        async def run() -> Any:
            async with AsyncLeap(token, base_url=base_url, **(client or {})) as leap:
                return await _method(leap.image_models, method)(*args, **kwargs)

        return anyio.run(run)

    return sync if request.param == "sync" else awaited


def _method(models: Any, name: str) -> Any:
    for part in name.split("."):
        models = getattr(models, part)
    return models
