"""One call: its attempts, the decision after each, and the pause before the next.

Errors are raised after the `except` block that caught their cause. Inside it Python would keep the original
exception, which may contain a secret, as their `__context__`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from .. import error_factory, error_messages
from .._package import BaseError
from ..backoff import pause_before_retry
from ..call_state import CallState
from ..clock import DeadlineError
from ..concurrency_async import AttemptDeadline, resolve, run_blocking
from ..engine import CredentialSnapshot, Engine
from ..log import logger
from ..models.decode_context import DecodeError
from ..operations import Call
from ..options import RequestOptions
from ..redaction import cleaned
from ..request.bodies import Body
from ..request.build import PreparedHeaders
from ..response.attempt_result import ReceivedResponse
from ..response.decode import decode_result
from ..response.raw import ApiResponse, raw_response
from ..retry import decide
from ..tracebacks import HIDDEN, cleaned_cause, drop_frames
from ..transport.exceptions import CallbackError, outcome_of
from .attempt import attempt

T = TypeVar("T")


async def send(engine: Engine, call: Call[T], options: RequestOptions) -> ApiResponse[T]:
    """Send a call until it succeeds or may not be sent again.

    Raises:
        BaseError: It failed; `may_have_been_processed` says whether the server may have acted on it.
        TypeError: An argument is of the wrong type; nothing was sent.
        ValueError: An argument has an invalid value; nothing was sent.
    """
    __tracebackhide__ = HIDDEN
    state = CallState(call, engine.plan(call, options), engine.server)
    try:
        return await _send(engine, call, state)
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
    # A bug of ours: every known failure after sending began is one of our errors already.
    raise error_factory.unexpected_error(caught, state) from cleaned_cause(caught, state.secrets)


async def _send(engine: Engine, call: Call[T], state: CallState) -> ApiResponse[T]:
    __tracebackhide__ = HIDDEN
    plan = state.plan
    if call.body is not None:
        await _inspect_files(call.body)
    while True:
        headers, is_from_callable = await _prepare_headers(engine, state)
        payload = None if call.body is None else call.body.payload()
        result = await attempt(engine, state, headers, payload)
        response = result.response
        if response is not None and result.problem is None and 200 <= response.status < 300:
            return _decode(engine, response, state)
        can_repeat = payload is None or payload.repeatable
        renewable = is_from_callable and not state.renewed and can_repeat
        outcome = outcome_of(result, sending_began=state.sending_began)
        action, ambiguous = decide(outcome, idempotent=call.operation.idempotent, renewable=renewable)
        earlier_ambiguous = state.ambiguous
        state.end_attempt(ambiguous=ambiguous)
        if action == "renew_credential":
            state.renewed = True
            continue
        pause = None
        if action == "retry" and can_repeat and state.retries < plan.max_retries:
            retry_after = None if response is None else response.headers.get("retry-after")
            pause = pause_before_retry(state.retries, retry_after, engine.clock, plan.deadline)
        if pause is None:
            cause = None if result.problem is None else cleaned_cause(result.problem, state.secrets)
            if cause is not None and engine.options.http_client is None:
                drop_frames(cause, outcome.kind)
            error = error_factory.final_error(outcome, result, state, earlier_ambiguous=earlier_ambiguous)
            raise error from cause
        summary = error_factory.summary(result, state.secrets)
        numbers = (state.retries + 1, plan.max_retries, pause)
        logger.warning("%s: %s; retry %d of %d in %.1f s", state.place, summary, *numbers)
        await engine.clock.sleep_async(pause)
        state.retries += 1
        if call.body is not None:
            await _measure_files(call.body, state)


def _decode(engine: Engine, response: ReceivedResponse, state: CallState) -> ApiResponse[Any]:
    """Decode a successful response."""
    __tracebackhide__ = HIDDEN
    call, secrets = state.call, state.secrets
    problem: DecodeError | DeadlineError
    try:
        data = decode_result(
            call,
            response,
            engine.drift,
            strict=engine.options.strict,
            max_values=engine.options.max_response_values,
            check_deadline=state.plan.deadline.check,
            secrets=secrets,
        )
    except (DecodeError, DeadlineError) as caught:
        problem = caught
    else:
        if call.operation.started_id:
            identifier = getattr(data, call.operation.started_id, None)
            logger.info("%s", cleaned(error_messages.started(call, identifier), secrets))
        return raw_response(response, data, state.retries)
    state.end_attempt(ambiguous=True)
    if isinstance(problem, DeadlineError):
        raise error_factory.connection_error("timed_out", problem, state)
    raise error_factory.decode_error(problem, response, state) from cleaned_cause(problem, secrets)


async def _inspect_files(body: Body) -> None:
    """Check the files of a body before anything is sent."""
    __tracebackhide__ = HIDDEN
    if body.blocking:
        await run_blocking(body.inspect)
    else:
        body.inspect()


async def _measure_files(body: Body, state: CallState) -> None:
    """Take the sizes of the files again before another attempt."""
    if not body.blocking:
        return
    try:
        await run_blocking(body.measure)
    except (OSError, ValueError) as problem:
        caught = problem
    else:
        return
    raise error_factory.connection_error("source", caught, state) from cleaned_cause(caught, state.secrets)


async def _prepare_headers(engine: Engine, state: CallState) -> tuple[PreparedHeaders, bool]:
    """Prepare the headers of an attempt with the current credentials, and note its secrets.

    Returns:
        The headers, and whether a credential in them is from a callable.
    """
    # One snapshot for the whole attempt: another thread may replace a credential meanwhile.
    snapshot = engine.snapshot
    returned = await _call_for_credentials(engine, snapshot, state)
    try:
        headers = engine.prepare_headers(state.call.operation, snapshot, returned or None)
    except (TypeError, ValueError) as problem:
        # In the first attempt an invalid credential is the caller's argument; later it is from a callable.
        if not state.attempts:
            raise
        caught = problem
    else:
        # A server may send back a credential of an earlier attempt, too.
        engine.recent_secrets = state.keep_secret(headers.secrets)
        return headers, bool(returned)
    raise error_factory.connection_error("unsent", caught, state) from cleaned_cause(caught, state.secrets)


async def _call_for_credentials(
    engine: Engine, snapshot: CredentialSnapshot, state: CallState
) -> dict[str, Any]:
    """Call the credentials that are callables. What they return is awaited until the deadline at most."""
    returned: dict[str, Any] = {}
    callables = engine.callables(state.call.operation, snapshot)
    if not callables:
        return returned
    try:
        async with AttemptDeadline(state.plan.deadline):
            for each in callables:
                try:
                    value = await resolve(snapshot.values[each.argument](), each.argument)
                except Exception as problem:
                    raise CallbackError(problem) from problem
                returned[each.argument] = value
    except DeadlineError as problem:
        caught = problem
    else:
        return returned
    raise error_factory.connection_error("unconnected", caught, state)
