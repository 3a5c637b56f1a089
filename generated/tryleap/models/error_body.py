"""The model ErrorBody."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from .._runtime.models.base import Model, json_key, other_keys
from .._runtime.models.codecs import ANY, INT, STR, ListOf, UnionOf


@define(kw_only=True)
class ErrorBody(Model):
    """What an error usually says.

    The service does not document its errors, and behind a proxy they can also be HTML or empty: rely on the
    status alone.

    Attributes:
        status_code: The status, repeated.
        message: What went wrong, as one sentence or as a list of them.
        error: The name of the status.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    status_code: int | None = field(default=None, metadata=json_key("statusCode", INT))
    message: str | list[str] | None = field(
        default=None, metadata=json_key("message", UnionOf(STR, ListOf(STR)))
    )
    error: str | None = field(default=None, metadata=json_key("error", STR))
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))
