"""A journal of trainings, and what is done with it."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, Unpack

from .. import _states
from .._arguments import TrainArguments, checked_key, prepare
from .._concurrency_async import LeapClient, Receiving, resolve, run_blocking
from .._evidence import candidates_for
from .._journal import Journal
from .._states import State
from .._tags import tag_in, tag_of
from .._training import Reconciliation, Training, TrainingConflictError
from .._webhooks import EXPIRES_IN, Secret, url_for
from .attempt import Attempt
from .polling import Polling
from .runs import Run
from .webhooks import handle


class AsyncTrainings(Receiving):
    """A journal of trainings: per key at most one request that the service may have acted on.

    That holds whatever crashes, retries, threads, processes or machines are involved, as long as all of them
    use the same journal. It may be shared by threads or tasks.

    It is a context manager, which opens the journal and closes it.

    Args:
        leap: The client. It is not closed here.
        journal: The path of an SQLite file, created where it is missing, or the URL of a PostgreSQL
            database, such as postgresql://user:password@host/database (extra `postgres`). SQLite is for
            one machine: never put its file on a network drive.
        webhook_secret: What the URLs of webhooks are signed with; None where there are no webhooks. Of
            several, the first one signs, and any may have signed.

    Raises:
        ValueError: `journal` is no place for a journal.
        TypeError: It is of the wrong type.
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
        """Name the journal; never with a password."""
        return f"<{type(self).__name__} {self._journal.location}>"

    async def __aenter__(self) -> Self:
        await run_blocking(self._journal.open)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the journal; the client stays open."""
        await run_blocking(self._journal.close)

    async def start(self, key: str, **arguments: Unpack[TrainArguments]) -> Training:
        """Start a training, unless its key says that it was started before.

        The key is recorded and claimed before anything is sent, and one claim is one HTTP request. Of all who
        call this with the same key only one sends; the others return what the journal has and send nothing.
        A training that was `rejected`, or whose request never reached the service (`pending`), is sent anew.

        Args:
            key: What stands for this training in your program, such as an order number: 1 to 200 printable
                characters.
            arguments: Those of `train_model`. The name is sent with a tag at its end, such as
                "Alex [k-3fi7akc2dq7x2]". Files must be readable twice; open ones are left where they
                stood. `deadline` is 1800 seconds by default.

        Returns:
            The training. Its state may be any: `started` where this call has started it.

        Raises:
            TrainingConflictError: The key belongs to a training with other arguments.
            TrainingUnknownError: The response has no model id.
            JournalError: The journal cannot be used; its `model` is what was started all the same.
            ValueError: An argument has a value that cannot be sent; nothing was recorded.
            TypeError: An argument is of the wrong type; nothing was recorded.
            LeapError: As in `train_model`, after it was recorded; `training` of the error is its record.
        """
        prepared = await run_blocking(lambda: prepare(key, arguments))
        return await Attempt(self._journal, self._leap, prepared).make()

    async def get(self, key: str) -> Training | None:
        """Return a training as the journal has it, or None where it has none of that key.

        Args:
            key: The key.
        """
        return await run_blocking(lambda: self._journal.get(checked_key(key)))

    async def list(self, state: State | None = None) -> builtins.list[Training]:
        """Return the trainings of the journal, the oldest first.

        Args:
            state: Those in this state alone.

        Raises:
            ValueError: There is no such state.
        """
        if state is not None and state not in _states.STATES:
            raise ValueError(f"state is {state!r}: there are {', '.join(_states.STATES)}")
        return await run_blocking(lambda: self._journal.list(None if state is None else (state,)))

    async def refresh(self, on_ended: Callable[[Training], object] | None = None) -> builtins.list[Training]:
        """Bring all trainings up to date with one list call, and one call for each model that it lacks.

        Run regularly, it makes up for webhooks that never come.

        Args:
            on_ended: Called with each training that has ended (`finished`, `failed` or `gone`): at least
                once for each, whoever has noticed its end, and again where it has raised.

        Returns:
            The trainings that have changed.

        Raises:
            LeapError: The models cannot be listed.
        """
        changed = await self._polling.refresh(also_ended=True)
        if on_ended is not None:
            await self._tell(on_ended)
        return changed

    def webhook_url(self, base: str, key: str, *, expires_in: float = EXPIRES_IN) -> str:
        """Return the URL to give to `start` as `webhook_url`: signed, and for this training alone.

        Args:
            base: The public URL of what receives webhooks.
            key: The training's key; it may be new. The URL bears its tag, not the key itself.
            expires_in: Seconds for which the URL is good; a week by default.

        Raises:
            ValueError: The journal has no `webhook_secret`, or `base` cannot be signed.
        """
        self._journal.open()
        tag = tag_of(self._journal.journal_id, checked_key(key))
        return url_for(base, tag, self._webhook_secret, expires_in)

    async def handle_webhook(self, url: str, body: bytes) -> Training:
        """Take a webhook call. The URL is verified; the body is not believed, but the service is asked.

        It may be repeated, late or lost: run `refresh` regularly, which makes up for what is lost.

        Args:
            url: The public URL of the call with its query, as `webhook_url` has made it. Behind a proxy, put
                the public address and the received query together.
            body: The body, as it was received.

        Returns:
            The training as the service has it now: ended or not, whatever the body says.

        Raises:
            WebhookVerificationError: The URL was not made for this journal: answer 403.
            WebhookBodyError: The body is too large, cannot be read, or names a model that is not the
                training's: answer 400.
            ValueError: The journal has no `webhook_secret`.
            LeapError: The service cannot be asked: answer 503, so that it calls again.
        """
        return await handle(self._journal, self._leap, self._webhook_secret, url, body)

    async def _tell(self, on_ended: Callable[[Training], object], key: str | None = None) -> None:
        """Report the trainings that have ended and that nobody was told of, or one of them."""
        problems: builtins.list[Exception] = []
        for training in await run_blocking(self._journal.unnotified):
            if key not in (None, training.key):
                continue
            try:
                await resolve(on_ended(training), "on_ended")
            except Exception as problem:  # noqa: BLE001 - the others are to be told all the same
                problem.add_note(f"on_ended raised for training {training.key!r}; it is called again.")
                problems.append(problem)
            else:
                await run_blocking(lambda key=training.key: self._journal.notified(key))  # type: ignore[misc]
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise ExceptionGroup(f"on_ended raised for {len(problems)} trainings", problems)

    async def reconcile(self) -> Reconciliation:
        """Settle with one list call what the tags in the names of models can settle. Nothing is sent.

        A tag proves that its training was started, whoever owns it. That a tag is missing proves nothing, so
        what is `unknown` stays so; models that resemble it are returned for a person to look at.

        Returns:
            What was adopted, what is unknown, and candidates for `resolve`.

        Raises:
            LeapError: The models cannot be listed.
        """
        models = await self._polling.models()
        observed = await run_blocking(lambda: self._journal.observe(models))
        unknown = await run_blocking(lambda: self._journal.list(("unknown",)))
        bound = await run_blocking(self._journal.model_ids) if unknown else set()
        return Reconciliation(
            adopted=observed.adopted,
            unknown=unknown,
            candidates={each.key: candidates_for(each, models, bound) for each in unknown},
        )

    async def resolve(self, key: str, *, model_id: str | None = None, not_started: bool = False) -> Training:
        """Decide what became of an `unknown` training. A wrong decision can cost a second training.

        Args:
            key: The training's key.
            model_id: The model that it has become; it is fetched first.
            not_started: True where you are sure that the service has not started it: the next `start` or
                `run` sends it again. The models are listed first, and this is refused where the tag is among
                them.

        Returns:
            The training as it is now.

        Raises:
            TrainingConflictError: The training is not unknown, was started as its tag shows, or the model
                belongs to another one.
            LookupError: The journal has no such training.
            ValueError: Not exactly one of the two is given.
            LeapError: The model cannot be fetched, or the models cannot be listed.
        """
        if (model_id is None) == (not not_started):
            raise ValueError("resolve() takes exactly one of model_id and not_started=True")
        training = await self._existing(key)
        if model_id is None:
            models = await self._polling.models()
            await run_blocking(lambda: self._journal.observe(models))
            return await run_blocking(lambda: self._journal.reopen(key))
        model = await self._leap.image_models.get_model(model_id)
        tag = tag_in(model.name)
        if tag not in (None, training.tag):
            raise TrainingConflictError(
                f"Model {model_id} bears the tag of another training, {model.name!r}: it is not {key!r}.",
                training=training,
            )
        return await run_blocking(lambda: self._journal.bind(key, model))

    async def wait(
        self,
        key: str,
        *,
        timeout: float | None = 3600.0,
        poll_interval: float | None = None,
        on_update: Callable[[Training], object] | None = None,
    ) -> Training:
        """Wait until a training has ended. Any number of waits at a time cost one list call a poll.

        Args:
            key: The training's key.
            timeout: Seconds for the whole wait; None for no limit.
            poll_interval: Seconds before the second poll; they grow to a minute. 10 by default.
            on_update: Called with the training, first and whenever its state or its model's status changes.

        Returns:
            The training, `finished`, `failed` or `gone`.

        Raises:
            TrainingUnknownError: It is unknown whether the service has started it, and its tag is not seen.
            TrainingConflictError: It is `pending` or `rejected`: nothing was started, so start it first.
            WaitTimeoutError: It had not ended in time.
            LookupError: The journal has no such training.
            LeapError: The models cannot be listed: at once after 401, 403 and 404, else after several
                failures in a row.
        """
        await self._existing(key)
        return await self._polling.wait(key, timeout, poll_interval, on_update)

    async def wait_all(
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
            under_way = await run_blocking(lambda: self._journal.list(_states.UNDER_WAY))
            keys = [each.key for each in under_way]
        return await self._polling.wait_all(keys, timeout, poll_interval, on_update)

    async def run(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        concurrency: int = 4,
        max_trainings: int | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[Training], object] | None = None,
    ) -> builtins.list[Training]:
        """Start many trainings and wait until they have ended. Called again after a crash, it goes on.

        The models are listed first, and those with the tag of a row are adopted, which also repairs a journal
        that was restored from a copy. A row that is refused for what it says keeps no other from being sent.

        Args:
            rows: One mapping for each training: its `key`, and the arguments of `start`.
            concurrency: How many are uploaded at a time.
            max_trainings: How many trainings of the journal may have been sent in all, by any process; the
                rest stays `pending`. None for no limit.
            poll_interval: As in `wait`.
            on_update: Called with each training that has changed, one call at a time.

        Returns:
            The trainings of the rows, in their order; of a row that could not be recorded there is none.

        Raises:
            AuthenticationError: 401; likewise `PaymentRequiredError` and `PermissionDeniedError`. No
                further row is sent.
            ExceptionGroup: Rows that could not be recorded: a wrong argument, a missing file, a key of
                another training. It is raised when all others have ended.
            ValueError: An argument cannot be used.
            JournalError: The journal cannot be used.
            LeapError: The models cannot be listed.
        """
        run = Run(self._journal, self._leap, self._polling, max_trainings, on_update)
        return await run.make(rows, concurrency, poll_interval)

    async def _existing(self, key: str) -> Training:
        training = await self.get(key)
        if training is None:
            raise LookupError(f"The journal {self._journal.location} has no training {key!r}.")
        return training
