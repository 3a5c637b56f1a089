"""Start many trainings concurrently, then wait until they have ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...errors import (
    APIConnectionError,
    AuthenticationError,
    LeapError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
)
from ...models import ModelV2Entity
from .._arguments import prepare
from .._concurrency_async import LeapClient, Lock, Workers, resolve, run_blocking, sleep
from .._journal import Journal
from .._states import UNDER_WAY
from .._tags import tag_in
from .._training import JournalError, Training, TrainingConflictError
from .._waits import Schedule, retry_pause
from .attempt import Attempt
from .polling import Polling


class Run:
    """One run.

    Args:
        journal: The journal.
        leap: The client.
        polling: The polls of the journal.
        max_trainings: How many trainings of the journal may have been sent, or None for no limit.
        on_update: Called with each training that has changed, or None.
    """

    def __init__(
        self,
        journal: Journal,
        leap: LeapClient,
        polling: Polling,
        max_trainings: int | None,
        on_update: Callable[[Training], object] | None,
    ) -> None:
        self._journal = journal
        self._leap = leap
        self._polling = polling
        self._max_trainings = max_trainings
        self._on_update = on_update
        self._seen: dict[str, ModelV2Entity] = {}
        self._trainings: dict[int, Training] = {}
        self._problems: list[Exception] = []
        self._lock = Lock()

    async def make(
        self, rows: Iterable[Mapping[str, Any]], concurrency: int, poll_interval: float | None
    ) -> list[Training]:
        """Start the rows and wait for them; see `AsyncTrainings.run`."""
        if concurrency < 1:
            raise ValueError(f"concurrency is {concurrency!r}: pass 1 or more")
        if self._max_trainings is not None and self._max_trainings < 0:
            raise ValueError(
                f"max_trainings is {self._max_trainings!r}: pass 0 or more, or None for no limit"
            )
        Schedule(None, poll_interval)  # checks the interval before anything is sent
        models = await self._polling.models()
        await run_blocking(lambda: self._journal.observe(models))
        self._seen = {tag: each for each in models if (tag := tag_in(each.name)) is not None}
        await Workers(self._start, concurrency).run(enumerate(rows))
        keys = [each.key for _, each in sorted(self._trainings.items()) if each.state in UNDER_WAY]
        ended = await self._polling.wait_all(keys, None, poll_interval, self._on_update)
        by_key = {each.key: each for each in ended}
        if self._problems:
            raise ExceptionGroup(f"{len(self._problems)} rows could not be recorded", self._problems)
        return [by_key.get(each.key, each) for _, each in sorted(self._trainings.items())]

    async def _start(self, numbered: tuple[int, Mapping[str, Any]]) -> None:
        """Start the training of a row. An invalid row does not prevent the others from being sent."""
        number, row = numbered
        try:
            self._trainings[number] = training = await self._attempts(row)
        except (AuthenticationError, PaymentRequiredError, PermissionDeniedError, JournalError):
            raise
        except (ValueError, TypeError, TrainingConflictError) as problem:
            problem.add_note(f"In row {number + 1} of the run, with the key {row.get('key')!r}.")
            self._problems.append(problem)
            return
        except LeapError as problem:
            recorded: Training | None = getattr(problem, "training", None)
            if recorded is None:
                raise
            self._trainings[number] = training = recorded
        if self._on_update is not None:
            async with self._lock:
                await resolve(self._on_update(training), "on_update")

    async def _attempts(self, row: Mapping[str, Any]) -> Training:
        """Claim and send; retry if the service was not reached, or after a 429."""
        arguments = dict(row)
        key = arguments.pop("key", None)
        retries = 0
        while True:
            prepared = await run_blocking(lambda: prepare(key, arguments))
            attempt = Attempt(
                self._journal, self._leap, prepared, max_trainings=self._max_trainings, seen=self._seen
            )
            try:
                return await attempt.make()
            except (APIConnectionError, RateLimitError) as problem:
                pause = retry_pause(problem, retries)
                if pause is None:
                    raise
            retries += 1
            await sleep(pause)
