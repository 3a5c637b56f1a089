"""The model ModelV2Entity."""

from __future__ import annotations

import datetime as dt
from typing import Any

from attrs import define, field

from .._runtime.models.base import Model
from .._runtime.models.codecs import ANY, STR, ListOf, OpenLiterals
from .._runtime.models.layout import json_key, other_keys
from .._runtime.models.scalars import as_datetime


@define(kw_only=True)
class ModelV2Entity(Model):
    """An image model and the status of its training.

    Attributes:
        id: The id of the model.
        name: The name of the model.
        created_at: When the model was created, in ISO 8601 format.
        subject_keyword: The word that refers to the subject in prompts.
        subject_type: The kind of subject, such as person, cat or style.
        status: The status of the training. More values may be added, so handle unknown ones. Known
            values: `queued`, `processing`, `finished`, `failed`.
        image_samples: The URLs of the sample images.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    id: str = field(metadata=json_key("id", STR))
    name: str = field(metadata=json_key("name", STR))
    created_at: str = field(repr=False, metadata=json_key("createdAt", STR))
    subject_keyword: str = field(repr=False, metadata=json_key("subjectKeyword", STR))
    subject_type: str = field(repr=False, metadata=json_key("subjectType", STR))
    status: str = field(
        metadata=json_key("status", OpenLiterals("queued", "processing", "finished", "failed"))
    )
    image_samples: list[str] = field(repr=False, metadata=json_key("imageSamples", ListOf(STR)))
    additional_properties: dict[str, Any] = field(factory=dict, repr=False, metadata=other_keys(ANY))

    @property
    def created_at_datetime(self) -> dt.datetime | None:
        """`created_at` as a date and time; None where it is None.

        Raises:
            ValueError: `created_at` is not a date and time in ISO 8601.
        """
        return as_datetime(self.created_at)
