"""What is sent again and what is not: a training that may have arrived never is."""

from __future__ import annotations

import time
from typing import Any

import pytest

import tryleap
from tryleap.simulator import Simulator

URL = "https://example.com/1.jpg"
NOW = {"Retry-After": "0"}
TRAIN: tuple[str, tuple[str, ...], dict[str, Any]] = ("train_model", (), {"image_sample_urls": [URL]})
LIST: tuple[str, tuple[str, ...], dict[str, Any]] = ("list_all_models", (), {})


def attempts(simulator: Simulator, call: Any, what: Any, **client: Any) -> tuple[int, Any]:
    """How many requests a call makes, and its raw response or error."""
    method, arguments, options = what
    before = len(simulator.requests)
    try:
        found = call(simulator.base_url, f"with_raw_response.{method}", *arguments, client=client, **options)
    except tryleap.LeapError as error:
        found = error
    simulator.faults.clear()
    return len(simulator.requests) - before, found


@pytest.mark.parametrize("what", [LIST, TRAIN], ids=["list", "train"])
@pytest.mark.parametrize("status", [429, 503])
def test_refused_requests_are_sent_again(call: Any, simulator: Simulator, status: int, what: Any) -> None:
    """After 429, or 503 with a time to come back, every operation is sent again, twice at most."""
    simulator.faults.add(count=2, status=status, headers=NOW)
    made, answer = attempts(simulator, call, what)
    assert (made, answer.retries_taken) == (3, 2)

    simulator.faults.add(count=None, status=status, headers=NOW)
    made, error = attempts(simulator, call, what)
    assert (made, error.retries_taken, error.status_code) == (3, 2, status)
    assert not error.may_have_been_processed


def test_the_server_says_when(call: Any, simulator: Simulator) -> None:
    """The pause is what the server asks for, where the client's own would be half a second at most."""
    simulator.faults.add(status=429, headers={"Retry-After": "0.7"})
    began = time.monotonic()
    made, _ = attempts(simulator, call, LIST)

    assert made == 2
    assert time.monotonic() - began >= 0.7


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520, 524])
def test_ambiguous_failures(call: Any, simulator: Simulator, status: int) -> None:
    """After these statuses a list is asked for again, and a training is not: it may have begun."""
    simulator.faults.add("listAllModels", status=status, headers=NOW)
    made, answer = attempts(simulator, call, LIST)
    assert (made, answer.retries_taken) == (2, 1)

    simulator.faults.add("trainModel", count=None, status=status, headers=NOW)
    made, error = attempts(simulator, call, TRAIN)
    assert (made, error.may_have_been_processed) == (1, True)
    assert "look with image_models.list_all_models() before you repeat it" in str(error)


@pytest.mark.parametrize("status", [400, 401, 402, 404, 501, 505])
def test_final_failures(call: Any, simulator: Simulator, status: int) -> None:
    """After any other status nothing is sent again."""
    for what in (LIST, TRAIN):
        simulator.faults.add(count=None, status=status, headers=NOW)
        made, error = attempts(simulator, call, what)
        assert (made, error.may_have_been_processed) == (1, False)


@pytest.mark.parametrize("fault", [{"reset": True}, {"truncated": True}])
def test_lost_answers(call: Any, simulator: Simulator, fault: dict[str, Any]) -> None:
    """A connection that breaks off is no answer: a list is asked for again, a training is not."""
    simulator.faults.add("listAllModels", **fault)
    made, answer = attempts(simulator, call, LIST)
    assert (made, answer.retries_taken) == (2, 1)

    simulator.faults.add("trainModel", count=None, **fault)
    made, error = attempts(simulator, call, TRAIN)
    assert isinstance(error, tryleap.APIConnectionError)
    assert (made, error.may_have_been_processed) == (1, True)


def test_unreadable_answers(call: Any, simulator: Simulator) -> None:
    """A training whose answer is HTML with status 200 is not sent again, and may have begun."""
    simulator.faults.add("trainModel", count=None, html=True)
    made, error = attempts(simulator, call, TRAIN)

    assert isinstance(error, tryleap.ResponseDecodeError)
    assert (made, error.may_have_been_processed, error.status_code) == (1, True, 200)


def test_timeouts(call: Any, simulator: Simulator) -> None:
    """An answer that does not come in time is an APITimeoutError, and a training may have begun."""
    simulator.faults.add("trainModel", delay=100)
    made, error = attempts(simulator, call, TRAIN, timeout=0.2)

    assert isinstance(error, tryleap.APITimeoutError)
    assert (made, error.may_have_been_processed) == (1, True)
    simulator.advance(100)


def test_retries_can_be_turned_off(call: Any, simulator: Simulator) -> None:
    """With max_retries=0 nothing is sent again."""
    simulator.faults.add(count=None, status=429, headers=NOW)

    assert attempts(simulator, call, LIST, max_retries=0)[0] == 1


def test_a_deletion_that_went_through(call: Any, simulator: Simulator) -> None:
    """A deletion that is sent again and then finds nothing most likely went through, and says so."""
    model = call(simulator.base_url, "train_model", image_sample_urls=[URL])
    simulator.faults.add("deleteModel", status=502, headers=NOW, carried_out=True)
    made, error = attempts(simulator, call, ("delete_model", (model.id,), {}))

    assert isinstance(error, tryleap.NotFoundError)
    assert (made, error.may_have_been_processed) == (2, True)


def test_an_expired_token_is_asked_for_again(call: Any, simulator: Simulator) -> None:
    """After 401 a callable is asked for a token once more, training too; a second 401 is final."""
    tokens = iter(["old", "new", "newer", "newest"])
    simulator.faults.add("trainModel", status=401)
    call(simulator.base_url, "train_model", image_sample_urls=[URL], token=lambda: next(tokens))
    sent = [request.headers["authorization"] for request in simulator.requests[-2:]]
    assert sent == ["Bearer old", "Bearer new"]

    simulator.faults.add("trainModel", count=None, status=401)
    before = len(simulator.requests)
    with pytest.raises(tryleap.AuthenticationError):
        call(simulator.base_url, "train_model", image_sample_urls=[URL], token=lambda: next(tokens))
    simulator.faults.clear()
    assert len(simulator.requests) == before + 2
