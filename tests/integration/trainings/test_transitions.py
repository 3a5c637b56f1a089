"""No path but those of the table: every change of a state that a journal makes, in any order of calls."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tryleap.models import ModelV2Entity
from tryleap.trainings import TrainingConflictError, _journal, _sql, _states
from tryleap.trainings._arguments import prepare
from tryleap.trainings._journal import Journal
from tryleap.trainings._states import Outcome
from tryleap.trainings._tags import tagged_name

from .conftest import commit_quickly

# As the design has it, written out a second time on purpose.
TABLE = {
    "pending": {"sending", "started"},
    "rejected": {"sending", "started"},
    "sending": {"pending", "rejected", "started", "unknown"},
    "unknown": {"pending", "rejected", "started"},
    "started": {"finished", "failed", "gone"},
    "finished": {"gone"},
    "failed": {"gone"},
    "gone": {"started", "finished", "failed"},
}
IMAGES = {"image_sample_urls": ["https://a.example"]}
KEYS = st.sampled_from(["a", "b"])
ENDS = st.sampled_from(["answer", "refused", "unsent", "lost"])
STATUSES = st.sampled_from(["queued", "processing", "finished", "failed", "a status of tomorrow"])


def test_the_table() -> None:
    """The transitions that the code has are those of the design."""
    found: dict[str, set[str]] = {state: set() for state in _states.STATES}
    for sources, target in _states.TRANSITIONS:
        for source in sources:
            found[source].add(target)

    assert found == TABLE


def test_rows_change_in_the_order_of_their_keys(store: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever order they were recorded in, and whether they are adopted or given up: no two can deadlock."""
    models = []
    for key in ("d", "b", "c", "a"):
        tag = store.claim(prepare(key, IMAGES), f"attempt of {key}").training.tag
        if key in "bc":
            model = {"id": key, "name": tagged_name(None, tag), "status": "finished"}
            models.append(ModelV2Entity.from_dict(model))
    later = _journal.now() + 3_600_000_000
    monkeypatch.setattr(_journal, "now", lambda: later)
    observed = store.observe(reversed(models))

    assert [(each.key, each.state) for each in observed.changed] == [
        ("a", "unknown"),
        ("b", "finished"),
        ("c", "finished"),
        ("d", "unknown"),
    ]
    assert [each.key for each in observed.adopted] == ["b", "c"]


class Machine(RuleBasedStateMachine):
    """One journal, its owners, a person, and a service that may or may not have acted on each attempt."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "trainings.db"
        self.journal = Journal(self.path)
        self.time = _journal.now()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(_journal, "now", lambda: self.time)
        self.attempts: list[tuple[str, str]] = []
        self.service: dict[str, dict[str, Any]] = {}
        self.restored = False
        commit_quickly(self.journal, self.patch)

    def teardown(self) -> None:
        self.journal.close()
        self.patch.undo()
        self.folder.cleanup()

    @initialize()
    def log_changes(self) -> None:
        """The database itself writes down each change, so that none is missed between two calls."""
        self.journal.open()
        connection = sqlite3.connect(self.path)
        connection.execute("CREATE TABLE changes (key, before, after)")
        connection.execute(
            "CREATE TRIGGER log AFTER UPDATE OF state ON tryleap_trainings WHEN OLD.state <> NEW.state"
            " BEGIN INSERT INTO changes VALUES (NEW.key, OLD.state, NEW.state); END"
        )
        connection.commit()
        connection.close()

    @rule(key=KEYS, limit=st.sampled_from([None, 1, 2]), acted=st.booleans(), status=STATUSES)
    def claim(self, key: str, limit: int | None, acted: bool, status: str) -> None:
        before = self.journal.get(key)
        billable = [each for each in self.journal.list() if each.state in _states.BILLABLE]
        attempt = f"attempt-{len(self.attempts)}"
        # As `run` does it, which is how a restored journal is repaired.
        seen = {self.tag(each): self.model(each) for each in self.service.values() if self.restored}
        claim = self.journal.claim(prepare(key, IMAGES), attempt, limit, seen)
        may = before is None or before.state in ("pending", "rejected")
        has_room = limit is None or len(billable) < limit
        is_seen = claim.training.tag in seen

        assert claim.claimed == (may and has_room and not is_seen)
        assert claim.training.state in _states.BOUND or not is_seen
        if claim.claimed:
            self.attempts.append((key, attempt))
            assert key not in {each["key"] for each in self.service.values()}
            if acted:
                self.act(key, claim.training.tag, status)

    def act(self, key: str, tag: str, status: str) -> None:
        model_id = f"model-{len(self.service)}"
        self.service[model_id] = {
            "key": key,
            "id": model_id,
            "name": tagged_name(None, tag),
            "status": status,
            "attempt": self.attempts[-1][1],
        }

    @rule(key=KEYS, limit=st.sampled_from([None, 2]), acted=st.booleans(), status=STATUSES, end=ENDS)
    def attempt(self, key: str, limit: int | None, acted: bool, status: str, end: str) -> None:
        """A claim whose owner lives to see its end."""
        before = len(self.attempts)
        self.claim(key, limit, acted, status)
        if len(self.attempts) > before:
            self.settle(before, end)

    @rule(key=KEYS, limit=st.sampled_from([None, 2]), acted=st.booleans(), status=STATUSES, end=ENDS)
    def give_up_too_soon(self, key: str, limit: int | None, acted: bool, status: str, end: str) -> None:
        """The lease of a slow owner ends, a person reopens its training, and another claims it."""
        before = len(self.attempts)
        self.claim(key, limit, acted=False, status=status)
        if len(self.attempts) > before:
            self.look(hours=1)
            self.say_not_started(key)
            self.claim(key, limit, acted, status)
            self.settle(before, end)

    @rule(key=KEYS, status=STATUSES)
    def restore(self, key: str, status: str) -> None:
        """Somebody trains, then the journal is replaced by a copy from before, and the models are listed."""
        copy = self.path.read_bytes()
        self.claim(key, None, acted=True, status=status)
        self.path.write_bytes(copy)
        self.restored = True
        self.look(hours=0)

    @rule(number=st.integers(0, 30), end=ENDS)
    def settle(self, number: int, end: str) -> None:
        """The owner of some attempt, early or late. What it records is what its evidence supports."""
        if not self.attempts:
            return
        key, attempt = self.attempts[number % len(self.attempts)]
        before = self.journal.get(key)
        if before is None:
            return  # in the copy that was restored
        mine = [each for each in self.service.values() if each["attempt"] == attempt]
        outcome = Outcome(_states.LOSE, "lost")
        if mine and end == "answer":
            outcome = Outcome(_states.START, None, self.model(mine[0]))
        elif not mine and end == "refused":
            outcome = Outcome(_states.REJECT, "400")
        elif not mine and end == "unsent":
            outcome = Outcome(_states.RELEASE, "no connection")
        with self.journal.open().begin() as connection:
            owner = connection.execute(_sql.ROW, {"of_key": key}).one().attempt_id
        after = self.journal.settle(key, attempt, outcome)

        assert after == before or owner == attempt or outcome.model is not None

    @rule(hours=st.sampled_from([0, 1]))
    def look(self, hours: int) -> None:
        """Somebody lists the models, maybe after the leases."""
        self.time += hours * 3_600_000_000
        self.journal.observe([self.model(each) for each in self.service.values()])
        tags = {each.tag for each in self.journal.list() if each.state not in _states.BOUND}

        assert not tags & {self.tag(each) for each in self.service.values()}

    @rule(number=st.integers(0, 30), status=STATUSES)
    def progress(self, number: int, status: str) -> None:
        if self.service:
            self.service[sorted(self.service)[number % len(self.service)]]["status"] = status

    @rule(key=KEYS)
    def vanish(self, key: str) -> None:
        training = self.journal.get(key)
        if training is not None and training.model_id is not None:
            self.journal.vanished(key, training.model_id)

    @rule(key=KEYS)
    def say_not_started(self, key: str) -> None:
        """A person decides, after a look at the list as `resolve` has it."""
        if self.journal.get(key) is None:
            return
        self.journal.observe([self.model(each) for each in self.service.values()])
        before = self.journal.get(key)
        try:
            self.journal.reopen(key)
        except TrainingConflictError:
            assert before.state not in ("unknown", "pending")
        else:
            assert before.state in ("unknown", "pending")

    @rule(key=KEYS, number=st.integers(0, 30))
    def name_the_model(self, key: str, number: int) -> None:
        if self.journal.get(key) is None or not self.service:
            return
        chosen = self.service[sorted(self.service)[number % len(self.service)]]
        if chosen["key"] != key:
            return  # `resolve` refuses, because the model has another tag
        before = self.journal.get(key)
        try:
            self.journal.bind(key, self.model(chosen))
        except TrainingConflictError:
            assert before.state != "unknown"

    def model(self, facts: dict[str, Any]) -> ModelV2Entity:
        return ModelV2Entity.from_dict({name: facts[name] for name in ("id", "name", "status")})

    def tag(self, facts: dict[str, Any]) -> str:
        return facts["name"][3:-1]

    @invariant()
    def only_the_table(self) -> None:
        if not self.path.exists():
            return
        connection = sqlite3.connect(self.path)
        changes = connection.execute("SELECT before, after FROM changes").fetchall()
        rows = connection.execute("SELECT state, model_id FROM tryleap_trainings").fetchall()
        connection.close()

        assert [pair for pair in changes if pair[1] not in TABLE[pair[0]]] == []
        assert [row for row in rows if (row[0] in _states.BOUND) != (row[1] is not None)] == []

    @invariant()
    def one_training_for_a_key(self) -> None:
        """Nobody is wrong here: whoever says that nothing was started has seen every tag."""
        keys = [each["key"] for each in self.service.values()]

        assert len(keys) == len(set(keys))


TestTransitions = Machine.TestCase
# A failure is shown as it was found: to shrink it takes longer than a test may take.
PHASES = [each for each in Phase if each is not Phase.shrink]
TestTransitions.settings = settings(max_examples=40, stateful_step_count=25, phases=PHASES)
