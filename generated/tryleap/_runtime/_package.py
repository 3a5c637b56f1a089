"""What differs between packages: the HTTP library, the package's name and its base error."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import httpx

if TYPE_CHECKING:
    from ..models import ModelV2Entity

__all__ = ["PACKAGE", "BaseError", "LeapError", "StartedModel", "httpx"]

PACKAGE = "tryleap"
# The type of `error.model`: what a call started on the server.
StartedModel: TypeAlias = "ModelV2Entity | None"


class LeapError(Exception):
    """The base class of all errors of this package.

    Attributes:
        model: What the call started on the server, as far as it is known; None if nothing was started.
        may_have_been_processed: Whether the server may have acted on the request.
        summary: The first part of the message: what happened.
        advice: The second part: what to do about it. It may be empty.
    """

    __module__ = PACKAGE
    model: StartedModel = None
    may_have_been_processed: bool = False

    def __init__(self, summary: str = "", advice: str = "") -> None:
        super().__init__(f"{summary} {advice}".strip())
        self.summary = summary
        self.advice = advice


BaseError = LeapError
