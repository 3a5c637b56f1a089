# Made from ../_async by `make generate`: change that.
"""Wait for trainings with one list call for each poll, shared by all waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from ...errors import LeapError, NotFoundError
from ...models import ModelV2Entity
from .._concurrency_sync import LeapClient, Lock, resolve, run_blocking, sleep
from .._journal import Journal
from .._states import ENDED, UNDER_WAY, State
from .._training import Training
from .._waits import Schedule, progress_of, refuse_hopeless


class Polling:
    """Polls the service for one journal, on behalf of all waits in this process.

    Args:
        journal: The journal.
        leap: The client.
    """

    def __init__(self, journal: Journal, leap: LeapClient) -> None:
        self._journal = journal
        self._leap = leap
        self._lock = Lock()
        self._polled_at = float("-inf")
        # The trainings in progress at the last poll. Waits check here before they query the journal.
        self._under_way: dict[str, Training] = {}

    def models(self) -> list[ModelV2Entity]:
        """Return the models of the service."""
        found = self._leap.image_models.list_all_models()
        return found.models or []

    def refresh(self, *, also_ended: bool = False) -> list[Training]:
        """Bring the journal up to date; return the trainings that have changed.

        With `also_ended` it gets the models of ended trainings too, if the list lacks them.
        """
        models = self.models()
        changed = (run_blocking(lambda: self._journal.observe(models))).changed
        listed = {each.id for each in models}
        states: tuple[State, ...] = ("started", "finished", "failed") if also_ended else ("started",)
        for each in run_blocking(lambda: self._journal.list(states)):
            if each.model_id is not None and each.model_id not in listed:
                changed += self._check_unlisted(each.key, each.model_id)
        return changed

    def _check_unlisted(self, key: str, model_id: str) -> list[Training]:
        """Get a model that the list lacks: only a 404 proves that it is gone."""
        try:
            model = self._leap.image_models.get_model(model_id)
        except NotFoundError:
            return [run_blocking(lambda: self._journal.vanished(key, model_id))]
        return (run_blocking(lambda: self._journal.observe([model]))).changed

    def _poll(self, max_age: float) -> None:
        """Refresh, unless another wait did so recently."""
        with self._lock:
            if time.monotonic() - self._polled_at < max_age:
                return
            self.refresh()
            rows = run_blocking(lambda: self._journal.list(UNDER_WAY))
            self._under_way = {each.key: each for each in rows}
            self._polled_at = time.monotonic()

    def wait(
        self,
        key: str,
        timeout: float | None,
        poll_interval: float | None,
        on_update: Callable[[Training], object] | None,
    ) -> Training:
        """Wait for one training; see `AsyncTrainings.wait`."""
        schedule = Schedule(timeout, poll_interval)
        seen, reconciled = None, False
        while True:
            self._try_to_poll(schedule)
            training = self._current(key)
            if training.state == "unknown" and not reconciled:
                # The poll may be older than the attempt.
                self._poll(0.0)
                reconciled, training = True, self._current(key)
            if on_update is not None and progress_of(training) != seen:
                seen = progress_of(training)
                resolve(on_update(training), "on_update")
            if training.state in ENDED:
                return training
            refuse_hopeless(training)
            if schedule.is_over():
                raise schedule.timed_out([training])
            sleep(schedule.pause())

    def wait_all(
        self,
        keys: Iterable[str],
        timeout: float | None,
        poll_interval: float | None,
        on_update: Callable[[Training], object] | None,
    ) -> list[Training]:
        """Wait until none of several trainings is under way; see `AsyncTrainings.wait_all`."""
        schedule = Schedule(timeout, poll_interval)
        trainings = self._all_current(keys)
        while left := [each for each in trainings.values() if each.state in UNDER_WAY]:
            self._try_to_poll(schedule)
            current = self._all_current(each.key for each in left)
            trainings |= current
            for before in left:
                after = current[before.key]
                if on_update is not None and progress_of(after) != progress_of(before):
                    resolve(on_update(after), "on_update")
            left = [each for each in trainings.values() if each.state in UNDER_WAY]
            if left and schedule.is_over():
                raise schedule.timed_out(left)
            if left:
                sleep(schedule.pause())
        return sorted(trainings.values(), key=lambda each: (each.created_at, each.key))

    def _try_to_poll(self, schedule: Schedule) -> None:
        """Poll, tolerating temporary failures."""
        try:
            self._poll(schedule.max_age())
        except LeapError as problem:
            self._under_way = {}
            schedule.failed(problem)
        else:
            schedule.succeeded()

    def _current(self, key: str) -> Training:
        """Return a training as of the last poll."""
        return (self._all_current([key]))[key]

    def _all_current(self, keys: Iterable[str]) -> dict[str, Training]:
        """Return trainings as of the last poll, by their keys."""
        wanted = list(dict.fromkeys(keys))
        found = {key: self._under_way[key] for key in wanted if key in self._under_way}
        others = [key for key in wanted if key not in found]
        if others:
            found |= run_blocking(lambda: self._journal.by_keys(others))
        for key in wanted:
            if key not in found:
                raise LookupError(f"The journal {self._journal.location} has no training {key!r}.")
        return found
