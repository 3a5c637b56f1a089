"""The journal: what is read and written in one transaction each. It sends nothing, and blocks.

Every write may be repeated with the same effect, because the acknowledgement of a commit can be lost: then
the transaction runs again on a new connection, and finds what it had written.
"""

from __future__ import annotations

import builtins
import logging
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, RowMapping

from ..models import ModelV2Entity
from ._arguments import LEASE_MARGIN, Prepared
from ._database import PATIENT, Database
from ._evidence import Move, moves_of
from ._rows import model_values, now, stored_text, training_of
from ._schema import SCHEMA_VERSION, journal_table, trainings_table
from ._states import (
    ADOPT,
    BILLABLE,
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
_c: Final = trainings_table.c
_j: Final = journal_table.c
_INSERTS: Final[Mapping[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


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
    """A journal: the rows of trainings, and the only ways in which they change."""

    def get(self, key: str) -> Training | None:
        """Return a training, or None."""
        with self._reading() as connection:
            row = _row_of(connection, key)
            return None if row is None else training_of(row)

    def by_tag(self, tag: str) -> Training | None:
        """Return the training with a tag, or None."""
        with self._reading() as connection:
            row = connection.execute(sa.select(trainings_table).where(_c.tag == tag)).mappings().first()
            return None if row is None else training_of(row)

    def list(self, states: Sequence[State] | None = None) -> builtins.list[Training]:
        """Return trainings, the oldest first.

        Args:
            states: Those in these states alone.
        """
        query = sa.select(trainings_table).order_by(_c.created_at, _c.key)
        if states is not None:
            query = query.where(_c.state.in_(states))
        with self._reading() as connection:
            return [training_of(row) for row in connection.execute(query).mappings()]

    def unnotified(self) -> builtins.list[Training]:
        """Return the trainings that have ended and that nobody was told of."""
        query = sa.select(trainings_table).where(_c.state.in_(ENDED), _c.notified_at.is_(None))
        with self._reading() as connection:
            return [training_of(row) for row in connection.execute(query.order_by(_c.ended_at)).mappings()]

    def notified(self, key: str) -> None:
        """Record that somebody was told of a training's end."""
        self._write(lambda connection: self._set(connection, key, notified_at=now()))

    def model_ids(self) -> set[str]:
        """Return the ids of all models that belong to trainings."""
        with self._reading() as connection:
            return set(connection.execute(sa.select(_c.model_id).where(_c.model_id.is_not(None))).scalars())

    def claim(
        self,
        prepared: Prepared,
        attempt_id: str,
        limit: int | None = None,
        seen: Mapping[str, ModelV2Entity] | None = None,
    ) -> Claim:
        """Record a training where it is new, and claim it where it may be sent.

        Args:
            prepared: The training.
            attempt_id: A fresh id. With it a claim whose acknowledgement was lost is known again.
            limit: How many trainings of the journal may have been sent, or None.
            seen: Models of the service by the tags in their names: such a training is adopted, not claimed.

        Returns:
            The claim.

        Raises:
            TrainingConflictError: The key belongs to a training with other arguments.
            JournalError: The journal could not be written; nothing was claimed, or nothing that is sent.
        """
        self.open()
        models = seen or {}
        return self._write(lambda connection: self._claim(connection, prepared, attempt_id, limit, models))

    def _claim(
        self,
        connection: Connection,
        prepared: Prepared,
        attempt_id: str,
        limit: int | None,
        seen: Mapping[str, ModelV2Entity],
    ) -> Claim:
        key = prepared.key
        row = _row_of(connection, key, lock=True)
        if row is None:
            self._insert(connection, prepared)
            row = _row_of(connection, key, lock=True)
            assert row is not None  # noqa: S101 - somebody has inserted it
        _check_fingerprint(training_of(row), row, prepared)
        if row["state"] == "sending" and row["attempt_id"] == attempt_id:
            return Claim(training_of(row), claimed=True)
        if row["state"] in ADOPT.sources and row["tag"] in seen:
            for move in moves_of([row], [seen[row["tag"]]]):
                self._apply_one(connection, move)
        elif row["state"] == "sending" and row["lease_until"] < now():
            self._move(connection, EXPIRE, _c.key == key)
        elif row["state"] in CLAIM.sources and self._take_turn(connection, limit):
            at = now()
            claimed = self._move(
                connection,
                CLAIM,
                _c.key == key,
                attempt_id=attempt_id,
                owner=f"{socket.gethostname()[:150]}:{os.getpid()}",
                attempts=_c.attempts + 1,
                lease_until=at + int((prepared.deadline + LEASE_MARGIN) * 1_000_000),
                sent_at=at,
                error=None,
            )
            return Claim(self._training(connection, key), claimed=claimed)
        return Claim(self._training(connection, key), claimed=False)

    def _insert(self, connection: Connection, prepared: Prepared) -> None:
        insert = _INSERTS[connection.dialect.name](trainings_table)
        connection.execute(
            # By both unique columns: inserts of one key that name one column only can deadlock at the other.
            insert.on_conflict_do_nothing().values(
                key=prepared.key,
                tag=tag_of(self.journal_id, prepared.key),
                state="pending",
                name=stored_text(prepared.name),
                subject_keyword=stored_text(prepared.subject_keyword),
                subject_type=stored_text(prepared.subject_type),
                fingerprint=prepared.fingerprint,
                file_stats=[each.facts._asdict() for each in prepared.files],
                attempts=0,
                created_at=now(),
            )
        )

    def _take_turn(self, connection: Connection, limit: int | None) -> bool:
        """Count a claim, unless the limit is reached. All claims of the journal queue here."""
        mine = sa.and_(_j.journal_id == self.journal_id, _j.schema_version == SCHEMA_VERSION)
        # The update takes the lock, so what is counted after it is what the claims before have left.
        counted = connection.execute(sa.update(journal_table).where(mine).values(claims=_j.claims + 1))
        if not counted.rowcount:
            raise JournalError(
                f"The journal {self.location} was replaced, or upgraded to another schema version, while it"
                " was in use. Open it again."
            )
        if limit is not None:
            count = sa.select(sa.func.count()).select_from(trainings_table).where(_c.state.in_(BILLABLE))
            if connection.execute(count).scalar_one() >= limit:
                connection.execute(sa.update(journal_table).values(claims=_j.claims - 1))
                return False
        return True

    def settle(self, key: str, attempt_id: str, outcome: Outcome) -> Training:
        """Record how an attempt ended. Its owner may be late: others may have given it up, or adopted it.

        Args:
            key: The training's key.
            attempt_id: The attempt.
            outcome: How it ended.

        Returns:
            The training as it is now.

        Raises:
            JournalError: The journal could not be written.
        """
        return self._write(lambda connection: self._settle(connection, key, attempt_id, outcome), PATIENT)

    def _settle(self, connection: Connection, key: str, attempt_id: str, outcome: Outcome) -> Training:
        transition, error, model = outcome
        values: dict[str, Any] = {"error": stored_text(error), "lease_until": None}
        if model is not None and transition.target in BOUND:
            values |= model_values(model)
        mine = sa.and_(_c.key == key, _c.attempt_id == attempt_id)
        if not self._move(connection, transition, mine, **values) and transition.target in BOUND:
            # A person has reopened it meanwhile: the tag in the model's name binds it all the same.
            self._move(connection, ADOPT, _c.key == key, **values)
        training = self._training(connection, key)
        if model is not None and training.model_id not in (None, model.id):
            logger.error("training %s: it has model %s, and model %s too", key, training.model_id, model.id)
        return training

    def observe(self, models: Iterable[ModelV2Entity]) -> Observed:
        """Bring the journal up to date with models of the service, and end leases that are over.

        Args:
            models: The models. That one is missing means nothing.

        Returns:
            What has changed.
        """
        columns = (_c.key, _c.tag, _c.state, _c.model_id, _c.model, _c.lease_until)
        with self._reading() as connection:
            rows = connection.execute(sa.select(*columns)).mappings().all()
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
        moved = [each for each in moves if self._apply_one(connection, each)]
        changed = [self._training(connection, each.key) for each in moved]
        adopted = [
            training for each, training in zip(moved, changed, strict=True) if ADOPT in each.transitions
        ]
        changed += [
            self._training(connection, key)
            for key in over
            if self._move(connection, EXPIRE, sa.and_(_c.key == key, _c.lease_until < at))
        ]
        return Observed(changed, adopted)

    def _apply_one(self, connection: Connection, move: Move) -> bool:
        key, transitions, model = move
        if not transitions:
            same = sa.and_(_c.key == key, _c.model_id == model.id, _c.state.in_(BOUND))
            update = sa.update(trainings_table).where(same).values(model=model.to_dict())
            return bool(connection.execute(update).rowcount)
        if transitions[0] is ADOPT:
            owner = connection.execute(
                sa.select(_c.key).where(_c.model_id == model.id, _c.key != key)
            ).first()
            if owner is not None:
                logger.error(
                    "model %s has the tag of training %s, and belongs to %s", model.id, key, owner.key
                )
                return False
        changed = False
        for each in transitions:
            ended = {"ended_at": sa.func.coalesce(_c.ended_at, now())} if each.target in ENDED else {}
            values = {**model_values(model), **ended, "lease_until": None, "error": None}
            changed = self._move(connection, each, _c.key == key, **values) or changed
        return changed

    def vanished(self, key: str, model_id: str) -> Training:
        """Record that the service no longer has a training's model.

        Args:
            key: The training's key.
            model_id: The model.

        Returns:
            The training as it is now.
        """

        def work(connection: Connection) -> Training:
            same = sa.and_(_c.key == key, _c.model_id == model_id)
            self._move(connection, VANISH, same, ended_at=sa.func.coalesce(_c.ended_at, now()))
            return self._training(connection, key)

        return self._write(work)

    def bind(self, key: str, model: ModelV2Entity) -> Training:
        """Give an unknown training the model that a person has chosen.

        Raises:
            TrainingConflictError: The training is not unknown, or the model belongs to another one.
        """

        def work(connection: Connection) -> Training:
            other = connection.execute(
                sa.select(_c.key).where(_c.model_id == model.id, _c.key != key)
            ).first()
            if other is not None:
                raise TrainingConflictError(f"Model {model.id} belongs to training {other.key!r}.")
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
        moved = self._move(connection, transition, _c.key == key, **values)
        training = self._training(connection, key)
        if not moved and (training.state != transition.target or training.model_id != model_id):
            raise TrainingConflictError(
                f"Training {key!r} is {training.state}, not unknown: there is nothing to resolve.",
                training=training,
            )
        return training

    def _move(self, connection: Connection, transition: Transition, where: Any, **values: Any) -> bool:
        """Move a row by a transition, where it is in one of its sources; this is the only place that does."""
        update = (
            sa.update(trainings_table)
            .where(where, _c.state.in_(transition.sources))
            .values(state=transition.target, **values)
        )
        return bool(connection.execute(update).rowcount)

    def _set(self, connection: Connection, key: str, **values: Any) -> None:
        connection.execute(sa.update(trainings_table).where(_c.key == key).values(**values))

    def _training(self, connection: Connection, key: str) -> Training:
        row = _row_of(connection, key)
        if row is None:
            raise JournalError(f"The journal {self.location} has no training {key!r} any more.")
        return training_of(row)


def _row_of(connection: Connection, key: str, *, lock: bool = False) -> RowMapping | None:
    query = sa.select(trainings_table).where(_c.key == key)
    return connection.execute(query.with_for_update() if lock else query).mappings().first()


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
