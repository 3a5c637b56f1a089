"""What the runtime takes from outside: the HTTP library, the package's name and its base error.

These are working defaults, with which the runtime is tested where it lies. In a generated package the file
beside this one, `_package.py.jinja`, takes its place.
"""

from typing import Any, TypeAlias

import httpx

__all__ = ["PACKAGE", "BaseError", "StartedModel", "httpx"]

PACKAGE = __name__.rpartition(".")[0]
# What an error knows of what a call began.
StartedModel: TypeAlias = Any


class BaseError(Exception):
    """The base of every error that this package raises on its own account.

    Attributes:
        model: What is known of what the call began at the service, or None where nothing had begun.
        may_have_been_processed: Whether the service may have acted on the request, or has.
        summary: What happened, as the message begins.
        advice: What to do about it, as the message ends; empty where there is no advice.
    """

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
