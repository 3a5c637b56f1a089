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
        from .sending import Sending

        engine = self._engine
        client = engine.pool.client()
        sending = Sending(engine, call, options, raw=self._is_raw, is_async=False)
        return cast("T", drive(sending, client, engine.clock))

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
        from .uploads import CallerError
        from .waiting import check_wait

        check_wait("timeout", timeout, poll_interval, on_update, is_async=False)
        try:
            return self._polled(plan, call, timeout=timeout, poll_interval=poll_interval, on_update=on_update)
        except CallerError as problem:
            original = problem.original
        raise original

    def _polled(
        self,
        plan: WaitPlan[T],
        call: Call[T],
        *,
        timeout: float,
        poll_interval: float | None,
        on_update: Callable[[T], object] | None,
        last: T | None = None,
    ) -> T:
        from .waiting import drive_wait, waiting

        clock = self._engine.clock
        steps = waiting(plan, clock, timeout, poll_interval, last)
        return drive_wait(steps, lambda each: self._send(call, each), on_update, clock)

    def _send_and_wait(
        self,
        call: Call[T],
        options: RequestOptions,
        plan: WaitPlan[T],
        poll: Callable[[str], Call[T]],
        *,
        wait_timeout: float,
        poll_interval: float | None,
        on_update: Callable[[T], object] | None,
    ) -> T:
        """Send a call, and poll until what it began has ended.

        Args:
            call: The call.
            options: Its options.
            plan: How to tell the end.
            poll: Makes the call that shows how far it is, from the id.
            wait_timeout: Seconds for the whole wait after the call.
            poll_interval: Seconds before the second poll, or None for the plan's.
            on_update: See `_wait`.

        Returns:
            What was fetched last.
        """
        from .waiting import Begun, check_wait

        check_wait("wait_timeout", wait_timeout, poll_interval, on_update, is_async=False)
        begun = Begun(call, self._send(call, options), plan)
        try:
            return self._polled(
                plan,
                begun.poll(poll),
                timeout=wait_timeout,
                poll_interval=poll_interval,
                on_update=on_update,
                last=begun.model,
            )
        except BaseException as problem:
            instead = begun.instead_of(problem)
            if instead is problem:
                raise
        raise instead


class AsyncResource(_Resource):
    """The base of the async resources."""

    async def _send(self, call: Call[T], options: RequestOptions) -> T:
        """Send a call; see `Resource`."""
        from .drivers import drive_async
        from .sending import Sending

        engine = self._engine
        client = engine.pool.client()
        sending = Sending(engine, call, options, raw=self._is_raw, is_async=True)
        return cast("T", await drive_async(sending, client, engine.clock))

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
        from .uploads import CallerError
        from .waiting import check_wait

        check_wait("timeout", timeout, poll_interval, on_update, is_async=True)
        try:
            return await self._polled(
                plan, call, timeout=timeout, poll_interval=poll_interval, on_update=on_update
            )
        except CallerError as problem:
            original = problem.original
        raise original

    async def _polled(
        self,
        plan: WaitPlan[T],
        call: Call[T],
        *,
        timeout: float,
        poll_interval: float | None,
        on_update: Callable[[T], object] | None,
        last: T | None = None,
    ) -> T:
        from .waiting import drive_wait_async, waiting

        clock = self._engine.clock
        steps = waiting(plan, clock, timeout, poll_interval, last)
        return await drive_wait_async(steps, lambda each: self._send(call, each), on_update, clock)

    async def _send_and_wait(
        self,
        call: Call[T],
        options: RequestOptions,
        plan: WaitPlan[T],
        poll: Callable[[str], Call[T]],
        *,
        wait_timeout: float,
        poll_interval: float | None,
        on_update: Callable[[T], object] | None,
    ) -> T:
        """Send a call, and poll until what it began has ended; see `Resource`."""
        from .waiting import Begun, check_wait

        check_wait("wait_timeout", wait_timeout, poll_interval, on_update, is_async=True)
        begun = Begun(call, await self._send(call, options), plan)
        try:
            return await self._polled(
                plan,
                begun.poll(poll),
                timeout=wait_timeout,
                poll_interval=poll_interval,
                on_update=on_update,
                last=begun.model,
            )
        except BaseException as problem:
            instead = begun.instead_of(problem)
            if instead is problem:
                raise
        raise instead


__all__ = ["AsyncResource", "Resource", "as_raw", "as_raw_async"]
