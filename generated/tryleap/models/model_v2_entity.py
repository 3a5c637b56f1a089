"""The model ModelV2Entity."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from .._runtime.models.base import Model, json_key, other_keys
from .._runtime.models.codecs import ANY, STR, ListOf, OpenLiterals


@define(kw_only=True)
class ModelV2Entity(Model):
    """An image model of the workspace.

    Attributes:
        id: The id of the model.
        name: The name given at training.
        created_at: When the model was created, as a date and time in ISO 8601.
        subject_keyword: The word that stands for the subject in a prompt.
        subject_type: What the subject is, usually a noun such as person, cat or style.
        status: How far the training is. The set is open, so a value that is not listed may come. Known
            values: `queued`, `processing`, `finished`, `failed`.
        image_samples: The URLs of the images that the model is trained on.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    id: str = field(metadata=json_key("id", STR))
    name: str = field(metadata=json_key("name", STR))
    created_at: str = field(metadata=json_key("createdAt", STR))
    subject_keyword: str = field(metadata=json_key("subjectKeyword", STR))
    subject_type: str = field(metadata=json_key("subjectType", STR))
    status: str = field(
        metadata=json_key("status", OpenLiterals("queued", "processing", "finished", "failed"))
    )
    image_samples: list[str] = field(metadata=json_key("imageSamples", ListOf(STR)))
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))
