"""What differs between packages: the HTTP library, the package's name and its base error.

These defaults serve the tests of the runtime itself. In a generated package, `_package.py.jinja` replaces
this module.
"""

from typing import Any, TypeAlias

import httpx

__all__ = ["PACKAGE", "BaseError", "StartedModel", "httpx"]

PACKAGE = __name__.rpartition(".")[0]
# The type of `error.model`: what a call started on the server.
StartedModel: TypeAlias = Any


class BaseError(Exception):
    """The base class of all errors of this package.

    Attributes:
        model: What the call started on the server, as far as it is known; None if nothing was started.
        may_have_been_processed: Whether the server may have acted on the request.
        summary: The first part of the message: what happened.
        advice: The second part: what to do about it. It may be empty.
    """

    model: StartedModel = None
    may_have_been_processed: bool = False

    def __init__(self, summary: str = "", advice: str = "") -> None:
        super().__init__(f"{summary} {advice}".strip())
        self.summary = summary
        self.advice = advice
