"""A running simulator, and calls with both clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tryleap
from tests.support.modes import Mode
from tryleap.simulator import Simulator, running

TOKEN = "key-of-the-wire-tests"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings end when its clock is moved."""
    with running(training_seconds=1000, seed=1) as server:
        yield server


@pytest.fixture
def call(mode: Mode) -> Callable[..., Any]:
    """A function that calls a method of `image_models`, in turn with either client."""

    def make(
        base_url: str,
        method: str,
        *args: Any,
        client: dict[str, Any] | None = None,
        token: Any = TOKEN,
        **kwargs: Any,
    ) -> Any:
        options = {"access_token": token, "base_url": base_url, **(client or {})}
        return getattr(mode.calls(tryleap, "Leap", **options).image_models, method)(*args, **kwargs)

    return make


@pytest.fixture
def refused(call: Callable[..., Any], simulator: Simulator) -> Callable[..., str]:
    """A function that makes a call which is refused before anything is sent, and returns the message."""

    def make(method: str, *args: Any, **kwargs: Any) -> str:
        before = len(simulator.requests)
        with pytest.raises((TypeError, ValueError)) as caught:
            call(simulator.base_url, method, *args, **kwargs)

        assert len(simulator.requests) == before
        return str(caught.value)

    return make
