"""Convert between rows of the journal and Python objects."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ..models import ModelV2Entity
from ._training import Training

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# An error can contain a whole HTML page.
_MAX_ERROR_LENGTH: Final = 4000


def now() -> int:
    """Return the current time as the journal stores it: microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


def moment(value: int | None) -> datetime | None:
    """Return a stored time as a datetime in UTC."""
    return None if value is None else _EPOCH + timedelta(microseconds=value)


def stored_text(text: str | None) -> str | None:
    """Return a text without null characters and lone surrogates, which databases reject."""
    if text is None:
        return None
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()[:_MAX_ERROR_LENGTH]


def model_values(model: ModelV2Entity) -> dict[str, Any]:
    """Return the values of the model's columns."""
    return {"model_id": model.id, "model": model.to_dict()}


def training_of(row: Mapping[Any, Any]) -> Training:
    """Return a row, its columns by name, as a training."""
    model = row["model"]
    created = moment(row["created_at"])
    assert created is not None  # noqa: S101 - the column is never null
    return Training(
        key=row["key"],
        state=row["state"],
        model_id=row["model_id"],
        model=None if model is None else ModelV2Entity.from_dict(model),
        name=row["name"],
        error=row["error"],
        created_at=created,
        sent_at=moment(row["sent_at"]),
        ended_at=moment(row["ended_at"]),
        subject_keyword=row["subject_keyword"],
        subject_type=row["subject_type"],
        files=tuple((each["name"], each["size"]) for each in row["file_stats"] or ()),
        tag=row["tag"],
        attempts=row["attempts"],
    )
