"""The model ErrorBody."""

from __future__ import annotations

from typing import Any

from attrs import define, field

from .._runtime.models.base import Model
from .._runtime.models.codecs import ANY, INT, STR, ListOf, UnionOf
from .._runtime.models.layout import json_key, other_keys


@define(kw_only=True)
class ErrorBody(Model):
    """The usual body of an error.

    The service does not document its errors, and a proxy may return HTML or an empty body, so rely on the
    HTTP status only.

    Attributes:
        status_code: The HTTP status code.
        message: What went wrong, as a string or a list of strings.
        error: The name of the HTTP status.
        additional_properties: Fields of a response that the document does not know, by their names.
    """

    status_code: int | None = field(default=None, metadata=json_key("statusCode", INT))
    message: str | list[str] | None = field(
        default=None, metadata=json_key("message", UnionOf(STR, ListOf(STR)))
    )
    error: str | None = field(default=None, metadata=json_key("error", STR))
    additional_properties: dict[str, Any] = field(factory=dict, metadata=other_keys(ANY))
