"""Define the journal's tables."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from ._states import BOUND, STATES
from ._tags import TAG_LENGTH

SCHEMA_VERSION: Final = 1
KEY_LENGTH: Final = 200
metadata = sa.MetaData()

journal_table = sa.Table(
    "tryleap_journal",
    metadata,
    sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    sa.Column("journal_id", sa.String(32), nullable=False),
    sa.Column("schema_version", sa.Integer, nullable=False),
    # The number of claims. Claims are serialized by the lock that updating it takes.
    sa.Column("claims", sa.BigInteger, nullable=False),
)


def _listed(states: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in states)


trainings_table = sa.Table(
    "tryleap_trainings",
    metadata,
    sa.Column("key", sa.String(KEY_LENGTH), primary_key=True),
    sa.Column("tag", sa.CHAR(TAG_LENGTH), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("subject_keyword", sa.Text),
    sa.Column("subject_type", sa.Text),
    sa.Column("fingerprint", sa.String(80), nullable=False),
    sa.Column("file_stats", sa.JSON(none_as_null=True)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("attempt_id", sa.String(32)),
    sa.Column("owner", sa.String(200)),
    # Times are microseconds since 1970 in UTC.
    sa.Column("lease_until", sa.BigInteger),
    sa.Column("model_id", sa.Text, unique=True),
    sa.Column("model", sa.JSON(none_as_null=True)),
    sa.Column("error", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("sent_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("notified_at", sa.BigInteger),
    sa.CheckConstraint(f"state IN ({_listed(STATES)})", name="tryleap_trainings_state"),
    sa.CheckConstraint(
        f"state NOT IN ({_listed(BOUND)}) OR model_id IS NOT NULL", name="tryleap_trainings_model"
    ),
)
sa.Index("tryleap_trainings_by_state", trainings_table.c.state)
