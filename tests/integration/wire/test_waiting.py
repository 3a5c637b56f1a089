"""Waiting for a training: it ends where the status says so, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

import tryleap
from tryleap.simulator import Simulator, running

URL = "https://example.com/1.jpg"


def begin(call: Any, simulator: Simulator) -> str:
    """Start a training; returns its id."""
    return str(call(simulator.base_url, "train_model", image_sample_urls=[URL]).id)


def statuses(simulator: Simulator, *names: str) -> None:
    """Let the coming looks at a model find these statuses."""
    for name in names:
        simulator.faults.add("getModel", status=200, body={**MODEL, "status": name})


MODEL = {
    "id": "1",
    "name": "Alex",
    "createdAt": "2026-01-31T12:00:00.000Z",
    "subjectKeyword": "@me",
    "subjectType": "person",
    "imageSamples": [],
}


def test_until_it_is_finished(call: Any, simulator: Simulator) -> None:
    """Every status but the final ones means that it goes on, unknown ones too; changes are told."""
    statuses(simulator, "queued", "queued", "processing", "paused", "paused", "finished", "failed")
    told: list[str] = []

    model = call(
        simulator.base_url,
        "wait_for_model",
        "1",
        timeout=30,
        poll_interval=0.01,
        on_update=lambda update: told.append(update.status),
    )
    simulator.faults.clear()

    assert model.status == "finished"
    assert told == ["queued", "processing", "paused", "finished"]


def test_until_it_has_failed(call: Any, simulator: Simulator) -> None:
    """A failed training raises TrainingFailedError, which holds the model."""
    statuses(simulator, "processing", "failed", "finished")

    with pytest.raises(tryleap.TrainingFailedError) as caught:
        call(simulator.base_url, "wait_for_model", "1", timeout=30, poll_interval=0.01)
    simulator.faults.clear()

    assert caught.value.model.status == "failed"


def test_until_the_time_is_over(call: Any, simulator: Simulator) -> None:
    """A training that does not end in time raises WaitTimeoutError, which holds the model."""
    model_id = begin(call, simulator)

    with pytest.raises(tryleap.WaitTimeoutError) as caught:
        call(simulator.base_url, "wait_for_model", model_id, timeout=0.05, poll_interval=0.01)

    assert caught.value.model.id == model_id


@pytest.mark.parametrize("status", [401, 403, 404])
def test_failures_that_will_not_pass(call: Any, simulator: Simulator, status: int) -> None:
    """A refused key, or a model that does not exist, ends the waiting at once."""
    simulator.faults.add("getModel", count=None, status=status)
    before = len(simulator.requests)

    with pytest.raises(tryleap.APIStatusError) as caught:
        call(simulator.base_url, "wait_for_model", "1", timeout=30, poll_interval=0.01)
    simulator.faults.clear()

    assert (caught.value.status_code, len(simulator.requests)) == (status, before + 1)


def test_failures_that_may_pass(call: Any, simulator: Simulator) -> None:
    """A few other failures in a row are borne."""
    simulator.faults.add("getModel", count=3, status=501)
    statuses(simulator, "finished")

    model = call(simulator.base_url, "wait_for_model", "1", timeout=30, poll_interval=0.01)

    assert model.status == "finished"


def test_training_and_waiting_in_one(call: Any) -> None:
    """`train_model_and_wait` sends the training once and waits for that model."""
    with running(training_seconds=0) as simulator:
        model = call(
            simulator.base_url,
            "train_model_and_wait",
            name="Alex",
            image_sample_files=[b"x"],
            wait_timeout=30,
            poll_interval=0.01,
        )

        assert (model.name, model.status) == ("Alex", "finished")
        assert [upload.model_id for upload in simulator.uploads] == [model.id]
