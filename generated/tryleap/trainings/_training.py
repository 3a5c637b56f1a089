"""Define the public classes of the journal: `Training`, `Reconciliation` and the errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from .._runtime.errors import rebuild
from ..errors import LeapError
from ..models import ModelV2Entity
from ._states import State


@frozen(kw_only=True)
class Training:
    """A training as recorded in the journal. It is immutable: get it again to see changes.

    Attributes:
        key: The key with which it was started.
        state: `pending` (recorded, nothing sent), `sending`, `unknown` (the service may or may not have
            started it), `rejected` (the service rejected it), `started`, `finished`, `failed` or `gone`
            (the service no longer has the model).
        model_id: The id of its model, or None if it is not known.
        model: The model as it was last seen, or None.
        name: The name, without the tag.
        error: Why it is in this state, or None.
        created_at: When it was recorded, in UTC.
        sent_at: When the last attempt to send it began, or None.
        ended_at: When its end was first seen, or None.
        subject_keyword: The keyword of the subject.
        subject_type: The type of the subject.
        files: Names and sizes in bytes of the image files.
        tag: The tag in brackets at the end of its model's name.
        attempts: The number of attempts to send it.
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

    def to_dict(self) -> dict[str, Any]:
        """Return the training as JSON values, for a response or a log.

        Returns:
            The attributes by name, without `subject_keyword`, `subject_type` and `files`. Moments are in ISO
            format, and the model is as its own `to_dict` returns it.
        """
        return {
            "key": self.key,
            "state": self.state,
            "model_id": self.model_id,
            "name": self.name,
            "error": self.error,
            "created_at": self.created_at.isoformat(),
            "sent_at": None if self.sent_at is None else self.sent_at.isoformat(),
            "ended_at": None if self.ended_at is None else self.ended_at.isoformat(),
            "attempts": self.attempts,
            "tag": self.tag,
            "model": None if self.model is None else self.model.to_dict(),
        }


@frozen(kw_only=True)
class Reconciliation:
    """The result of `reconcile`.

    Attributes:
        adopted: The trainings whose models were found by their tags.
        unknown: The trainings that stay `unknown` until their tag is seen or a person decides.
        candidates: For the key of each unknown training, similar models that belong to no other training,
            the most likely first. Similarity is not proof: check them before you call `resolve`.
    """

    adopted: list[Training] = field(factory=list)
    unknown: list[Training] = field(factory=list)
    candidates: Mapping[str, list[ModelV2Entity]] = field(factory=dict)


class _TrainingError(LeapError):
    """Base class of the journal's errors.

    Args:
        message: The message.
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
        return rebuild, (type(self), self.args, dict(self.__dict__))


class TrainingConflictError(_TrainingError):
    """The key belongs to a training with other arguments, or the model to another key."""


class TrainingUnknownError(_TrainingError):
    """It is unknown whether the service started the training. `reconcile` shows the evidence."""


class JournalError(_TrainingError):
    """The journal cannot be used or written. If a training was started, `model` is its model."""
