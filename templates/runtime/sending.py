"""Sending: one call from its first attempt to its value or its error, as a generator of steps.

It decides and does no I/O: `drivers` does what it yields. What may be repeated is decided by `retry`, when by
`backoff`, what is said by `messages`.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

from . import messages
from ._package import BaseError
from .backoff import delay, parse_retry_after
from .errors import APIConnectionError, APITimeoutError, UploadError
from .log import logger
from .models.decode_context import DecodeError
from .redaction import cleaned
from .response import decode as answers
from .response.content import GarbageError, TooLargeError
from .response.decode import Context, Reply
from .retry import Happened, Kind, Verdict, classified, verdict
from .steps import Ask, Ended, Send, Sleep, Work
from .transport.failures import cleaned_cause, is_bad_redirect, kind_of, told
from .uploads import AsyncUploadStream, CallerError, DeadlineError, NoBody, SyncUploadStream, Upload

if TYPE_CHECKING:
    from .engine import Engine, Plan
    from .operations import Call
    from .options import RequestOptions
    from .request.bodies import Payload

_DEBUG: Final = 10


class Sending:
    """One call while it is sent.

    Args:
        engine: The client's engine.
        call: The call.
        options: Its options.
        raw: Whether to return the whole answer.
        is_async: Which kind of stream the driver's HTTP client takes.

    Raises:
        TypeError: An option is of the wrong type; nothing was sent.
        ValueError: An option has a value that cannot be used; nothing was sent.
    """

    def __init__(
        self, engine: Engine, call: Call[Any], options: RequestOptions, *, raw: bool, is_async: bool
    ) -> None:
        self.engine = engine
        self.call = call
        self.options = options
        self.raw = raw
        self.is_async = is_async
        self.plan: Plan = engine.plan(call, options)
        self.payload: Payload | None = None
        self.prepared: Any = None
        self.asked: dict[str, Any] | None = None
        self.attempts = 0
        self.retries = 0
        # Of the attempt that is being made: what knows whether the HTTP library has begun to read it.
        self.stream: Upload | NoBody | None = None
        # Whether any attempt was made.
        self.sent = False
        # Whether the server may have acted on any attempt so far.
        self.ambiguous = False
        self.renewed = False

    def run(self) -> Generator[Any, Any, Any]:
        """Send the call.

        Yields:
            Steps.

        Returns:
            What the call returns.

        Raises:
            BaseError: It failed.
            TypeError: An argument is of the wrong type; nothing was sent.
            ValueError: An argument cannot be sent; nothing was sent.
        """
        call = self.call
        if call.body is not None:
            if call.body.blocking:
                yield Work(call.body.look)
            else:
                call.body.look()
        while True:
            ended = yield from self._attempt()
            reply = ended.reply
            if reply is not None and ended.problem is None and 200 <= reply.status < 300:
                value = self._value(reply)
                if call.operation.begins:
                    self._log_begun(getattr(value, call.operation.begins, None))
                return answers.whole_answer(reply, value, self.retries) if self.raw else value
            happened = self._happened(ended)
            decided = verdict(happened, repeatable=call.operation.repeatable, renewable=self._renewable())
            before = self.ambiguous
            self.ambiguous = before or decided.ambiguous
            self.stream = None
            if decided.renew:
                self.renewed = True
                self.asked = None
                continue
            pause = self._pause(decided, reply)
            if pause is None:
                raise self._error(happened, ended, deleted_before=before) from self._cause(ended.problem)
            place = f"{call.operation.method} {call.path}"
            number = f"retry {self.retries + 1} of {self.plan.max_retries}"
            logger.warning("%s: %s; %s in %.1f s", place, self._outcome(ended), number, pause)
            yield Sleep(pause)
            self.retries += 1
            if call.body is not None and call.body.blocking:
                lost: Exception | None = yield Work(self._measure)
                if lost is not None:
                    raise self._failure("source", lost) from self._cause(lost)

    def _attempt(self) -> Generator[Any, Any, Ended]:
        """Make one attempt. A credential that comes from a callable is asked for before each."""
        engine, call, plan = self.engine, self.call, self.plan
        self.attempts += 1
        # One set of values for the whole attempt: another thread may replace one meanwhile.
        keys = engine.keys
        asked: dict[str, Any] | None = None
        for each in engine.callables(call.operation, keys):
            asked = asked or {}
            asked[each.argument] = yield Ask(keys.values[each.argument], each.argument)
        self.asked = asked
        try:
            self.prepared = engine.prepared(call.operation, keys, asked)
        except (TypeError, ValueError) as problem:
            if self.attempts == 1:
                raise
            raise self._failure("unsent", problem) from self._cause(problem)
        self.payload = None if call.body is None else call.body.payload()
        upload: Upload | None = None
        stream: Any
        if self.payload is None:
            self.stream = stream = NoBody(repeatable=call.operation.repeatable)
        else:
            upload = Upload(self.payload, self.options.on_upload_progress, engine.clock, plan.deadline_at)
            self.stream = upload
            stream = AsyncUploadStream(upload) if self.is_async else SyncUploadStream(upload)
        if plan.deadline_at is not None and engine.clock.monotonic() >= plan.deadline_at:
            late = DeadlineError()
            raise self._failure("unconnected", late) from late
        request = engine.request(call.operation, plan, self.prepared, self.payload, stream)
        self.sent = True
        ended: Ended = yield Send(request, upload, plan.deadline_at, engine.options.largest_answer)
        if logger.isEnabledFor(_DEBUG):
            place = f"{call.operation.method} {call.path}"
            took = ended.elapsed * 1000
            logger.debug("%s: %s in %.0f ms (attempt %d)", place, self._outcome(ended), took, self.attempts)
        return ended

    def _log_begun(self, identifier: Any) -> None:
        text = cleaned(messages.goes_on(identifier), self._secrets())
        logger.info("%s %s: %s", self.call.operation.method, self.call.path, text)

    def _outcome(self, ended: Ended) -> str:
        if ended.reply is not None:
            return str(ended.reply.status)
        return cleaned(told(ended.problem), self._secrets()) if ended.problem is not None else "no answer"

    def _secrets(self) -> list[str]:
        secrets: list[str] = self.prepared[2] if self.prepared is not None else []
        return secrets

    def _renewable(self) -> bool:
        return self.asked is not None and not self.renewed and self._can_repeat()

    def _can_repeat(self) -> bool:
        return self.payload is None or self.payload.repeatable

    def _measure(self) -> Exception | None:
        """Take the sizes of the files anew. What is wrong with them is no argument's fault any more."""
        assert self.call.body is not None  # noqa: S101 - the caller looked
        try:
            self.call.body.measure()
        except (OSError, ValueError) as problem:
            return problem
        return None

    def _cause(self, problem: Exception | None) -> BaseException | None:
        return None if problem is None else cleaned_cause(problem, self._secrets())

    def _value(self, reply: Reply) -> Any:
        engine = self.engine
        strict, secrets = engine.options.strict, self._secrets()
        problem: DecodeError | RecursionError
        try:
            return answers.read_value(self.call, reply, engine.drift, strict=strict, secrets=secrets)
        except (DecodeError, RecursionError) as caught:
            problem = caught
        # Raised outside of the handler, whose exception would stay at hand as the context of ours.
        detail = problem.detail if isinstance(problem, DecodeError) else "it is nested too deeply"
        raise self._unreadable(problem, detail, reply) from self._cause(problem)

    def _unreadable(self, problem: BaseException, detail: str, reply: Reply) -> BaseError:
        self.ambiguous = True
        return answers.decode_error(problem, detail, reply, self._context())

    def _context(self) -> Context:
        return Context(self.call, self.retries, self.ambiguous, self._secrets())

    def _happened(self, ended: Ended) -> Happened:
        reply, problem = ended.reply, ended.problem
        # The status of an error says enough, even where its body broke off.
        if reply is not None and not 200 <= reply.status < 300:
            return Happened("status", reply.status, ended.is_own)
        assert problem is not None  # noqa: S101 - a success without a problem has returned
        kind = "unsent" if is_bad_redirect(problem) else kind_of(problem)
        return Happened(classified(kind, began=self._began, has_body=self.payload is not None))

    @property
    def _began(self) -> bool:
        return self.stream is not None and self.stream.began

    def _pause(self, decided: Verdict, reply: Reply | None) -> float | None:
        """Seconds before the next attempt; None where there is to be none."""
        plan, clock = self.plan, self.engine.clock
        if not decided.repeat or self.retries >= plan.max_retries or not self._can_repeat():
            return None
        asked = None if reply is None else parse_retry_after(reply.headers.get("retry-after"), clock.time())
        pause = delay(self.retries, asked, clock.random())
        if plan.deadline_at is not None and clock.monotonic() + pause >= plan.deadline_at:
            return None
        return pause

    def _error(self, happened: Happened, ended: Ended, *, deleted_before: bool) -> BaseError:
        call, reply, problem = self.call, ended.reply, ended.problem
        if happened.kind == "status":
            assert reply is not None  # noqa: S101 - that is what the kind means
            explanation = messages.ambiguity(call.operation) if self.ambiguous else ""
            if happened.status == 404 and deleted_before and call.operation.method == "DELETE":
                explanation = messages.deleted_before()
            return answers.status_error(reply, self._context(), explanation=explanation)
        assert problem is not None  # noqa: S101 - no kind but "status" is without one
        if happened.kind == "undecodable" and reply is not None:
            return answers.decode_error(
                problem, _why(problem, self.engine.options.largest_answer), reply, self._context()
            )
        return self._failure(happened.kind, problem)

    def _failure(self, kind: Kind, problem: Exception) -> BaseError:
        call, plan, secrets = self.call, self.plan, self._secrets()
        # A timeout that the deadline has shortened is the deadline's.
        passed = isinstance(problem, DeadlineError) or (
            kind in ("timed_out", "unconnected", "no_connection")
            and plan.deadline_at is not None
            and isinstance(problem, _timeouts())
            and self.engine.clock.monotonic() >= plan.deadline_at
        )
        message = messages.of_failure(call, kind, told(problem), plan.deadline if passed else None)
        if self.ambiguous:
            message = f"{message} {messages.ambiguity(call.operation)}"
        cls = UploadError if kind == "source" else APIConnectionError
        if kind in ("timed_out", "no_connection") or isinstance(problem, _timeouts()):
            cls = APITimeoutError
        return cls(cleaned(message, secrets), **self._context().arguments())

    def instead_of(self, problem: BaseException) -> BaseException:
        """Decide what a call ends with that has met an exception. This is the last net.

        Once sending has begun, nothing leaves a call but an error of ours with the right flag. Exceptions of
        the caller's own functions, interrupts and cancellation are not ours to replace: they get a note.

        Args:
            problem: The exception.

        Returns:
            What is to be raised: the exception itself, the one in it, or an error of ours with it as cause.
        """
        if isinstance(problem, BaseError):
            return problem
        may_have_arrived = self.ambiguous or self._began
        if isinstance(problem, CallerError):
            problem = problem.original
        elif isinstance(problem, Exception) and self.sent:
            self.ambiguous = True
            made = APIConnectionError(
                messages.of_bug(self.call, type(problem).__name__), **self._context().arguments()
            )
            made.__cause__ = self._cause(problem)
            return made
        if may_have_arrived and self.call.operation.changes:
            problem.add_note(messages.of_ambiguity(self.call))
        return problem


def _timeouts() -> tuple[type[Exception], ...]:
    from ._package import httpx

    return (httpx.TimeoutException, TimeoutError, DeadlineError)


def _why(problem: Exception, limit: int) -> str:
    if isinstance(problem, TooLargeError):
        return f"it has more than the {limit} bytes that are read at most"
    if isinstance(problem, GarbageError):
        return f"it cannot be unpacked: {problem}"
    return told(problem)
