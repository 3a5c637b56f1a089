"""A running simulator, and both clients behind one face."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tryleap
from tests.support.clients import EitherClient
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

    def make(
        base_url: str,
        method: str,
        *args: Any,
        client: dict[str, Any] | None = None,
        token: Any = TOKEN,
        **kwargs: Any,
    ) -> Any:
        options = {"access_token": token, "base_url": base_url, **(client or {})}
        either = EitherClient(tryleap, "Leap", request.param, **options)
        return either.call(f"image_models.{method}", *args, **kwargs)

    return make
