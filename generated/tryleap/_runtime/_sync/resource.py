# Made from ../_async by `make generate`: change that.
"""The base of all resources: sending the calls of rendered methods."""

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
        """Send a call.

        Args:
            call: The call.
            options: Its options.

        Returns:
            Its result.
        """
        __tracebackhide__ = HIDDEN
        return (send(self._engine, call, options)).data

    def _send_raw(self, call: Call[T], options: RequestOptions) -> ApiResponse[T]:
        """Send a call.

        Args:
            call: The call.
            options: Its options.

        Returns:
            The whole response.
        """
        __tracebackhide__ = HIDDEN
        return send(self._engine, call, options)
