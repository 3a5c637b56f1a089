"""What a caller sees of the journal: `Training`, the result of `reconcile`, and the errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from ..errors import LeapError
from ..models import ModelV2Entity
from ._states import State


@frozen(kw_only=True)
class Training:
    """A training as the journal has it. It does not change: fetch it again to see more.

    Attributes:
        key: The key that it was started by.
        state: `pending` (recorded, nothing sent), `sending`, `unknown` (the service may or may not have
            started it), `rejected` (the service refused it), `started`, `finished`, `failed` or `gone`
            (the service no longer has the model).
        model_id: The id of its model, once that is known.
        model: The model as it was last seen, or None.
        name: The name that was given, without the tag.
        error: Why it is in this state, or None.
        created_at: When it was recorded, in UTC.
        sent_at: When the last attempt to send it began, or None.
        ended_at: When its end was first seen, or None.
        subject_keyword: The keyword that was given.
        subject_type: The type that was given.
        files: Names and sizes in bytes of the image files.
        tag: What the name of its model ends with, in brackets.
        attempts: How often it was tried to send it.
    """

    key: str
    state: State
    model_id: str | None
    model: ModelV2Entity | None
    name: str | None
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    subject_keyword: str | None = None
    subject_type: str | None = None
    files: tuple[tuple[str | None, int], ...] = ()
    tag: str = ""
    attempts: int = 0


@frozen(kw_only=True)
class Reconciliation:
    """What `reconcile` found.

    Attributes:
        adopted: The trainings whose models were recognised by their tags.
        unknown: The trainings that stay `unknown` until their tag is seen or a person decides.
        candidates: For the key of each unknown training the models that resemble it and belong to no other
            training, the likeliest first. Resemblance proves nothing: look before you call `resolve`.
    """

    adopted: list[Training] = field(factory=list)
    unknown: list[Training] = field(factory=list)
    candidates: Mapping[str, list[ModelV2Entity]] = field(factory=dict)


class _TrainingError(LeapError):
    """What the errors of a journal share.

    Args:
        message: What is said.
        training: The training that it concerns, or None.
        model: The model of that training, or None.
    """

    def __init__(
        self, message: str, *, training: Training | None = None, model: ModelV2Entity | None = None
    ) -> None:
        super().__init__(message)
        self.training = training
        self.model: ModelV2Entity | None = model or (None if training is None else training.model)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.args, dict(self.__dict__))


def _rebuilt(cls: type[_TrainingError], args: tuple[Any, ...], state: dict[str, Any]) -> _TrainingError:
    made = cls.__new__(cls, *args)
    made.__dict__.update(state)
    return made


class TrainingConflictError(_TrainingError):
    """The key belongs to a training with other arguments, or the model to another key."""


class TrainingUnknownError(_TrainingError):
    """Nobody can say whether the service started the training: `reconcile` shows the evidence."""


class JournalError(_TrainingError):
    """The journal cannot be used, or could not be written. `model` holds what was started meanwhile."""
