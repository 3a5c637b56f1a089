"""The model ListModelsV2Response."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import define, field

from .._runtime.models.base import Model
from .._runtime.models.codecs import ANY, ListOf, ModelOf
from .._runtime.models.layout import json_key, other_keys
from .._runtime.models.sequence import ItemSequence, first_items
from .model_v2_entity import ModelV2Entity


@define(kw_only=True)
class ListModelsV2Response(Model, ItemSequence[ModelV2Entity]):
    """The models of a workspace.

    It is a sequence of its `models`: `len()`, iteration and indexing work on them. Without any it is false.

    Attributes:
        models: The models, in no guaranteed order.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    models: list[ModelV2Entity] = field(
        repr=first_items, metadata=json_key("models", ListOf(ModelOf(ModelV2Entity)))
    )
    additional_properties: dict[str, Any] = field(factory=dict, repr=False, metadata=other_keys(ANY))

    _sequence: ClassVar[str] = "models"
