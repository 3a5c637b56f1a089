"""Read and write the journal, each time in one transaction. This module sends nothing, and blocks.

Every write may be repeated with the same effect, because the acknowledgement of a commit can be lost: then
the transaction runs again on a new connection, and finds what it had written.

Rows are locked in one order, or PostgreSQL finds deadlocks: trainings by their keys, the journal's row last.
"""

from __future__ import annotations

import builtins
import logging
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy.engine import Connection, RowMapping

from ..models import ModelV2Entity
from . import _sql
from ._arguments import Prepared
from ._database import PATIENT, Database
from ._matching import Move, moves_of
from ._rows import model_values, now, stored_text, training_of
from ._states import (
    ADOPT,
    BIND,
    BOUND,
    CLAIM,
    ENDED,
    EXPIRE,
    REOPEN,
    VANISH,
    Outcome,
    State,
    Transition,
)
from ._tags import tag_of
from ._training import JournalError, Training, TrainingConflictError

logger: Final = logging.getLogger(__name__)

# Seconds by which the lease of an attempt outlasts its deadline. Then others may take it over.
LEASE_MARGIN: Final = 60.0


class Claim(NamedTuple):
    """What came of a claim.

    Args:
        training: The training as it is now.
        claimed: Whether it is the caller's to send.
    """

    training: Training
    claimed: bool


class Observed(NamedTuple):
    """What a look at the service's models has changed.

    Args:
        changed: The trainings that have changed.
        adopted: Those of them whose models were recognised by their tags.
    """

    changed: list[Training]
    adopted: list[Training]


class Journal(Database):
    """A journal, with the only methods that change its rows."""

    def get(self, key: str) -> Training | None:
        """Return a training, or None."""
        return self.by_keys([key]).get(key)

    def by_keys(self, keys: Sequence[str]) -> dict[str, Training]:
        """Return the trainings with these keys by their keys; missing ones are left out."""
        size = _sql.KEYS_AT_ONCE
        batches = [{"of_keys": keys[at : at + size]} for at in range(0, len(keys), size)]
        with self._read_only() as connection:
            rows = [row for each in batches for row in connection.execute(_sql.ROWS, each).mappings()]
        return {row["key"]: training_of(row) for row in rows}

    def recorded(self, prepared: Prepared) -> Training | None:
        """Return the training that is recorded under the key of one that could be sent, or None.

        Raises:
            TrainingConflictError: It has other arguments.
        """
        with self._read_only() as connection:
            row = _row_of(connection, prepared.key)
        if row is None:
            return None
        training = training_of(row)
        _check_fingerprint(training, row, prepared)
        return training

    def by_tag(self, tag: str) -> Training | None:
        """Return the training with a tag, or None."""
        with self._read_only() as connection:
            row = connection.execute(_sql.ROW_BY_TAG, {"of_tag": tag}).mappings().first()
            return None if row is None else training_of(row)

    def list(self, states: Sequence[State] | None = None) -> builtins.list[Training]:
        """Return the trainings in some states, by default in all, the oldest first."""
        query = _sql.rows_in(None if states is None else tuple(states))
        with self._read_only() as connection:
            return [training_of(row) for row in connection.execute(query).mappings()]

    def unnotified(self) -> builtins.list[Training]:
        """Return the trainings that have ended and that nobody was told of."""
        with self._read_only() as connection:
            return [training_of(row) for row in connection.execute(_sql.UNNOTIFIED).mappings()]

    def notified(self, key: str) -> None:
        """Record that somebody was told of a training's end."""
        values = {"of_key": key, "notified_at": now()}
        self._write(lambda connection: connection.execute(_sql.SET, values))

    def model_ids(self) -> set[str]:
        """Return the ids of all models that belong to trainings."""
        with self._read_only() as connection:
            return set(connection.execute(_sql.MODEL_IDS).scalars())

    def claim(
        self,
        prepared: Prepared,
        attempt_id: str,
        max_trainings: int | None = None,
        seen: Mapping[str, ModelV2Entity] | None = None,
    ) -> Claim:
        """Record a training where it is new, and claim it where it may be sent.

        Args:
            prepared: The training.
            attempt_id: A fresh id. With it a claim whose acknowledgement was lost is known again.
            max_trainings: How many trainings of the journal may have been sent, or None for no limit.
            seen: Models of the service by the tags in their names: such a training is adopted, not claimed.

        Returns:
            The claim.

        Raises:
            TrainingConflictError: The key belongs to a training with other arguments.
            JournalError: The journal could not be written; nothing was claimed, or nothing that is sent.
        """
        self.open()
        models = seen or {}
        return self._write(
            lambda connection: self._claim(connection, prepared, attempt_id, max_trainings, models)
        )

    def _claim(
        self,
        connection: Connection,
        prepared: Prepared,
        attempt_id: str,
        max_trainings: int | None,
        seen: Mapping[str, ModelV2Entity],
    ) -> Claim:
        key = prepared.key
        is_new = self._insert(connection, prepared)
        row = _row_of(connection, key, lock=not is_new)
        assert row is not None  # noqa: S101 - it is inserted by now, here or elsewhere
        _check_fingerprint(training_of(row), row, prepared)
        if row["state"] == "sending" and row["attempt_id"] == attempt_id:
            return Claim(training_of(row), claimed=True)
        if row["state"] in ADOPT.sources and row["tag"] in seen:
            for move in moves_of([row], [seen[row["tag"]]]):
                self._apply_one(connection, move)
        elif row["state"] == "sending" and row["lease_until"] < now():
            self._move(connection, EXPIRE, {"of_key": key})
        elif row["state"] in CLAIM.sources and self._count_claim(connection, max_trainings):
            at = now()
            claimed = self._move(
                connection,
                CLAIM,
                {"of_key": key},
                attempt_id=attempt_id,
                owner=f"{socket.gethostname()[:150]}:{os.getpid()}",
                lease_until=at + int((prepared.deadline + LEASE_MARGIN) * 1_000_000),
                sent_at=at,
                error=None,
            )
            return Claim(self._training(connection, key), claimed=claimed)
        return Claim(self._training(connection, key), claimed=False)

    def _insert(self, connection: Connection, prepared: Prepared) -> bool:
        """Record a training where its key is new, and return whether it is."""
        values = {
            "key": prepared.key,
            "tag": tag_of(self.journal_id, prepared.key),
            "state": "pending",
            "name": stored_text(prepared.name),
            "subject_keyword": stored_text(prepared.subject_keyword),
            "subject_type": stored_text(prepared.subject_type),
            "fingerprint": prepared.fingerprint,
            "file_stats": [each.stats._asdict() for each in prepared.files],
            "attempts": 0,
            "created_at": now(),
        }
        return bool(connection.execute(_sql.INSERT[connection.dialect.name], values).rowcount)

    def _count_claim(self, connection: Connection, max_trainings: int | None) -> bool:
        """Count a claim, unless `max_trainings` is reached. All claims of the journal queue here."""
        # The update takes the lock, so what is counted after it is what the claims before have left.
        counted = connection.execute(_sql.COUNT_CLAIM, {"of_journal_id": self.journal_id})
        if not counted.rowcount:
            raise JournalError(
                f"The journal {self.location} was replaced, or upgraded to another schema version, while it"
                " was in use. Open it again."
            )
        if max_trainings is None or connection.execute(_sql.COUNT_BILLABLE).scalar_one() < max_trainings:
            return True
        connection.execute(_sql.UNCOUNT_CLAIM)
        return False

    def settle(self, key: str, attempt_id: str, outcome: Outcome) -> Training:
        """Record how an attempt ended. Its owner may be late: others may have given it up, or adopted it.

        Raises:
            JournalError: The journal could not be written.
        """
        return self._write(lambda connection: self._settle(connection, key, attempt_id, outcome), PATIENT)

    def _settle(self, connection: Connection, key: str, attempt_id: str, outcome: Outcome) -> Training:
        transition, error, model = outcome
        values: dict[str, Any] = {"error": stored_text(error), "lease_until": None}
        if model is not None and transition.target in BOUND:
            values |= model_values(model)
        mine = {"of_key": key, "of_attempt_id": attempt_id}
        if not self._move(connection, transition, mine, **values) and transition.target in BOUND:
            # A person has reopened it meanwhile: the tag in the model's name binds it all the same.
            self._move(connection, ADOPT, {"of_key": key}, **values)
        training = self._training(connection, key)
        if model is not None and training.model_id not in (None, model.id):
            logger.error("training %s: it has model %s, and model %s too", key, training.model_id, model.id)
        return training

    def observe(self, models: Iterable[ModelV2Entity]) -> Observed:
        """Bring the journal up to date with models of the service, and end leases that are over.

        That a model is missing means nothing.
        """
        with self._read_only() as connection:
            rows = connection.execute(_sql.EVIDENCE).mappings().all()
        at = now()
        moves = moves_of(rows, models)
        seen = {each.key for each in moves}
        over = [
            row["key"]
            for row in rows
            if row["state"] in EXPIRE.sources and row["lease_until"] < at and row["key"] not in seen
        ]
        if not moves and not over:
            return Observed([], [])
        return self._write(lambda connection: self._apply(connection, moves, over, at))

    def _apply(self, connection: Connection, moves: Sequence[Move], over: Sequence[str], at: int) -> Observed:
        found = {each.key: each for each in moves}
        changed = []
        for key in sorted([*found, *over]):
            if key in found:
                moved = self._apply_one(connection, found[key])
            else:
                moved = self._move(connection, EXPIRE, {"of_key": key, "of_lease_until": at})
            if moved:
                changed.append(self._training(connection, key))
        adopted = [each for each in changed if each.key in found and ADOPT in found[each.key].transitions]
        return Observed(changed, adopted)

    def _apply_one(self, connection: Connection, move: Move) -> bool:
        key, transitions, model = move
        if not transitions:
            update = {"of_key": key, "of_model_id": model.id, "model": model.to_dict()}
            return bool(connection.execute(_sql.SET_MODEL, update).rowcount)
        if transitions[0] is ADOPT:
            owner = _owner_of(connection, model, key)
            if owner is not None:
                logger.error("model %s has the tag of training %s, and belongs to %s", model.id, key, owner)
                return False
        changed = False
        for each in transitions:
            values = model_values(model) | {"lease_until": None, "error": None}
            if each.target in ENDED:
                values["seen_at"] = now()
            changed = self._move(connection, each, {"of_key": key}, **values) or changed
        return changed

    def vanished(self, key: str, model_id: str) -> Training:
        """Record that the service no longer has a training's model."""

        def work(connection: Connection) -> Training:
            self._move(connection, VANISH, {"of_key": key, "of_model_id": model_id}, seen_at=now())
            return self._training(connection, key)

        return self._write(work)

    def bind(self, key: str, model: ModelV2Entity) -> Training:
        """Give an unknown training the model that a person has chosen.

        Raises:
            TrainingConflictError: The training is not unknown, or the model belongs to another one.
        """

        def work(connection: Connection) -> Training:
            owner = _owner_of(connection, model, key)
            if owner is not None:
                raise TrainingConflictError(f"Model {model.id} belongs to training {owner!r}.")
            values = {**model_values(model), "error": None, "lease_until": None}
            return self._decided(connection, key, BIND, model.id, values)

        return self._write(work)

    def reopen(self, key: str) -> Training:
        """Let an unknown training be sent again, because a person says that it was not started.

        Raises:
            TrainingConflictError: The training is not unknown.
        """
        values = {"attempt_id": None, "lease_until": None, "error": None}
        return self._write(lambda connection: self._decided(connection, key, REOPEN, None, values))

    def _decided(
        self,
        connection: Connection,
        key: str,
        transition: Transition,
        model_id: str | None,
        values: Mapping[str, Any],
    ) -> Training:
        moved = self._move(connection, transition, {"of_key": key}, **values)
        training = self._training(connection, key)
        if not moved and (training.state != transition.target or training.model_id != model_id):
            raise TrainingConflictError(
                f"Training {key!r} is {training.state}, not unknown: there is nothing to resolve.",
                training=training,
            )
        return training

    def _move(
        self, connection: Connection, transition: Transition, conditions: Mapping[str, Any], **values: Any
    ) -> bool:
        """Move a row by a transition, where it is in one of its sources; this is the only place that does."""
        update = _sql.move(transition, *conditions)
        return bool(connection.execute(update, {**conditions, **values}).rowcount)

    def _training(self, connection: Connection, key: str) -> Training:
        row = _row_of(connection, key)
        if row is None:
            raise JournalError(f"The journal {self.location} has no training {key!r} any more.")
        return training_of(row)


def _row_of(connection: Connection, key: str, *, lock: bool = False) -> RowMapping | None:
    query = _sql.ROW_LOCKED if lock else _sql.ROW
    return connection.execute(query, {"of_key": key}).mappings().first()


def _owner_of(connection: Connection, model: ModelV2Entity, key: str) -> str | None:
    """Return the key of another training that has a model."""
    conditions = {"of_model_id": model.id, "of_key": key}
    return connection.execute(_sql.OWNER_OF_MODEL, conditions).scalar()


def _check_fingerprint(training: Training, row: RowMapping, prepared: Prepared) -> None:
    if row["fingerprint"] == prepared.fingerprint:
        return
    if row["fingerprint"].partition(":")[0] != prepared.fingerprint.partition(":")[0]:
        detail = "a newer version of this package recorded it: upgrade the package here"
    else:
        names = ("name", "subject_keyword", "subject_type")
        differ = [name for name in names if row[name] != stored_text(getattr(prepared, name))]
        detail = f"{' and '.join(differ) or 'the images'} differ: use another key for another training"
    raise TrainingConflictError(
        f"Training {training.key!r} was recorded with other arguments; {detail}.", training=training
    )
