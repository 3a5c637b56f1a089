"""The model ListModelsV2Response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import define, field

from .._runtime.models.base import Field, Model
from .._runtime.models.codecs import ListOf, ModelOf
from . import MODELS

if TYPE_CHECKING:
    from . import ModelV2Entity


@define(kw_only=True)
class ListModelsV2Response(Model):
    """The models of a workspace.

    Attributes:
        models: The models, in no promised order.
        additional_properties: Fields of an answer that the document does not know, by their names.
    """

    models: list[ModelV2Entity]
    additional_properties: dict[str, Any] = field(factory=dict)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("models", "models", ListOf(ModelOf(MODELS, "ModelV2Entity")), required=True),
    )
