# Made from ../_async by `make generate`: change that.
"""One call: its attempts, what follows from each, and the pause between two.

Errors are raised after the `except` block that caught their cause: inside of it Python would keep the
original, which may hold a secret, as their `__context__`.
"""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from .. import error_factory, messages
from .._package import BaseError
from ..backoff import pause_before_retry
from ..call_state import CallState
from ..concurrency_sync import AttemptDeadline, HTTPClient, resolve, run_blocking
from ..engine import CallPlan, Engine, KeyRing, PreparedHeaders
from ..log import logger
from ..models.decode_context import DecodeError
from ..operations import Call
from ..options import RequestOptions
from ..redaction import cleaned
from ..request.bodies import Body, Payload
from ..response.attempt_result import AttemptResult, ReceivedResponse
from ..response.decode import decode_result
from ..response.raw import ApiResponse, raw_response
from ..retry import decide
from ..transport.failures import HIDDEN, CallbackError, DeadlineError, cleaned_cause, drop_frames, outcome_of
from .attempt import attempt
from .upload import EmptyStream, UploadStream

T = TypeVar("T")


def send(engine: Engine, call: Call[T], options: RequestOptions) -> ApiResponse[T]:
    """Send a call until it succeeds, or until it may not be repeated.

    Args:
        engine: The client's engine.
        call: The call.
        options: Its options.

    Returns:
        The response with its result.

    Raises:
        BaseError: It failed; `may_have_been_processed` says whether the server may have acted on it.
        TypeError: An argument is of the wrong type; nothing was sent.
        ValueError: An argument cannot be sent; nothing was sent.
    """
    __tracebackhide__ = HIDDEN
    state = CallState(call, engine.server)
    try:
        return _send(engine, call, options, state)
    except Exception as problem:
        is_known = isinstance(problem, BaseError)
        nothing_was_sent = state.attempts == 0 and not isinstance(problem, CallbackError)
        if is_known or nothing_was_sent:
            raise
        caught = problem
    except BaseException as interruption:
        state.annotate(interruption)
        raise
    if isinstance(caught, CallbackError):
        state.annotate(caught.original)
        raise caught.original
    # The last resort: every known failure after sending began is one of our errors already.
    raise error_factory.unexpected_error(caught, state) from cleaned_cause(caught, state.secrets)


def _send(engine: Engine, call: Call[T], options: RequestOptions, state: CallState) -> ApiResponse[T]:
    __tracebackhide__ = HIDDEN
    plan = engine.plan(call, options)
    if call.body is not None:
        _inspect_files(call.body)
    while True:
        prepared, was_asked = _prepare_headers(engine, plan, state)
        payload = None if call.body is None else call.body.payload()
        result = _attempt(engine, plan, state, prepared, payload)
        response = result.response
        if response is not None and result.problem is None and 200 <= response.status < 300:
            return _result(engine, plan, response, state)
        can_repeat = payload is None or payload.repeatable
        renewable = was_asked and not state.renewed and can_repeat
        outcome = outcome_of(result, began=state.sending_began, reports_sending=state.reports_sending)
        decision = decide(outcome, idempotent=call.operation.idempotent, renewable=renewable)
        earlier_ambiguous = state.ambiguous
        state.attempt_ended(ambiguous=decision.ambiguous)
        if decision.renew:
            state.renewed = True
            continue
        pause = None
        if decision.retry and can_repeat and state.retries < plan.max_retries:
            retry_after = None if response is None else response.headers.get("retry-after")
            pause = pause_before_retry(state.retries, retry_after, engine.clock, plan.deadline_at)
        if pause is None:
            cause = None if result.problem is None else cleaned_cause(result.problem, state.secrets)
            if cause is not None and engine.options.http_client is None:
                drop_frames(cause, outcome.kind)
            error = error_factory.final_error(
                outcome, result, state, plan, engine, earlier_ambiguous=earlier_ambiguous
            )
            raise error from cause
        summary = error_factory.summary(result, state.secrets)
        logger.warning("%s", messages.of_retry(call, summary, state.retries + 1, plan.max_retries, pause))
        engine.clock.sleep(pause)
        state.retries += 1
        if call.body is not None:
            _measure_files(call.body, state)


def _attempt(
    engine: Engine, plan: CallPlan, state: CallState, prepared: PreparedHeaders, payload: Payload | None
) -> AttemptResult:
    client: HTTPClient = engine.pool.client()
    operation = state.call.operation
    if plan.deadline_at is not None and engine.clock.monotonic() >= plan.deadline_at:
        raise error_factory.connection_error("unconnected", DeadlineError(), state, plan.deadline)
    stream = (
        EmptyStream(idempotent=operation.idempotent)
        if payload is None
        else UploadStream(payload, plan.on_upload_progress, engine.clock, plan.deadline_at)
    )
    request = engine.request(operation, plan, prepared, payload, stream)
    # A read may be repeated whatever happened; only for a change is the cost of tracing worth paying.
    if isinstance(stream, EmptyStream) and operation.changes:
        request.extensions["trace"] = stream.trace
    state.attempt_begins(stream)
    result = attempt(
        client,
        request,
        stream,
        clock=engine.clock,
        deadline_at=plan.deadline_at,
        max_response_bytes=engine.options.max_response_bytes,
    )
    if logger.isEnabledFor(logging.DEBUG):
        summary = error_factory.summary(result, state.secrets)
        took = result.elapsed * 1000
        logger.debug("%s: %s in %.0f ms (attempt %d)", state.place, summary, took, state.attempts)
    return result


def _result(engine: Engine, plan: CallPlan, response: ReceivedResponse, state: CallState) -> ApiResponse[Any]:
    __tracebackhide__ = HIDDEN
    call, secrets = state.call, state.secrets

    def check_deadline() -> None:
        if plan.deadline_at is not None and engine.clock.monotonic() >= plan.deadline_at:
            raise DeadlineError

    problem: DecodeError | RecursionError | DeadlineError
    try:
        data = decode_result(
            call,
            response,
            engine.drift,
            strict=engine.options.strict,
            max_values=engine.options.max_response_values,
            check_deadline=check_deadline,
            secrets=secrets,
        )
    except (DecodeError, RecursionError, DeadlineError) as caught:
        problem = caught
    else:
        if call.operation.begins:
            identifier = getattr(data, call.operation.begins, None)
            logger.info("%s", cleaned(messages.of_started(call, identifier), secrets))
        return raw_response(response, data, state.retries)
    state.attempt_ended(ambiguous=True)
    if isinstance(problem, DeadlineError):
        raise error_factory.connection_error("timed_out", problem, state, plan.deadline)
    detail = problem.detail if isinstance(problem, DecodeError) else "it is nested too deeply"
    raise error_factory.decode_error(problem, detail, response, state) from cleaned_cause(problem, secrets)


def _inspect_files(body: Body) -> None:
    """Check the files of a body, before anything is sent."""
    if body.blocking:
        run_blocking(body.inspect)
    else:
        body.inspect()


def _measure_files(body: Body, state: CallState) -> None:
    """Take the sizes of the files again before another attempt."""
    if not body.blocking:
        return
    try:
        run_blocking(body.measure)
    except (OSError, ValueError) as problem:
        caught = problem
    else:
        return
    raise error_factory.connection_error("source", caught, state) from cleaned_cause(caught, state.secrets)


def _prepare_headers(engine: Engine, plan: CallPlan, state: CallState) -> tuple[PreparedHeaders, bool]:
    """Prepare the headers of an attempt with the credentials as they are now, and note its secrets.

    Returns:
        The headers, and whether a callable was asked for a credential.
    """
    operation = state.call.operation
    # One set of values for the whole attempt: another thread may replace one meanwhile.
    keys = engine.keys
    asked = _ask_for_credentials(engine, keys, plan, state)
    try:
        prepared = engine.prepared(operation, keys, asked or None)
    except (TypeError, ValueError) as problem:
        # In the first attempt a bad credential is the caller's argument; later it came from a callable.
        if not state.attempts:
            raise
        caught = problem
    else:
        state.secrets = engine.recent_secrets = prepared.secrets
        return prepared, bool(asked)
    raise error_factory.connection_error("unsent", caught, state) from cleaned_cause(caught, state.secrets)


def _ask_for_credentials(engine: Engine, keys: KeyRing, plan: CallPlan, state: CallState) -> dict[str, Any]:
    """Call the callables that return credentials. They are awaited no longer than until the deadline."""
    asked: dict[str, Any] = {}
    callables = engine.callables(state.call.operation, keys)
    if not callables:
        return asked
    try:
        with AttemptDeadline(plan.deadline_at, engine.clock):
            for each in callables:
                try:
                    asked[each.argument] = resolve(keys.values[each.argument](), each.argument)
                except Exception as problem:
                    raise CallbackError(problem) from problem
    except DeadlineError as problem:
        caught = problem
    else:
        return asked
    raise error_factory.connection_error("unconnected", caught, state, plan.deadline)
