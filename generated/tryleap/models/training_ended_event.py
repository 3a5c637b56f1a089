"""The model TrainingEndedEvent."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from .._runtime.models.base import Model
from .._runtime.models.codecs import ANY, STR, ModelOf, OpenLiterals
from .._runtime.models.layout import json_key, other_keys
from .model_v2_entity import ModelV2Entity


@define(kw_only=True)
class TrainingEndedEvent(Model):
    """The event sent at the end of a training.

    The body is either the model itself or an object with the model in `result`, and the status may be in
    `state` instead of `status`.

    Attributes:
        id: The id of the model, if the body is the model itself.
        status: How the training ended. Known values: `finished`, `failed`.
        state: Another name for `status`. Known values: `finished`, `failed`.
        result: An image model and the status of its training.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    id: str | None = field(default=None, metadata=json_key("id", STR))
    status: str | None = field(default=None, metadata=json_key("status", OpenLiterals("finished", "failed")))
    state: str | None = field(default=None, metadata=json_key("state", OpenLiterals("finished", "failed")))
    result: ModelV2Entity | None = field(default=None, metadata=json_key("result", ModelOf(ModelV2Entity)))
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))
