"""How trainings end, and how unknown ones are settled: tags, a person's decision, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tryleap import LeapError, NotFoundError, PermissionDeniedError, WaitTimeoutError
from tryleap.simulator import Simulator
from tryleap.trainings import Training, TrainingConflictError, TrainingUnknownError
from tryleap.trainings._waits import Schedule

from .conftest import PNG, Blocking, lose


def test_a_visible_tag_settles(trainings: Blocking, simulator: Simulator) -> None:
    """A model with the tag is the training's; where no model has it, nothing is concluded."""
    lose(trainings, simulator, "acted", acted=True, name="Alex")
    lost = lose(trainings, simulator, "not", acted=False, name="Bob")
    found = trainings.reconcile()

    assert [(each.key, each.state, each.model_id) for each in found.adopted] == [
        ("acted", "started", simulator.uploads[0].model_id)
    ]
    assert found.unknown == [lost]
    assert trainings.get("acted") == found.adopted[0]
    assert trainings.reconcile().adopted == []


def test_candidates_resemble(trainings: Blocking, simulator: Simulator) -> None:
    """Models without a tag, with the same keyword and type, the namesake first; none is bound by that."""
    models = trainings.inner._leap.image_models
    train = trainings.beside(models).train_model
    other = train(name="Somebody", subject_keyword="@me", image_sample_files=[PNG])
    alike = train(name="Alex", subject_keyword="@me", image_sample_files=[PNG])
    train(name="Alex", subject_keyword="@dog", image_sample_files=[PNG])
    trainings.start("another", name="Alex", subject_keyword="@me", image_sample_files=[PNG])
    lose(trainings, simulator, "k", acted=False, name="Alex", subject_keyword="@me")
    found = trainings.reconcile()

    assert [each.id for each in found.candidates["k"]] == [alike.id, other.id]
    assert trainings.get("k").state == "unknown"


def test_a_person_names_the_model(trainings: Blocking, simulator: Simulator) -> None:
    """`resolve(model_id=...)` binds a model that exists and is no other training's."""
    for key in ("k", "late"):
        lose(trainings, simulator, key, acted=False)
    other = trainings.start("other", image_sample_files=[PNG])
    model = trainings.beside(trainings.inner._leap.image_models).train_model(image_sample_files=[PNG])
    with pytest.raises(NotFoundError):
        trainings.resolve("k", model_id="no-such-model")
    with pytest.raises(TrainingConflictError, match="it has another tag"):
        trainings.resolve("k", model_id=other.model_id)

    assert trainings.resolve("k", model_id=model.id).state == "started"
    assert trainings.resolve("k", model_id=model.id).model_id == model.id
    with pytest.raises(TrainingConflictError, match="is started, not unknown"):
        trainings.resolve("k", not_started=True)
    with pytest.raises(TrainingConflictError, match="belongs to training 'k'"):
        trainings.resolve("late", model_id=model.id)
    assert trainings.get("late").state == "unknown"


def test_a_person_says_that_nothing_was_started(trainings: Blocking, simulator: Simulator) -> None:
    """The next start sends again."""
    lose(trainings, simulator, "k", acted=False)

    assert trainings.resolve("k", not_started=True).state == "pending"
    assert trainings.start("k", image_sample_files=[PNG]).state == "started"
    assert len(simulator.uploads) == 1


@pytest.mark.parametrize("arguments", [{}, {"model_id": "m", "not_started": True}])
def test_resolve_takes_one_decision(trainings: Blocking, arguments: dict[str, Any]) -> None:
    """Neither and both are refused, and so is a key that the journal does not have."""
    with pytest.raises(ValueError, match="exactly one of"):
        trainings.resolve("k", **arguments)
    with pytest.raises(LookupError, match="no training 'k'"):
        trainings.resolve("k", not_started=True)


def test_refresh_follows_the_models(trainings: Blocking, simulator: Simulator) -> None:
    """One list call brings all up to date; a model that is missing in it is gone only after a 404."""
    for key in ("a", "b", "c"):
        trainings.start(key, image_sample_files=[PNG])
    simulator.advance(500)
    before = len(simulator.requests)

    assert {each.model.status for each in trainings.refresh()} == {"processing"}
    assert len(simulator.requests) == before + 1
    simulator.advance(500)
    trainings.beside(trainings.inner._leap.image_models).delete_model(trainings.get("c").model_id)
    changed = {each.key: each.state for each in trainings.refresh()}
    assert changed == {"a": "finished", "b": "finished", "c": "gone"}
    assert trainings.get("a").ended_at is not None
    assert trainings.refresh() == []


def test_a_short_list_proves_nothing(trainings: Blocking, simulator: Simulator) -> None:
    """A model that the list lacks and that can be fetched is still there."""
    trainings.start("a", image_sample_files=[PNG])
    simulator.advance(1000)
    simulator.faults.add("list_all_models", body={"models": []}, count=None)
    simulator.faults.add("get_model", status=500)

    with pytest.raises(LeapError):
        trainings.refresh()
    assert trainings.get("a").state == "started"
    assert [each.state for each in trainings.refresh()] == ["finished"]


def test_a_failed_training_has_failed(trainings: Blocking, simulator: Simulator) -> None:
    """What the service calls failed is an end like any other, and its model says why."""
    trainings.start("a", image_sample_files=[PNG])
    model = trainings.get("a").model.to_dict() | {"status": "failed", "reason": "no face"}
    simulator.faults.add("list_all_models", body={"models": [model]})

    training = trainings.wait("a")
    assert training.state == "failed"
    assert training.model.additional_properties == {"reason": "no face"}


def test_each_end_is_reported_at_least_once(trainings: Blocking, simulator: Simulator) -> None:
    """Whoever noticed the end: `on_ended` is called until it returns, then not again."""
    reported: list[str] = []

    def on_ended(training: Training) -> None:
        reported.append(training.key)
        if reported == ["a"]:
            raise RuntimeError("the mail server is down")

    for key in ("a", "b"):
        trainings.start(key, image_sample_files=[PNG])
    trainings.refresh(on_ended)
    simulator.advance(1000)
    trainings.refresh()
    with pytest.raises(RuntimeError, match="the mail server is down") as caught:
        trainings.refresh(on_ended)
    trainings.refresh(on_ended)
    trainings.refresh(on_ended)

    assert sorted(reported) == ["a", "a", "b"]
    assert caught.value.__notes__ == ["on_ended raised for training 'a'; it is called again."]


def test_wait_returns_the_end(trainings: Blocking, simulator: Simulator) -> None:
    """It tells of each change, and returns the training when it has ended."""
    seen: list[tuple[str, str]] = []

    def on_update(training: Training) -> None:
        seen.append((training.state, training.model.status))
        simulator.advance(500)

    trainings.start("a", image_sample_files=[PNG])
    training = trainings.wait("a", poll_interval=0.01, on_update=on_update)

    assert training.state == "finished"
    assert seen == [("started", "queued"), ("started", "processing"), ("finished", "finished")]


def test_wait_has_a_limit(trainings: Blocking, simulator: Simulator) -> None:
    """The error names the training, and the training goes on."""
    started = trainings.start("a", image_sample_files=[PNG])
    with pytest.raises(WaitTimeoutError, match="'a' is still started after 0 s") as caught:
        trainings.wait("a", timeout=0)

    assert caught.value.training == started
    assert caught.value.model == started.model


def test_a_wait_skips_none_of_its_own_polls() -> None:
    """After a pause the last poll is older than what may serve instead, unless another wait has polled."""
    schedule = Schedule(None, 4.0)
    for expected in (4.0, 6.0, 9.0):
        pause = schedule.pause()

        assert pause == expected
        assert 0.5 * pause < schedule.max_age() < pause


def test_wait_refuses_what_does_not_end(trainings: Blocking, simulator: Simulator) -> None:
    """An unknown training is looked for once; one that was not started has to be started."""
    lost = lose(trainings, simulator, "unknown", acted=False)
    simulator.faults.add("train_model", status=400)
    with pytest.raises(LeapError):
        trainings.start("rejected", image_sample_files=[PNG])

    with pytest.raises(TrainingUnknownError, match=lost.tag) as caught:
        trainings.wait("unknown")
    assert caught.value.training == lost
    with pytest.raises(TrainingConflictError, match=r"is rejected: .*400.* start it first"):
        trainings.wait("rejected")
    with pytest.raises(LookupError):
        trainings.wait("nothing")


def test_wait_looks_for_an_unknown_training(trainings: Blocking, simulator: Simulator) -> None:
    """Also where another wait has polled just before."""
    trainings.start("a", image_sample_files=[PNG])
    with pytest.raises(WaitTimeoutError):
        trainings.wait("a", timeout=0)
    lose(trainings, simulator, "k", acted=True)
    simulator.advance(1000)

    assert trainings.wait("k").state == "finished"


def test_wait_bears_some_failures(trainings: Blocking, simulator: Simulator) -> None:
    """Five in a row pass; 403 does not."""
    trainings.start("a", image_sample_files=[PNG])
    simulator.advance(1000)
    simulator.faults.add("list_all_models", status=500, count=5)
    assert trainings.wait("a", poll_interval=0.001).state == "finished"

    simulator.faults.add("list_all_models", status=403)
    with pytest.raises(PermissionDeniedError):
        # So short that the last poll of the other wait does not serve this one.
        trainings.wait("a", poll_interval=1e-9)


def test_wait_all_waits_for_what_is_under_way(trainings: Blocking, simulator: Simulator) -> None:
    """It tells of changes, and returns those that it waited for."""
    changes: list[tuple[str, str]] = []
    lose(trainings, simulator, "unknown", acted=False)
    for key in ("a", "b"):
        trainings.start(key, image_sample_files=[PNG])
    simulator.advance(1000)
    ended = trainings.wait_all(on_update=lambda each: changes.append((each.key, each.state)))

    assert [(each.key, each.state) for each in ended] == [("a", "finished"), ("b", "finished")]
    assert changes == [("a", "finished"), ("b", "finished")]
    assert trainings.wait_all() == []


def test_wait_all_of_some(trainings: Blocking, simulator: Simulator) -> None:
    """Of chosen trainings, ended ones too; the others may go on. A key that is missing is named."""
    for key in ("a", "b", "c"):
        trainings.start(key, image_sample_files=[PNG])
        simulator.advance(600)
    ended = trainings.wait_all(keys=["b", "a"], timeout=0)

    assert [(each.key, each.state) for each in ended] == [("a", "finished"), ("b", "finished")]
    assert trainings.get("c").state == "started"
    assert trainings.wait_all(keys=iter(["a"]), timeout=0) == ended[:1]
    assert trainings.wait_all(keys=[]) == []
    with pytest.raises(LookupError, match="no training 'd'"):
        trainings.wait_all(keys=["a", "d"])
    with pytest.raises(TypeError, match=r"not a string; for one training call wait\('a'\)"):
        trainings.wait_all(keys="a")


def test_list_by_state(trainings: Blocking, simulator: Simulator) -> None:
    """All, the oldest first; or those in one state."""
    for key in ("b", "a"):
        trainings.start(key, image_sample_files=[PNG])
    lose(trainings, simulator, "c", acted=False)

    assert [each.key for each in trainings.list()] == ["b", "a", "c"]
    assert [each.key for each in trainings.list("unknown")] == ["c"]
    with pytest.raises(ValueError, match="state is 'done': use one of pending, sending"):
        trainings.list("done")
