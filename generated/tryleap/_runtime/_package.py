"""What the runtime takes from outside: the HTTP library, the package's name and its base error."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import httpx

if TYPE_CHECKING:
    from ..models import ModelV2Entity

__all__ = ["PACKAGE", "BaseError", "LeapError", "StartedModel", "httpx"]

PACKAGE = "tryleap"
# What an error knows of what a call began.
StartedModel: TypeAlias = "ModelV2Entity | None"


class LeapError(Exception):
    """The base of every error that this package raises on its own account.

    Attributes:
        model: What is known of what the call began at the service, or None where nothing had begun.
        may_have_been_processed: Whether the service may have acted on the request, or has.
        summary: What happened, as the message begins.
        advice: What to do about it, as the message ends; empty where there is no advice.
    """

    __module__ = PACKAGE
    model: StartedModel = None
    may_have_been_processed: bool = False

    def __init__(self, summary: str = "", advice: str = "") -> None:
        """Keep the two parts of the message.

        Args:
            summary: What happened.
            advice: What to do about it; may be empty.
        """
        super().__init__(f"{summary} {advice}".strip())
        self.summary = summary
        self.advice = advice


BaseError = LeapError
