"""The model ModelV2Entity."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from attrs import define, field

from .._runtime.models.base import NO_NULLS, Field, Model
from .._runtime.models.codecs import STR, ListOf, OpenLiterals

_STATUS = frozenset(("queued", "processing", "finished", "failed"))


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
        additional_properties: Fields of an answer that the document does not know, by their names.
    """

    id: str
    name: str
    created_at: str
    subject_keyword: str
    subject_type: str
    status: str
    image_samples: list[str]
    additional_properties: dict[str, Any] = field(factory=dict)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", STR, required=True),
        Field("name", "name", STR, required=True),
        Field("created_at", "createdAt", STR, required=True),
        Field("subject_keyword", "subjectKeyword", STR, required=True),
        Field("subject_type", "subjectType", STR, required=True),
        Field(
            "status", "status", OpenLiterals(("queued", "processing", "finished", "failed")), required=True
        ),
        Field("image_samples", "imageSamples", ListOf(STR), required=True),
    )

    @classmethod
    def _quick(cls, source: Any, notes: set[object]) -> Self:
        """Read an object that is as documented, field by field in a straight line; any other by the table."""
        if source.__class__ is not dict or len(source) != 7:
            return super()._quick(source, notes)
        made = cls.__new__(cls)
        try:
            value = source["id"]
            if value.__class__ is not str:
                return super()._quick(source, notes)
            made.id = value
            value = source["name"]
            if value.__class__ is not str:
                return super()._quick(source, notes)
            made.name = value
            value = source["createdAt"]
            if value.__class__ is not str:
                return super()._quick(source, notes)
            made.created_at = value
            value = source["subjectKeyword"]
            if value.__class__ is not str:
                return super()._quick(source, notes)
            made.subject_keyword = value
            value = source["subjectType"]
            if value.__class__ is not str:
                return super()._quick(source, notes)
            made.subject_type = value
            value = source["status"]
            if value.__class__ is not str or value not in _STATUS:
                return super()._quick(source, notes)
            made.status = value
            value = source["imageSamples"]
            if value.__class__ is not list:
                return super()._quick(source, notes)
            for each in value:
                if each.__class__ is not str:
                    return super()._quick(source, notes)
            made.image_samples = value.copy()
        except KeyError:
            return super()._quick(source, notes)
        made.additional_properties = {}
        made._nulls = NO_NULLS
        return made
