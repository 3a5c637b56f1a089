"""The base of all resources: how a rendered method sends its call, and waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TypeVar, cast

from .response.raw import as_raw, as_raw_async

if TYPE_CHECKING:
    from .engine import Engine
    from .operations import Call
    from .options import RequestOptions
    from .waiting import WaitPlan

T = TypeVar("T")


class _Resource:
    """A resource.

    Args:
        engine: The client's engine. The client itself is not held: it would never be collected in time
            to warn.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_raw = False

    def _raw(self) -> Self:
        """Make the same resource, whose calls return whole answers."""
        made = type(self)(self._engine)
        made._is_raw = True
        return made


class Resource(_Resource):
    """The base of the sync resources."""

    def _send(self, call: Call[T], options: RequestOptions) -> T:
        """Send a call.

        Args:
            call: The call.
            options: Its options.

        Returns:
            What it returns; of a raw resource the whole answer.
        """
        from .drivers import drive
        from .sending import sending

        engine = self._engine
        client = engine.pool.client()
        return cast(
            "T", drive(sending(engine, call, options, raw=self._is_raw, is_async=False), client, engine.clock)
        )

    def _wait(
        self,
        plan: WaitPlan[T],
        call: Call[T],
        *,
        timeout: float,
        poll_interval: float | None,
        on_update: Callable[[T], object] | None,
    ) -> T:
        """Poll until the end.

        Args:
            plan: How to tell the end.
            call: The call that shows how far it is.
            timeout: Seconds for the whole wait.
            poll_interval: Seconds before the second poll, or None for the plan's.
            on_update: Called with what was fetched, first and at each change of the status; or None.

        Returns:
            What was fetched last.
        """
        from .waiting import drive_wait, waiting

        clock = self._engine.clock
        return drive_wait(
            waiting(plan, clock, timeout, poll_interval),
            lambda each: self._send(call, each),
            on_update,
            clock,
        )


class AsyncResource(_Resource):
    """The base of the async resources."""

    async def _send(self, call: Call[T], options: RequestOptions) -> T:
        """Send a call; see `Resource`."""
        from .drivers import drive_async
        from .sending import sending

        engine = self._engine
        client = engine.pool.client()
        steps = sending(engine, call, options, raw=self._is_raw, is_async=True)
        return cast("T", await drive_async(steps, client, engine.clock))

    async def _wait(
        self,
        plan: WaitPlan[T],
        call: Call[T],
        *,
        timeout: float,
        poll_interval: float | None,
        on_update: Callable[[T], object] | None,
    ) -> T:
        """Poll until the end; see `Resource`. A function that must be awaited may be passed as well."""
        from .waiting import drive_wait_async, waiting

        clock = self._engine.clock
        steps = waiting(plan, clock, timeout, poll_interval)
        return await drive_wait_async(steps, lambda each: self._send(call, each), on_update, clock)


__all__ = ["AsyncResource", "Resource", "as_raw", "as_raw_async"]
