"""The journal's SQL, made once: SQLAlchemy takes longer to build and recognise a statement than to run it.

A value of a condition is a parameter whose name begins with `of_`; every other parameter is a column to set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ._schema import SCHEMA_VERSION, journal_table, trainings_table
from ._states import BILLABLE, BOUND, CLAIM, ENDED, State, Transition

_c: Final = trainings_table.c
_j: Final = journal_table.c


def _in_states(states: Sequence[State]) -> sa.ColumnElement[bool]:
    # Written into the statement: as parameters they would be put together anew at every call.
    return _c.state.in_([sa.literal_column(f"'{each}'") for each in states])


def _of(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return column == sa.bindparam(f"of_{column.name}", type_=column.type)


_CONDITIONS: Final[Mapping[str, sa.ColumnElement[bool]]] = {
    "of_key": _of(_c.key),
    "of_attempt_id": _of(_c.attempt_id),
    "of_model_id": _of(_c.model_id),
    "of_lease_until": _c.lease_until < sa.bindparam("of_lease_until"),
}
_all: Final = sa.select(trainings_table)
ROW: Final = _all.where(_of(_c.key))
ROW_LOCKED: Final = ROW.with_for_update()
# Older versions of SQLite accept at most 999 parameters.
KEYS_AT_ONCE: Final = 500
ROWS: Final = _all.where(_c.key.in_(sa.bindparam("of_keys", expanding=True)))
ROW_BY_TAG: Final = _all.where(_of(_c.tag))
UNNOTIFIED: Final = _all.where(_in_states(ENDED), _c.notified_at.is_(None)).order_by(_c.ended_at)
MODEL_IDS: Final = sa.select(_c.model_id).where(_c.model_id.is_not(None))
# What a look at the service's models is compared with.
EVIDENCE: Final = sa.select(_c.key, _c.tag, _c.state, _c.model_id, _c.model, _c.lease_until)
OWNER_OF_MODEL: Final = sa.select(_c.key).where(_of(_c.model_id), _c.key != sa.bindparam("of_key"))
# By both unique columns: inserts of one key that name one column only can deadlock at the other.
INSERT: Final[Mapping[str, sa.Insert]] = {
    "sqlite": sqlite.insert(trainings_table).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(trainings_table).on_conflict_do_nothing(),
}
SET: Final = sa.update(trainings_table).where(_of(_c.key))
SET_MODEL: Final = SET.where(_of(_c.model_id), _in_states(BOUND))
# All claims of the journal queue at its row.
COUNT_CLAIM: Final = (
    sa.update(journal_table)
    .where(_of(_j.journal_id), _j.schema_version == SCHEMA_VERSION)
    .values(claims=_j.claims + 1)
)
UNCOUNT_CLAIM: Final = sa.update(journal_table).values(claims=_j.claims - 1)
COUNT_BILLABLE: Final = sa.select(sa.func.count()).select_from(trainings_table).where(_in_states(BILLABLE))


@cache
def rows_in(states: tuple[State, ...] | None) -> sa.Select[Any]:
    """Select the rows in some states, None for all, the oldest first."""
    query = _all.order_by(_c.created_at, _c.key)
    return query if states is None else query.where(_in_states(states))


@cache
def move(transition: Transition, *conditions: str) -> sa.Update:
    """Move a row by a transition, where it is in one of its sources.

    Args:
        transition: The transition. One that ends a training has a parameter more, `seen_at`.
        conditions: Names of parameters: `of_key`, `of_attempt_id`, `of_model_id`, and `of_lease_until`,
            before which the lease must have ended.
    """
    update = sa.update(trainings_table).where(*(_CONDITIONS[each] for each in conditions))
    update = update.where(_in_states(transition.sources)).values(state=transition.target)
    if transition is CLAIM:
        update = update.values(attempts=_c.attempts + 1)
    if transition.target in ENDED:
        # The first end that was seen stays.
        update = update.values(
            ended_at=sa.func.coalesce(_c.ended_at, sa.bindparam("seen_at", type_=_c.ended_at.type))
        )
    return update
