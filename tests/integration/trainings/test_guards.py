"""Each condition under which a row of the journal changes: whoever takes one away fails a test here."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import evolve

from tryleap import LeapError
from tryleap.models import ModelV2Entity
from tryleap.simulator import Simulator
from tryleap.trainings import TrainingConflictError, TrainingUnknownError, _journal, _states
from tryleap.trainings._arguments import prepare
from tryleap.trainings._journal import Claim, Journal
from tryleap.trainings._matching import candidates_for
from tryleap.trainings._states import LOSE, REJECT, RELEASE, START, Outcome, Transition
from tryleap.trainings._tags import tag_in, tag_of, tagged_name

from .conftest import PNG, TOKEN, Blocking, Opener, lose

IMAGES = {"image_sample_urls": ["https://a.example"]}
HOURS = 3_600_000_000
OPEN = ("pending", "rejected", "sending", "unknown")


def model(store: Journal, status: str = "queued", model_id: str = "m", key: str = "k") -> ModelV2Entity:
    """A model of the service that bears a key's tag."""
    name = tagged_name(None, tag_of(store.journal_id, key))
    return ModelV2Entity.from_dict({"id": model_id, "name": name, "status": status})


def claim(store: Journal, attempt: str = "mine", key: str = "k", **options: Any) -> Claim:
    return store.claim(prepare(key, IMAGES), attempt, **options)


def listed_claim(store: Journal) -> None:
    found = model(store, "processing")
    claim(store, "theirs", seen={tag_of(store.journal_id, "k"): found})


def settles(attempt: str, transition: Transition, error: str | None = None) -> Callable[[Journal], object]:
    """What an attempt records of its end; where it started the training, with the model."""
    return lambda store: store.settle(
        "k", attempt, Outcome(transition, error, model(store) if transition is START else None)
    )


def lists(status: str, **of: str) -> Callable[[Journal], object]:
    """A list of the service that has one model."""
    return lambda store: store.observe([model(store, status, **of)])


def put(store: Journal, state: str) -> None:
    """Bring the training `k` into a state, by the attempt `mine`."""
    claim(store)
    if state == "sending":
        return
    ends = {"pending": Outcome(RELEASE), "rejected": Outcome(REJECT, "400"), "unknown": Outcome(LOSE, "502")}
    store.settle("k", "mine", ends.get(state, Outcome(START, None, model(store))))
    if state in ("finished", "failed"):
        store.observe([model(store, state)])
    elif state == "gone":
        store.vanished("k", "m")


# What is done to a training, and what becomes of it: what a state is not in stays as it is.
OPERATIONS: dict[str, tuple[Callable[[Journal], object], dict[str, str]]] = {
    "a claim": (lambda store: claim(store, "theirs"), {"pending": "sending", "rejected": "sending"}),
    "a claim where the list has its model": (listed_claim, dict.fromkeys(OPEN, "started")),
    "its owner sent nothing": (settles("mine", RELEASE), {"sending": "pending", "unknown": "pending"}),
    "its owner was refused": (settles("mine", REJECT, "400"), {"sending": "rejected", "unknown": "rejected"}),
    "its owner does not know": (settles("mine", LOSE, "502"), {"sending": "unknown"}),
    "its owner has the model": (settles("mine", START), dict.fromkeys(OPEN, "started")),
    "an earlier owner sent nothing": (settles("earlier", RELEASE), {}),
    "an earlier owner was refused": (settles("earlier", REJECT, "400"), {}),
    "an earlier owner does not know": (settles("earlier", LOSE, "502"), {}),
    "an earlier owner has a model": (settles("earlier", START), dict.fromkeys(OPEN, "started")),
    "a list without its model": (lambda store: store.observe([]), {}),
    "a list with its model": (lists("processing"), dict.fromkeys((*OPEN, "gone"), "started")),
    "a list with its finished model": (
        lists("finished"),
        dict.fromkeys((*OPEN, "started", "gone"), "finished"),
    ),
    "a list with its failed model": (lists("failed"), dict.fromkeys((*OPEN, "started", "gone"), "failed")),
    "a list with the model of another key": (lists("queued", key="other", model_id="other"), {}),
    "its model is gone": (
        lambda store: store.vanished("k", "m"),
        dict.fromkeys(("started", "finished", "failed"), "gone"),
    ),
    "another model is gone": (lambda store: store.vanished("k", "other"), {}),
    "a person names its model": (lambda store: store.bind("k", model(store)), {"unknown": "started"}),
    "a person says that nothing was started": (lambda store: store.reopen("k"), {"unknown": "pending"}),
}
# Whoever looks after the lease ends it.
AFTER_THE_LEASE: dict[str, dict[str, str]] = {
    "a claim": {"pending": "sending", "rejected": "sending", "sending": "unknown"},
    "a list without its model": {"sending": "unknown"},
    "a list with the model of another key": {"sending": "unknown"},
}


@pytest.mark.parametrize("state", _states.STATES)
@pytest.mark.parametrize("late", [False, True], ids=["in time", "after the lease"])
def test_what_becomes_of_a_training(
    store: Journal, journal: Path, state: str, late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From each state, by each operation: the whole table, with what does not happen."""
    put(store, state)
    before = store.get("k")
    assert before is not None
    assert before.state == state
    kept = journal.read_bytes()
    if late:
        later = _journal.now() + HOURS
        monkeypatch.setattr(_journal, "now", lambda: later)
    found, expected = {}, {}
    for name, (act, ends) in OPERATIONS.items():
        journal.write_bytes(kept)
        try:
            act(store)
        except TrainingConflictError:
            assert store.get("k") == before
        after = store.get("k")
        assert after is not None
        end = (AFTER_THE_LEASE.get(name, ends) if late else ends).get(state, state)
        is_claimed = end == "sending" != state
        found[name] = (after.state, after.attempts)
        expected[name] = (end, 1 + is_claimed)
        # Not even the error is changed by who does not hold the row.
        assert after == before or end != state or not name.startswith("an earlier owner")

    assert found == expected


def test_two_models_for_one_key(store: Journal, caplog: pytest.LogCaptureFixture) -> None:
    """After a wrong decision of a person both may exist: the first stays, and the second is in the log."""
    claim(store, "earlier")
    store.settle("k", "earlier", Outcome(LOSE, "502"))
    store.reopen("k")
    claim(store, "mine")
    store.settle("k", "earlier", Outcome(START, None, model(store, model_id="first")))
    training = store.settle("k", "mine", Outcome(START, None, model(store, model_id="second")))

    assert (training.state, training.model_id) == ("started", "first")
    assert caplog.messages == ["training k: it has model first, and model second too"]


@pytest.mark.parametrize("state", _states.STATES)
def test_what_a_limit_counts(store: Journal, state: str) -> None:
    """Whatever the service may have acted on: all but what was refused, or not sent."""
    put(store, state)
    free = state in ("pending", "rejected")

    assert claim(store, key="other", max_trainings=1).claimed == free
    assert claim(store, key="another", max_trainings=2).claimed
    assert not claim(store, key="one more", max_trainings=2).claimed


def test_a_limit_is_counted_under_the_lock(store: Journal) -> None:
    """The row at which all claims queue is locked before the trainings are counted, not after."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
        statements.append(" ".join(text.split()))

    store.open()
    sa.event.listen(store.open(), "before_cursor_execute", note)
    claim(store, max_trainings=1)
    queued = [each.startswith("UPDATE tryleap_journal SET claims=") for each in statements]
    counted = [each.startswith("SELECT count(*)") for each in statements]
    claimed = [each.startswith("UPDATE tryleap_trainings") for each in statements]

    assert sum(queued) == sum(counted) == sum(claimed) == 1
    assert queued.index(True) < counted.index(True) < claimed.index(True)


def test_a_claim_over_the_limit_is_not_counted(store: Journal, journal: Path) -> None:
    """`claims` says how many were made."""
    for key in ("k", "over the limit"):
        claim(store, key=key, max_trainings=1)
    with closing(sqlite3.connect(journal)) as connection:
        assert connection.execute("SELECT claims FROM tryleap_journal").fetchone() == (1,)


def test_only_a_lease_that_is_over_now_is_ended(store: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner gave the row back, and another claimed it, between a look at the rows and the change."""
    claim(store)
    start = _journal.now()
    times = itertools.count(start + HOURS, HOURS)
    monkeypatch.setattr(_journal, "now", lambda: next(times))
    write = store._write

    def claimed_anew_before(work: Any) -> Any:
        monkeypatch.setattr(store, "_write", write)
        store.settle("k", "mine", Outcome(RELEASE))
        assert claim(store, "theirs").claimed
        return write(work)

    monkeypatch.setattr(store, "_write", claimed_anew_before)

    assert store.observe([]).changed == []
    training = store.get("k")
    assert training is not None
    assert training.state == "sending"


def test_a_model_belongs_to_one_training(store: Journal, caplog: pytest.LogCaptureFixture) -> None:
    """A person gave a model to one training, and was wrong: the one whose tag it bears has none."""
    put(store, "unknown")
    claim(store, "theirs", key="other")
    store.settle("other", "theirs", Outcome(LOSE, "502"))
    store.bind("other", model(store))

    with pytest.raises(TrainingConflictError, match="Model m belongs to training 'other'"):
        store.bind("k", model(store))
    assert store.observe([model(store)]).adopted == []
    assert [each.state for each in store.list()] == ["unknown", "started"]
    assert caplog.messages == ["model m has the tag of training k, and belongs to other"]


def test_the_first_end_stays(store: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that goes after its training had finished, and one that comes back, change no `ended_at`."""
    put(store, "finished")
    first = store.get("k")
    assert first is not None
    later = _journal.now() + HOURS
    monkeypatch.setattr(_journal, "now", lambda: later)

    assert first.ended_at is not None
    assert store.vanished("k", "m").ended_at == first.ended_at
    assert [each.ended_at for each in store.observe([model(store, "finished")]).changed] == [first.ended_at]


def test_whose_end_is_to_be_reported(store: Journal) -> None:
    """Of trainings that have ended and were not reported."""
    for state in _states.STATES:
        assert store.unnotified() == []
        put(store, state)
        ended = state in ("finished", "failed", "gone")
        assert [each.state for each in store.unnotified()] == [state] * ended
        store.notified("k")
        assert store.unnotified() == []
        store.location.path.unlink()  # type: ignore[union-attr]
        store.close()


def test_other_arguments_are_no_claim(store: Journal) -> None:
    """The same key with another image is refused also where the training could be claimed."""
    put(store, "rejected")
    with pytest.raises(TrainingConflictError, match="the images differ"):
        store.claim(prepare("k", {"image_sample_urls": ["https://b.example"]}), "theirs")

    assert [each.state for each in store.list()] == ["rejected"]


@pytest.mark.parametrize(("status", "state"), [(401, "rejected"), (429, "rejected"), (500, "unknown")])
def test_one_claim_is_one_request(
    open_trainings: Opener, simulator: Simulator, status: int, state: str
) -> None:
    """Whatever the client's own retries and credentials are; the flag of the error decides on the state."""
    simulator.faults.add("train_model", status=status, headers={"Retry-After": "0"}, count=None)
    trainings = open_trainings(token=lambda: TOKEN, retries=5)
    with pytest.raises(LeapError) as caught:
        trainings.start("k", image_sample_files=[PNG])
    training = trainings.get("k")

    assert [each.operation for each in simulator.requests] == ["trainModel"]
    assert (training.state, training.attempts) == (state, 1)
    assert caught.value.may_have_been_processed == (state == "unknown")


def test_a_visible_tag_is_not_reopened(trainings: Blocking, simulator: Simulator) -> None:
    """A person says that nothing was started, and the list says that it was: nothing is sent again."""
    lose(trainings, simulator, "k", acted=True)
    with pytest.raises(TrainingConflictError, match="'k' is started, not unknown"):
        trainings.resolve("k", not_started=True)

    assert len(simulator.uploads) == 1


def test_a_response_without_an_id(trainings: Blocking, simulator: Simulator) -> None:
    """The service has acted, and nothing names the model: the training is unknown until its tag is seen."""
    simulator.faults.add("train_model", body={"status": "queued"}, carried_out=True)
    with pytest.raises(TrainingUnknownError, match="model id") as caught:
        trainings.start("k", image_sample_files=[PNG])

    assert caught.value.training == trainings.get("k")
    assert trainings.start("k", image_sample_files=[PNG]).state == "unknown"
    assert [each.state for each in trainings.reconcile().adopted] == ["started"]
    assert len(simulator.uploads) == 1


@pytest.mark.parametrize(("given", "deadline"), [({}, 1800), ({"deadline": 100}, 100)])
def test_a_request_ends_before_its_lease(
    store: Journal, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], deadline: int
) -> None:
    """The lease outlasts the deadline by a margin; where none is given the call has one all the same."""
    monkeypatch.setattr(_journal, "now", lambda: 1_000_000)
    prepared = prepare("k", IMAGES | given)
    store.claim(prepared, "mine")
    with store.open().connect() as connection:
        lease = connection.exec_driver_sql("SELECT lease_until FROM tryleap_trainings").scalar_one()

    assert prepared.arguments("tag")["deadline"] == prepared.deadline == deadline
    assert lease == 1_000_000 + (deadline + 60) * 1_000_000


@pytest.mark.parametrize(
    ("changed", "is_candidate"),
    [
        ({}, True),
        ({"createdAt": "2026-01-01T11:51:00Z"}, True),
        ({"createdAt": "2026-01-01T11:49:00Z"}, False),
        ({"subjectKeyword": "@you"}, False),
        ({"subjectType": "cat"}, False),
        ({"name": "Alex [k-aaaaaaaaaaaaa]"}, False),
        ({"id": "of another training"}, False),
    ],
)
def test_what_is_no_candidate(store: Journal, changed: dict[str, str], is_candidate: bool) -> None:
    """Models of other keywords or types, from well before the request, with a tag, or of another training."""
    put(store, "unknown")
    sent_at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    training = evolve(store.list()[0], subject_keyword="@me", subject_type="person", sent_at=sent_at)
    found = {"id": "m", "name": "Alex", "subjectKeyword": "@me", "subjectType": "person"}
    candidate = ModelV2Entity.from_dict(found | {"createdAt": "2026-01-01T12:01:00Z"} | changed)

    assert candidates_for(training, [candidate], ["of another training"]) == [candidate] * is_candidate


@pytest.mark.parametrize(
    "name", ["Alex [k-aaaaaaaaaaaaa] copy", "[k-aaaaaaaaaaaa]", "[k-AAAAAAAAAAAAA]", None]
)
def test_what_is_no_tag(name: str | None) -> None:
    """A tag ends the name and is whole: the name of a copy does not make it the training's model."""
    assert tag_in("Alex [k-aaaaaaaaaaaaa]") == "aaaaaaaaaaaaa"
    assert tag_in(name) is None
