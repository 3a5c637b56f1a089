# Made from ../_async by `make generate`: change that.
"""The base of all resources. Rendered methods send calls by it, not by a name that an argument could hide."""

from __future__ import annotations

from typing import TypeVar

from ..engine import Engine
from ..operations import Call
from ..options import RequestOptions
from ..response.raw import ApiResponse
from ..tracebacks import HIDDEN
from .send import send

T = TypeVar("T")


class SyncResource:
    """The base of the resources of a client.

    Args:
        engine: The client's engine. There is no reference to the client itself, so that it can be garbage
            collected, and warn then if it was not closed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _send(self, call: Call[T], options: RequestOptions) -> T:
        """Return the result of a call."""
        __tracebackhide__ = HIDDEN
        return (send(self._engine, call, options)).data

    def _send_raw(self, call: Call[T], options: RequestOptions) -> ApiResponse[T]:
        """Return the whole response of a call."""
        __tracebackhide__ = HIDDEN
        return send(self._engine, call, options)
