"""The model ErrorBody."""

from __future__ import annotations

from typing import Any, ClassVar

from attrs import define, field

from .._runtime.models.base import Field, Model
from .._runtime.models.codecs import INT, STR, ListOf, UnionOf


@define(kw_only=True)
class ErrorBody(Model):
    """What an error usually says.

    The service does not document its errors, and behind a proxy they can also be HTML or empty: rely on the
    status alone.

    Attributes:
        status_code: The status, repeated.
        message: What went wrong, as one sentence or as a list of them.
        error: The name of the status.
        additional_properties: Fields of an answer that the document does not know, by their names.
    """

    status_code: int | None = None
    message: str | list[str] | None = None
    error: str | None = None
    additional_properties: dict[str, Any] = field(factory=dict)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("status_code", "statusCode", INT),
        Field(
            "message",
            "message",
            UnionOf(
                (
                    STR,
                    ListOf(STR),
                )
            ),
        ),
        Field("error", "error", STR),
    )
