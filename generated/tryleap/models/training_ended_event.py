"""The model TrainingEndedEvent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, field

from .._runtime.models.base import Field, Model
from .._runtime.models.codecs import STR, ModelOf, OpenLiterals
from . import MODELS

if TYPE_CHECKING:
    from . import ModelV2Entity


@define(kw_only=True)
class TrainingEndedEvent(Model):
    """The body of the call at the end of a training.

    The service's guide shows the model itself, and applications find it under `result`; both occur, and
    `state` may stand where the model has `status`.

    Attributes:
        id: The id of the model, where the body is the model itself.
        status: How the training ended. Known values: `finished`, `failed`.
        state: Another name that the service gives to `status`. Known values: `finished`, `failed`.
        result: An image model of the workspace.
        additional_properties: Fields of an answer that the document does not know, by their names.
    """

    id: str | None = None
    status: str | None = None
    state: str | None = None
    result: ModelV2Entity | None = None
    additional_properties: dict[str, Any] = field(factory=dict)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", STR),
        Field("status", "status", OpenLiterals(("finished", "failed"))),
        Field("state", "state", OpenLiterals(("finished", "failed"))),
        Field("result", "result", ModelOf(MODELS, "ModelV2Entity")),
    )
