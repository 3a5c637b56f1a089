"""Path parameters arrive whole, or nothing is sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tryleap import NotFoundError
from tryleap.simulator import Simulator


@pytest.mark.parametrize(
    "method", ["get_model", "delete_model", "with_raw_response.get_model", "wait_for_model"]
)
@pytest.mark.parametrize("model_id", ["", ".", ".."])
def test_dots_and_nothing_are_refused(call: Any, simulator: Simulator, method: str, model_id: str) -> None:
    """An id that would name another resource is refused before anything is sent."""
    before = len(simulator.requests)

    with pytest.raises(ValueError, match="model_id"):
        call(simulator.base_url, method, model_id)

    assert len(simulator.requests) == before


@pytest.mark.parametrize("model_id", ["a/b?c#d %", "../x", "%2e%2e", "é", "a b", "..a", "a;b=c", "a+b", "\n"])
def test_arrives_as_one_segment(call: Any, simulator: Simulator, model_id: str) -> None:
    """Any other id is one segment of the path, intact."""
    with pytest.raises(NotFoundError):
        call(simulator.base_url, "get_model", model_id)

    path = simulator.requests[-1].path
    prefix = "/api/v2/images/models/"
    assert path.startswith(prefix)
    assert "/" not in path.removeprefix(prefix)
    assert unquote(path.removeprefix(prefix)) == model_id
    assert simulator.requests[-1].query == ""


@pytest.mark.parametrize("model_id", [None, 5, b"id", ["id"]])
def test_other_types_are_refused(call: Any, simulator: Simulator, model_id: Any) -> None:
    """What is no string is refused by its type."""
    before = len(simulator.requests)

    with pytest.raises(TypeError, match="model_id"):
        call(simulator.base_url, "get_model", model_id)

    assert len(simulator.requests) == before
