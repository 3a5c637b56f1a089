# Made from ../_async by `make generate`: change that.
"""The base of all resources: how a rendered method sends its call."""

from __future__ import annotations

from typing import Self, TypeVar, cast

from ..engine import Engine
from ..operations import Call
from ..options import RequestOptions
from .send import send

T = TypeVar("T")


class SyncResource:
    """The base of the resources of a client.

    Args:
        engine: The client's engine. The client itself is not held: it would never be collected in time to
            warn that it was not closed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_raw = False

    def _raw(self) -> Self:
        """Make the same resource, whose calls return the whole response."""
        made = type(self)(self._engine)
        made._is_raw = True
        return made

    def _send(self, call: Call[T], options: RequestOptions) -> T:
        """Send a call.

        Args:
            call: The call.
            options: Its options.

        Returns:
            Its result; of a raw resource the whole response.
        """
        response = send(self._engine, call, options)
        return cast("T", response) if self._is_raw else response.data
