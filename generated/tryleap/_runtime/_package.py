"""What the runtime takes from outside: the HTTP library, the package's name and its base error."""

import httpx

__all__ = ["PACKAGE", "BaseError", "LeapError", "httpx"]

PACKAGE = "tryleap"


class LeapError(Exception):
    """The base of every error that this package raises on its own account."""

    __module__ = PACKAGE


BaseError = LeapError
