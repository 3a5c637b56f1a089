"""Match the service's models with the journal's trainings. This module does no I/O."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from ..models import ModelV2Entity
from ._states import ADOPT, BOUND, Transition, transition_by_status
from ._tags import tag_in
from ._training import Training

# Clocks differ, and the service may date a model by the arrival of its request.
_EARLIEST: Final = timedelta(minutes=10)


class Move(NamedTuple):
    """A change of one row.

    Args:
        key: The row's key.
        transitions: The transitions to apply in order; empty to update only the model.
        model: The model to store.
    """

    key: str
    transitions: tuple[Transition, ...]
    model: ModelV2Entity


def moves_of(rows: Iterable[Mapping[Any, Any]], models: Iterable[ModelV2Entity]) -> list[Move]:
    """Decide how rows change, matching models by id or, for rows without a model, by tag.

    The rows have the columns `key`, `tag`, `state`, `model_id` and `model`.
    """
    by_id: dict[str, ModelV2Entity] = {}
    by_tag: dict[str, ModelV2Entity] = {}
    for each in models:
        if each.id:
            by_id[each.id] = each
            tag = tag_in(each.name)
            if tag is not None:
                by_tag.setdefault(tag, each)
    found = (_move_of(row, by_id, by_tag) for row in rows)
    return [each for each in found if each is not None]


def _move_of(
    row: Mapping[Any, Any], by_id: Mapping[str, ModelV2Entity], by_tag: Mapping[str, ModelV2Entity]
) -> Move | None:
    state = row["state"]
    if state not in BOUND:
        model = by_tag.get(row["tag"])
        if model is None:
            return None
        after = transition_by_status(ADOPT.target, model.status)
        return Move(row["key"], (ADOPT,) if after is None else (ADOPT, after), model)
    model = by_id.get(row["model_id"])
    if model is None:
        return None
    transition = transition_by_status(state, model.status)
    if transition is None and (row["model"] == model.to_dict() or state == "gone"):
        return None
    return Move(row["key"], () if transition is None else (transition,), model)


def candidates_for(
    training: Training, models: Iterable[ModelV2Entity], bound: Iterable[str]
) -> list[ModelV2Entity]:
    """Return the models that may belong to an unknown training, for a person to check.

    Those are models without a tag and not among the ids in `bound`, with the same keyword and type, created
    after the request was sent. The most likely come first: by name, then by time.
    """
    taken = set(bound)
    found = []
    for each in models:
        if each.id in taken or tag_in(each.name) is not None:
            continue
        if training.subject_keyword not in (None, each.subject_keyword):
            continue
        if training.subject_type not in (None, each.subject_type):
            continue
        created = created_at(each)
        if created is not None and training.sent_at and created < training.sent_at - _EARLIEST:
            continue
        has_name = bool(training.name) and str(each.name).startswith(training.name or "")
        found.append((not has_name, _distance(training, created), each.id or "", each))
    return [each for *_, each in sorted(found, key=lambda item: item[:3])]


def created_at(model: ModelV2Entity) -> datetime | None:
    """Return when the service created a model, or None if its date is missing or invalid."""
    try:
        date = datetime.fromisoformat(model.created_at)
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else None


def _distance(training: Training, created: datetime | None) -> float:
    if created is None or training.sent_at is None:
        return math.inf
    return abs((created - training.sent_at).total_seconds())
