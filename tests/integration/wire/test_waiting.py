"""Waiting for a training: which statuses end it, and with what; how one waits is asserted in unit/runtime."""

from __future__ import annotations

from typing import Any

import pytest

import tryleap
from tests.support.models import MODEL
from tryleap.models import ModelV2Entity
from tryleap.simulator import Simulator, running

SOON = {"timeout": 30, "poll_interval": 0.01}


def statuses(simulator: Simulator, *names: str) -> None:
    """Let the coming looks at a model find these statuses."""
    for name in names:
        simulator.faults.add("getModel", status=200, body={**MODEL, "status": name})


def test_until_it_is_finished(call: Any, simulator: Simulator) -> None:
    """Every status but the final ones means that it goes on, unknown ones too; changes are told."""
    statuses(simulator, "queued", "queued", "processing", "paused", "paused", "finished", "failed")
    reported: list[str] = []
    note = lambda update: reported.append(update.status)  # noqa: E731
    model = call(simulator.base_url, "wait_for_model", "1", on_update=note, **SOON)
    simulator.faults.clear()

    assert model.status == "finished"
    assert reported == ["queued", "processing", "paused", "finished"]


def test_until_it_has_failed(call: Any, simulator: Simulator) -> None:
    """A failed training raises TrainingFailedError, which holds the model."""
    statuses(simulator, "processing", "failed", "finished")
    with pytest.raises(tryleap.TrainingFailedError) as caught:
        call(simulator.base_url, "wait_for_model", "1", **SOON)
    simulator.faults.clear()

    assert caught.value.model.status == "failed"


def test_waiting_for_a_model(call: Any, simulator: Simulator) -> None:
    """A model is as good as its id: it is fetched anew, whatever its own status says."""
    statuses(simulator, "finished")
    given = ModelV2Entity.from_dict({**MODEL, "status": "failed"})
    model = call(simulator.base_url, "wait_for_model", given, **SOON)

    assert (model.id, model.status) == (given.id, "finished")
    assert simulator.requests[-1].path.endswith(f"/{given.id}")


def test_training_and_waiting_in_one(call: Any) -> None:
    """`train_model_and_wait` sends the training once and waits for that model."""
    with running(training_seconds=0) as simulator:
        given = {"name": "Alex", "image_sample_files": [b"x"], "poll_interval": 0.01}
        model = call(simulator.base_url, "train_model_and_wait", wait_timeout=30, **given)

        assert (model.name, model.status) == ("Alex", "finished")
        assert [upload.model_id for upload in simulator.uploads] == [model.id]
