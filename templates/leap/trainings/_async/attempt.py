"""Make one attempt to start a training: claim it, send it, record the outcome."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Final

from ...models import ModelV2Entity
from .._arguments import Prepared
from .._concurrency_async import LeapClient, resolve, run_blocking, run_protected
from .._journal import Journal
from .._states import RELEASE, Outcome, outcome_of, outcome_of_model
from .._training import JournalError, Training, TrainingConflictError, TrainingUnknownError

logger: Final = logging.getLogger(__name__)


class Attempt:
    """One attempt.

    Args:
        journal: The journal.
        leap: The client.
        prepared: The training.
        max_trainings: How many trainings of the journal may have been sent, or None for no limit.
        seen: Models of the service by the tags in their names.
    """

    def __init__(
        self,
        journal: Journal,
        leap: LeapClient,
        prepared: Prepared,
        *,
        max_trainings: int | None = None,
        seen: Mapping[str, ModelV2Entity] | None = None,
    ) -> None:
        self._journal = journal
        self._leap = leap
        self._prepared = prepared
        self._max_trainings = max_trainings
        self._seen = seen or {}
        self._id = uuid.uuid4().hex
        # True once the request's body is being read. Before that the service cannot have acted on it.
        self._began = False

    async def make(self) -> Training:
        """Make the attempt. The training is unchanged if another attempt has claimed it."""
        try:
            token = self._leap.access_token
            if callable(token):
                # Resolved now: a client that renews its token after a 401 would send twice for one claim.
                self._leap = self._leap.with_options(access_token=await resolve(token(), "access_token"))
            return await run_protected(self._make)
        finally:
            self._prepared.close()

    async def _make(self) -> Training:
        journal, prepared = self._journal, self._prepared
        try:
            claim = await run_blocking(
                lambda: journal.claim(prepared, self._id, self._max_trainings, self._seen)
            )
        except TrainingConflictError:
            raise
        except BaseException:
            # The claim may have been committed.
            await self._record(Outcome(RELEASE))
            raise
        if not claim.claimed:
            return claim.training
        arguments = prepared.arguments(claim.training.tag)
        arguments["on_upload_progress"] = self._on_progress
        try:
            model = await self._leap.image_models.train_model(**arguments)
        except BaseException as error:
            training = await self._record(outcome_of(error, began=self._began)) or claim.training
            error.training = training  # type: ignore[attr-defined]  # documented in `start`
            advice = " Call reconcile() to look for its model." if training.state == "unknown" else ""
            error.add_note(f"Training {training.key!r} is {training.state} in the journal.{advice}")
            raise
        return await self._record_model(model)

    def _on_progress(self, sent: int, total: int | None) -> None:
        self._began = True
        if self._prepared.on_upload_progress is not None:
            self._prepared.on_upload_progress(sent, total)

    async def _record(self, outcome: Outcome) -> Training | None:
        """Record an outcome. If that fails, only log it, so that the original error is raised."""
        try:
            return await run_blocking(lambda: self._journal.settle(self._prepared.key, self._id, outcome))
        except JournalError as problem:
            logger.warning("training %s: %s", self._prepared.key, problem)
            return None

    async def _record_model(self, model: ModelV2Entity) -> Training:
        key, outcome = self._prepared.key, outcome_of_model(model)
        try:
            training = await run_blocking(lambda: self._journal.settle(key, self._id, outcome))
        except JournalError as problem:
            raise JournalError(
                f"The service started training {key!r} as model {model.id}, but this could not be recorded:"
                f" {problem} When the journal works again, call reconcile() to find the model by its tag.",
                model=model,
            ) from problem
        if training.state == "unknown":
            raise TrainingUnknownError(
                f"The service accepted training {key!r} but returned no model id. Call reconcile().",
                training=training,
                model=model,
            )
        return training
