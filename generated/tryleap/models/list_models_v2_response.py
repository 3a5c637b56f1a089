"""The model ListModelsV2Response."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from .._runtime.models.base import Model, json_key, other_keys
from .._runtime.models.codecs import ANY, ListOf, ModelOf
from .model_v2_entity import ModelV2Entity


@define(kw_only=True)
class ListModelsV2Response(Model):
    """The models of a workspace.

    Attributes:
        models: The models, in no promised order.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    models: list[ModelV2Entity] = field(metadata=json_key("models", ListOf(ModelOf(ModelV2Entity))))
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))
