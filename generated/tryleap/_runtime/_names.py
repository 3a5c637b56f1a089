"""The names that the runtime, which knows no API, has from the configuration."""

PACKAGE = "tryleap"


class LeapError(Exception):
    """The base of every error that this package raises on its own account."""

    __module__ = PACKAGE


BaseError = LeapError
