"""The two drivers: they do what a call asks for, one sync and one async, and decide nothing.

What both do alike is a plain function; what stands twice is only what must be awaited in one of them.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from ._package import httpx
from .response.content import Content, TooLargeError
from .response.decode import Reply
from .steps import Ask, Ended, Send, Sleep, Work
from .transport.redirects import restore
from .transport.unsolicited import give_up_connection
from .uploads import CallerError, DeadlineError

if TYPE_CHECKING:
    from .clock import Clock
    from .sending import Sending

# Given explicitly, so that the authentication of a caller's own client neither takes the place of ours nor
# sends
# a request twice.
_NO_AUTH: Final = httpx.Auth()
# Bytes of an error's body: a page of a proxy, or a sentence of the service.
_LARGEST_ERROR: Final = 256 * 1024
# Seconds by which a deadline of ours waits for the timeouts of the library, which know better what they
# waited for.
_GRACE: Final = 0.05
# Chunks of an answer that may have been read from the socket, and not yet from the library.
_MOST_LEFT: Final = 10_000
_perf = time.perf_counter


def drive(sending: Sending, client: httpx.Client, clock: Clock) -> Any:
    """Do what a call asks for, in this thread.

    Args:
        sending: The call.
        client: The HTTP client.
        clock: Whose sleep is slept.

    Returns:
        What the call returns.
    """
    steps = sending.run()
    try:
        step = next(steps)
        while True:
            kind = step.__class__
            if kind is Send:
                step = steps.send(_exchange(step, client, clock))
            elif kind is Sleep:
                clock.sleep(step.seconds)
                step = next(steps)
            elif kind is Work:
                step = steps.send(step.function())
            else:
                step = steps.send(_ask(step))
    except StopIteration as stop:
        return stop.value
    except BaseException as problem:
        instead = sending.instead_of(problem)
        if instead is problem:
            raise
    finally:
        steps.close()
    raise instead


async def drive_async(sending: Sending, client: httpx.AsyncClient, clock: Clock) -> Any:
    """Do what a call asks for, in this task. Cancellation takes effect at once.

    Args:
        sending: The call.
        client: The HTTP client.
        clock: Whose sleep is slept.

    Returns:
        What the call returns.
    """
    steps = sending.run()
    try:
        step = next(steps)
        while True:
            kind = step.__class__
            if kind is Send:
                step = steps.send(await _exchange_async(step, client, clock))
            elif kind is Sleep:
                await clock.sleep_async(step.seconds)
                step = next(steps)
            elif kind is Work:
                from anyio import to_thread

                step = steps.send(await to_thread.run_sync(step.function, abandon_on_cancel=True))
            else:
                step = steps.send(await _ask_async(step))
    except StopIteration as stop:
        return stop.value
    except BaseException as problem:
        instead = sending.instead_of(problem)
        if instead is problem:
            raise
    finally:
        steps.close()
    raise instead


def _exchange(step: Send, client: httpx.Client, clock: Clock) -> Ended:
    if step.deadline_at is None:
        return _exchange_plainly(step, client, clock)
    from .transport.deadlines import deadline

    with deadline(step.deadline_at, clock):
        return _exchange_plainly(step, client, clock)


def _exchange_plainly(step: Send, client: httpx.Client, clock: Clock) -> Ended:
    began = _perf()
    response = content = None
    try:
        response = client.send(step.request, stream=True, auth=_NO_AUTH, follow_redirects=False)
        try:
            content = _content_of(response, step.limit)
            if not response.is_stream_consumed:
                for chunk in cast("httpx.SyncByteStream", response.stream):
                    content.feed(chunk)
                    _check(step.deadline_at, clock)
                    if content.full:
                        break
                else:
                    give_up_connection(response)
        finally:
            response.close()
        return _ended(step.request, response, content.finish(), began)
    except Exception as problem:  # noqa: BLE001 - whatever the layers below raise becomes an error of ours
        return _broken(step.request, response, content, problem, began)
    finally:
        if step.upload is not None:
            step.upload.close()


async def _exchange_async(step: Send, client: httpx.AsyncClient, clock: Clock) -> Ended:
    if step.deadline_at is None:
        return await _exchange_plainly_async(step, client, clock)
    import anyio

    began = _perf()
    with anyio.move_on_after(step.deadline_at - clock.monotonic() + _GRACE):
        return await _exchange_plainly_async(step, client, clock)
    return Ended(None, DeadlineError(), _perf() - began)


async def _exchange_plainly_async(step: Send, client: httpx.AsyncClient, clock: Clock) -> Ended:
    from .transport.limiter import Turn

    began = _perf()
    response = content = chunks = None
    try:
        async with Turn(client, step.request):
            response = await client.send(step.request, stream=True, auth=_NO_AUTH, follow_redirects=False)
            try:
                content = _content_of(response, step.limit)
                if not response.is_stream_consumed:
                    chunks = aiter(cast("httpx.AsyncByteStream", response.stream))
                    async for chunk in chunks:
                        content.feed(chunk)
                        _check(step.deadline_at, clock)
                        if content.full:
                            break
                    else:
                        give_up_connection(response)
            finally:
                await response.aclose()
                if chunks is not None:
                    await _run_out(response, chunks)
        return _ended(step.request, response, content.finish(), began)
    except Exception as problem:  # noqa: BLE001 - whatever the layers below raise becomes an error of ours
        return _broken(step.request, response, content, problem, began)
    finally:
        if step.upload is not None:
            step.upload.close()


async def _run_out(response: httpx.Response, chunks: AsyncIterator[bytes]) -> None:
    """Let the generators of a closed answer end, which trio wants of each of them.

    Reading on from a connection that is closed ends at once with an error, which passes through all of them.
    """
    if response.http_version == "HTTP/2":
        # There, the connection is not closed: it would be waited for.
        return
    with suppress(Exception):
        for _ in range(_MOST_LEFT):
            await anext(chunks)


def _content_of(response: httpx.Response, limit: int) -> Content:
    """Make what collects the content; refuse at once what says that it is too large."""
    is_error = response.status_code >= 300
    limit = min(limit, _LARGEST_ERROR) if is_error else limit
    headers = response.headers
    if response.is_stream_consumed:
        # A hook of the caller, or a transport of a test, has read and unpacked it before.
        content = Content(None, limit, cut=is_error)
        content.feed(response.content)
        return content
    length = headers.get("content-length")
    if (
        not is_error
        and length is not None
        and length.isdecimal()
        and (len(length) > 18 or int(length) > limit)
    ):
        raise TooLargeError
    return Content(headers.get("content-encoding"), limit, cut=is_error)


def _check(deadline_at: float | None, clock: Clock) -> None:
    if deadline_at is not None and clock.monotonic() >= deadline_at:
        raise DeadlineError


def _is_own(response: httpx.Response, request: httpx.Request) -> bool:
    """Tell whether a response is one to our request.

    The request of an exception proves nothing: the HTTP library writes ours on those of others as well.
    """
    try:
        return response.request is request
    except RuntimeError:  # it has none: somebody made it by hand
        return False


def _ended(request: httpx.Request, response: httpx.Response, content: bytes, began: float) -> Ended:
    restore(response)
    elapsed = _perf() - began
    reply = Reply(response.status_code, response.headers, content, elapsed)
    return Ended(reply, None, elapsed, _is_own(response, request))


def _broken(
    request: httpx.Request,
    response: httpx.Response | None,
    content: Content | None,
    problem: Exception,
    began: float,
) -> Ended:
    if isinstance(problem, CallerError):
        raise problem
    if isinstance(problem, httpx.HTTPStatusError) and _is_own(problem.response, request):
        # A hook of the caller refuses answers with an error: the status is what matters.
        response = problem.response
    elapsed = _perf() - began
    if response is None:
        return Ended(None, problem, elapsed)
    restore(response)
    so_far = content.so_far() if content is not None else b""
    reply = Reply(response.status_code, response.headers, so_far, elapsed)
    return Ended(reply, problem, elapsed, _is_own(response, request))


def _ask(step: Ask) -> Any:
    try:
        value = step.function()
    except Exception as problem:
        raise CallerError(problem) from problem
    if hasattr(value, "__await__"):
        close = getattr(value, "close", None)
        if close is not None:
            close()
        raise TypeError(f"{step.argument} is an async function: the sync client cannot await it")
    return value


async def _ask_async(step: Ask) -> Any:
    try:
        value = step.function()
        return await value if hasattr(value, "__await__") else value
    except Exception as problem:
        raise CallerError(problem) from problem
