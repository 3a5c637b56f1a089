"""What the runtime takes from outside: the HTTP library, the package's name and its base error."""

from typing import Any

import httpx

__all__ = ["PACKAGE", "BaseError", "LeapError", "httpx"]

PACKAGE = "tryleap"


class LeapError(Exception):
    """The base of every error that this package raises on its own account.

    Attributes:
        model: What is known of what the call began at the service, or None where nothing had begun.
        may_have_been_processed: Whether the service may have acted on the request, or has.
    """

    __module__ = PACKAGE
    model: Any = None
    may_have_been_processed: bool = False


BaseError = LeapError
