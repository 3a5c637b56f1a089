# Made from ../_async by `make generate`: change that.
"""Provide the class that starts trainings with a journal, and waits for them."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

from .. import _states
from .._arguments import TrainArguments, checked_key, prepare
from .._concurrency_sync import LeapClient, ReceiverMixin, resolve, run_blocking
from .._journal import Journal
from .._matching import candidates_for
from .._states import State
from .._tags import tag_in, tag_of
from .._training import Reconciliation, Training, TrainingConflictError
from .._webhooks import EXPIRES_IN, Secret, url_for
from .attempt import Attempt
from .polling import Polling
from .runs import Run
from .webhooks import handle


class Trainings(ReceiverMixin):
    """A journal of trainings. It sends at most one request for each key that the service may have acted on.

    This holds regardless of crashes, retries, threads, processes and machines, as long as all of them use the
    same journal. An instance can be shared by threads or tasks. It is a context manager that opens and closes
    the journal.

    Args:
        leap: The client. It is not closed by this class.
        journal: The path of an SQLite file, which is created if it does not exist, or the URL of a PostgreSQL
            database, such as postgresql://user:password@host/database (extra `postgres`). An
            SQLite file can be used by one machine only: never put it on a network drive.
        webhook_secret: The secret that signs webhook URLs; None if you use no webhooks. Of several secrets,
            the first one signs, and URLs signed with any of them are accepted.

    Raises:
        ValueError: `journal` is not a valid path or URL.
        TypeError: An argument has the wrong type.
    """

    def __init__(
        self,
        leap: LeapClient,
        journal: str | os.PathLike[str],
        *,
        webhook_secret: Secret | None = None,
    ) -> None:
        self._leap = leap
        self._journal = Journal(journal)
        self._webhook_secret = webhook_secret
        self._polling = Polling(self._journal, leap)

    def __repr__(self) -> str:
        """Return a text with the journal's location, without a password."""
        return f"<{type(self).__name__} {self._journal.location}>"

    def __enter__(self) -> Self:
        run_blocking(self._journal.open)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the journal; the client stays open."""
        run_blocking(self._journal.close)

    def start(self, key: str, **arguments: Unpack[TrainArguments]) -> Training:
        """Start a training, unless a training with this key was started before.

        The key is recorded and claimed before anything is sent, and each claim sends one HTTP request. Of
        concurrent calls with the same key only one sends; the others return what the journal has. A training
        that was `rejected`, or whose request never reached the service (`pending`), is sent again.

        Args:
            key: Your identifier for this training, such as an order number: 1 to 200 printable characters.
            arguments: The arguments of `train_model`. A tag is appended to the name, as in
                "Alex [k-3fi7akc2dq7x2]". Files must be readable twice; the position of open files does not
                change. `deadline` is 1800 seconds by default.

        Returns:
            The training, in any state; `started` if this call started it.

        Raises:
            TrainingConflictError: The key belongs to a training with other arguments.
            TrainingUnknownError: The response has no model id.
            JournalError: The journal cannot be used. If the training was started, `model` is its model.
            ValueError: An argument has an invalid value; nothing was recorded.
            TypeError: An argument has the wrong type; nothing was recorded.
            LeapError: An error of `train_model`, which was recorded; `error.training` is the record.
        """
        prepared = run_blocking(lambda: prepare(key, arguments))
        return Attempt(self._journal, self._leap, prepared).make()

    def get(self, key: str) -> Training | None:
        """Return a training as recorded in the journal, or None if the journal does not have the key.

        Args:
            key: The training's key.
        """
        return run_blocking(lambda: self._journal.get(checked_key(key)))

    def list(self, state: State | None = None) -> builtins.list[Training]:
        """Return the trainings of the journal, oldest first.

        Args:
            state: Return only trainings in this state.

        Raises:
            ValueError: The state does not exist.
        """
        if state is not None and state not in _states.STATES:
            raise ValueError(f"state is {state!r}: use one of {', '.join(_states.STATES)}")
        return run_blocking(lambda: self._journal.list(None if state is None else (state,)))

    def refresh(self, on_ended: Callable[[Training], object] | None = None) -> builtins.list[Training]:
        """Update all trainings with one list call, and one call for each model that the list lacks.

        Call it regularly to find trainings whose webhook never arrived.

        Args:
            on_ended: Called with each training that has ended (`finished`, `failed` or `gone`): at least
                once for each training, even if another process noticed its end, and again if it raised.

        Returns:
            The trainings that have changed.

        Raises:
            LeapError: The models cannot be listed.
        """
        changed = self._polling.refresh(also_ended=True)
        if on_ended is not None:
            self._notify(on_ended)
        return changed

    def webhook_url(self, base: str, key: str, *, expires_in: float = EXPIRES_IN) -> str:
        """Return the signed URL to pass to `start` as `webhook_url`. It is valid for this training only.

        Args:
            base: The public URL of your webhook receiver.
            key: The training's key, which need not exist yet. The URL contains its tag, not the key.
            expires_in: Seconds until the URL expires; a week by default.

        Raises:
            ValueError: The journal has no `webhook_secret`, or `base` cannot be signed.
        """
        self._journal.open()
        tag = tag_of(self._journal.journal_id, checked_key(key))
        return url_for(base, tag, self._webhook_secret, expires_in)

    def handle_webhook(
        self, url: str, body: bytes, on_ended: Callable[[Training], object] | None = None
    ) -> Training:
        """Handle a webhook: verify its URL, and get the status from the service rather than the body.

        A webhook can be repeated, late or lost. Call `refresh` regularly to handle lost ones, and pass both
        methods the same `on_ended`. The journal marks a training as reported after `on_ended` has returned.
        Without `on_ended`, `refresh(on_ended)` reports the training too.

        Args:
            url: The public URL of the request, including its query. Behind a proxy, combine the public
                address with the received query string.
            body: The body, as received.
            on_ended: Called with the training if it has ended and was not reported yet. If it raises, the
                exception is raised here, and the next webhook or `refresh` calls it again.

        Returns:
            The training with its current status.

        Raises:
            WebhookVerificationError: The URL was not created for this journal: respond with 403.
            WebhookBodyError: The body is too large or invalid, or names a model of another training:
                respond with 400.
            ValueError: The journal has no `webhook_secret`.
            LeapError: The model cannot be fetched: respond with 503, so that the webhook is sent again.
        """
        training = handle(self._journal, self._leap, self._webhook_secret, url, body)
        if on_ended is not None:
            self._notify(on_ended, training.key)
        return training

    def _notify(self, on_ended: Callable[[Training], object], key: str | None = None) -> None:
        """Call `on_ended` for ended trainings that were not reported yet, or for one of them."""
        problems: builtins.list[Exception] = []
        for training in run_blocking(self._journal.unnotified):
            if key not in (None, training.key):
                continue
            try:
                resolve(on_ended(training), "on_ended")
            except Exception as problem:  # noqa: BLE001 - the others must still be reported
                problem.add_note(f"on_ended raised for training {training.key!r}; it is called again.")
                problems.append(problem)
            else:
                run_blocking(lambda key=training.key: self._journal.notified(key))  # type: ignore[misc]
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise ExceptionGroup(f"on_ended raised for {len(problems)} trainings", problems)

    def reconcile(self) -> Reconciliation:
        """Find the models of `unknown` trainings by the tags in their names, with one list call.

        A tag proves that its training was started. A missing tag proves nothing, so the training stays
        `unknown`; similar models are returned for a person to check. No training is sent.

        Returns:
            The trainings that were found, those that are still unknown, and candidates for `resolve`.

        Raises:
            LeapError: The models cannot be listed.
        """
        models = self._polling.models()
        observed = run_blocking(lambda: self._journal.observe(models))
        unknown = run_blocking(lambda: self._journal.list(("unknown",)))
        bound = run_blocking(self._journal.model_ids) if unknown else set()
        return Reconciliation(
            adopted=observed.adopted,
            unknown=unknown,
            candidates={each.key: candidates_for(each, models, bound) for each in unknown},
        )

    def resolve(self, key: str, *, model_id: str | None = None, not_started: bool = False) -> Training:
        """Resolve an `unknown` training. A wrong decision can cost a second training.

        Args:
            key: The training's key.
            model_id: The id of its model, which is fetched first.
            not_started: Pass True if you are sure that the service has not started it: the next `start` or
                `run` sends it again. The models are listed first, and it is refused if one has the tag.

        Returns:
            The updated training.

        Raises:
            TrainingConflictError: The training is not unknown, its tag shows that it was started, or the
                model belongs to another training.
            LookupError: The journal has no such training.
            ValueError: Neither or both of the two arguments are given.
            LeapError: The model cannot be fetched, or the models cannot be listed.
        """
        if (model_id is None) == (not not_started):
            raise ValueError("resolve() takes exactly one of model_id and not_started=True")
        training = self._existing(key)
        if model_id is None:
            models = self._polling.models()
            run_blocking(lambda: self._journal.observe(models))
            return run_blocking(lambda: self._journal.reopen(key))
        model = self._leap.image_models.get_model(model_id)
        tag = tag_in(model.name)
        if tag not in (None, training.tag):
            raise TrainingConflictError(
                f"Model {model_id} does not belong to {key!r}: it has another tag, {model.name!r}.",
                training=training,
            )
        return run_blocking(lambda: self._journal.bind(key, model))

    def wait(
        self,
        key: str,
        *,
        timeout: float | None = 3600.0,
        poll_interval: float | None = None,
        on_update: Callable[[Training], object] | None = None,
    ) -> Training:
        """Wait until a training has ended. Concurrent waits share one list call for each poll.

        Args:
            key: The training's key.
            timeout: Seconds for the whole wait; None for no limit.
            poll_interval: Seconds before the second poll, 10 by default; the interval grows to a minute.
            on_update: Called with the training once, and whenever its state or its model's status changes.

        Returns:
            The training, `finished`, `failed` or `gone`.

        Raises:
            TrainingUnknownError: It is unknown whether the service has started it, and no model has its tag.
            TrainingConflictError: It is `pending` or `rejected`, so it was not started.
            WaitTimeoutError: It did not end in time.
            LookupError: The journal has no such training.
            LeapError: The models cannot be listed. It is raised immediately after 401, 403 and 404, otherwise
                after several failures in a row.
        """
        self._existing(key)
        return self._polling.wait(key, timeout, poll_interval, on_update)

    def wait_all(
        self,
        *,
        keys: Iterable[str] | None = None,
        timeout: float | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[Training], object] | None = None,
    ) -> builtins.list[Training]:
        """Wait until none of several trainings is under way. A poll is one list call.

        Args:
            keys: Their keys; by default those of all trainings of the journal that are under way.
            timeout: Seconds for the whole wait; None for no limit.
            poll_interval: As in `wait`.
            on_update: Called with each training that has changed.

        Returns:
            The trainings that were waited for, in the order in which they were recorded. Those that have
            become `unknown` are among them.

        Raises:
            WaitTimeoutError: Some had not ended in time.
            LookupError: The journal has no training of one of the keys.
            TypeError: `keys` is a string.
            LeapError: As in `wait`.
        """
        if isinstance(keys, str):
            raise TypeError(f"keys must be a list, not a string; for one training call wait({keys!r})")
        if keys is None:
            under_way = run_blocking(lambda: self._journal.list(_states.UNDER_WAY))
            keys = [each.key for each in under_way]
        return self._polling.wait_all(keys, timeout, poll_interval, on_update)

    def run(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        concurrency: int = 4,
        max_trainings: int | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[Training], object] | None = None,
    ) -> builtins.list[Training]:
        """Start many trainings and wait until they have ended. Call it again after a crash to continue.

        It first lists the models and adopts those with the tag of a row, which also repairs a journal that
        was restored from a backup. An invalid row does not prevent the others from being sent.

        Args:
            rows: One mapping for each training: its `key`, and the arguments of `start`.
            concurrency: The maximum number of concurrent uploads.
            max_trainings: The maximum number of trainings that the journal sends in total, in all processes;
                the rest stay `pending`. None for no limit.
            poll_interval: As in `wait`.
            on_update: Called with each training that has changed, one call at a time.

        Returns:
            The trainings of the rows, in their order, without rows that could not be recorded.

        Raises:
            AuthenticationError: The response was 401; likewise `PaymentRequiredError` and
                `PermissionDeniedError`. No further row is sent.
            ExceptionGroup: Some rows could not be recorded because of an invalid argument, a missing file or
                a key of another training. It is raised when all others have ended.
            ValueError: An argument has an invalid value.
            JournalError: The journal cannot be used.
            LeapError: The models cannot be listed.
        """
        run = Run(self._journal, self._leap, self._polling, max_trainings, on_update)
        return run.make(rows, concurrency, poll_interval)

    def _existing(self, key: str) -> Training:
        training = self.get(key)
        if training is None:
            raise LookupError(f"The journal {self._journal.location} has no training {key!r}.")
        return training
