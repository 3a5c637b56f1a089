"""Waiting until an operation has ended."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import anyio
import httpx
import pytest

from templates.runtime._package import BaseError
from templates.runtime.errors import (
    APIConnectionError,
    AuthenticationError,
    InternalServerError,
    NotFoundError,
    PaymentRequiredError,
    PermissionDeniedError,
    ResponseDecodeError,
    WaitTimeoutError,
)
from templates.runtime.wait_policy import MAX_CONSECUTIVE_FAILURES
from tests.support.clocks import ManualClock
from tests.support.modes import MODES, Mode
from tests.support.sample_api import WIDGET, Script, Widget, WidgetFailedError, get, make

DONE = {**WIDGET, "theState": "done"}
FAILED = {**WIDGET, "theState": "failed"}
ODD = {**WIDGET, "theState": "odd"}


def wait(client: Any, **options: Any) -> Any:
    """Wait for a widget, with the sync or the async client."""
    return client.wait(get(), **options)


def make_and_wait(client: Any, poll: Any = get, **options: Any) -> Any:
    """Make a widget and wait for it."""
    return client.make_and_wait(make(), poll, **options)


def test_until_the_end(mode: Mode) -> None:
    """It looks at once, then with growing pauses, and tells of each change of the status."""
    clock = ManualClock()
    seen: list[str] = []
    script = Script(*[WIDGET] * 6, ODD, ODD, DONE)
    note = lambda widget: seen.append(widget.state)  # noqa: E731
    found = script.run(mode, lambda client: client.wait(get(), on_update=note), clock)

    assert found.state == "done"
    assert seen == ["new", "odd", "done"]
    assert clock.pauses == [10.0, 15.0, 22.5, 33.75, 50.625, 60.0, 60.0, 60.0]


def test_an_interval_of_the_callers(mode: Mode) -> None:
    """The first pause may be chosen, also above the largest one of the plan."""
    clock = ManualClock()
    Script(WIDGET, WIDGET, DONE).run(mode, lambda client: client.wait(get(), poll_interval=100.0), clock)

    assert clock.pauses == [100.0, 100.0]


def test_failure(mode: Mode) -> None:
    """A status that means failure raises, with the widget in the error."""
    with pytest.raises(WidgetFailedError, match="t1 failed: its status is 'failed'") as caught:
        Script(WIDGET, FAILED).run(mode, lambda client: client.wait(get()))

    assert caught.value.model == Widget.from_dict(FAILED)


def test_the_time_is_up(mode: Mode) -> None:
    """At the end of the time it looks once more, and raises with what was fetched last."""
    clock = ManualClock()
    script = Script(WIDGET)
    with pytest.raises(
        WaitTimeoutError, match=r"t1 is still 'new' after 30 s.*Call widgets.wait\('t1'\) to keep waiting"
    ) as caught:
        script.run(mode, lambda client: client.wait(get(), timeout=30.0), clock)

    assert clock.pauses == [10.0, 15.0, 5.0]
    assert len(script.requests) == 4
    assert caught.value.model == Widget.from_dict(WIDGET)


def test_the_last_look_counts(mode: Mode) -> None:
    """What is seen at the last look is returned."""
    found = Script(WIDGET, DONE).run(mode, lambda client: client.wait(get(), timeout=5.0))

    assert found.state == "done"


@pytest.mark.parametrize(("timeout", "reads"), [(0, [5.0]), (26.0, [26.0, 16.0, 5.0, 5.0])])
@pytest.mark.parametrize("response", [WIDGET, 500], ids=["new", "500"])
def test_polls_end_with_the_wait(mode: Mode, timeout: float, reads: list[float], response: Any) -> None:
    """No single poll may take longer than what is left, but for a last look of 5 seconds; none is retried."""
    script = Script(response)
    with pytest.raises(WaitTimeoutError):
        script.run(mode, lambda client: client.wait(get(), timeout=timeout))

    assert [each.extensions["timeout"]["read"] for each in script.requests] == reads


@pytest.mark.parametrize("failure", [500, 429, 400, httpx.ConnectError("x"), httpx.Response(200, text="x")])
def test_passing_failures(mode: Mode, failure: Any) -> None:
    """As many failures in a row as are allowed are borne, again after each success."""
    script = Script(
        *[failure] * MAX_CONSECUTIVE_FAILURES, WIDGET, *[failure] * MAX_CONSECUTIVE_FAILURES, DONE
    )

    assert script.run(mode, lambda client: client.wait(get(), timeout=1e6), max_retries=0).state == "done"


HTML = httpx.Response(200, text="<html>")


@pytest.mark.parametrize(
    ("responses", "error", "requests"),
    [
        # One failure in a row too many, whatever the client's number of retries.
        ([500], InternalServerError, MAX_CONSECUTIVE_FAILURES + 1),
        ([httpx.ReadError("x")], APIConnectionError, MAX_CONSECUTIVE_FAILURES + 1),
        ([HTML], ResponseDecodeError, MAX_CONSECUTIVE_FAILURES + 1),
        # Those that will not pass.
        ([WIDGET, 401], AuthenticationError, 2),
        ([WIDGET, 403], PermissionDeniedError, 2),
        ([WIDGET, 404], NotFoundError, 2),
    ],
)
def test_failures_that_end_a_wait(
    mode: Mode, responses: list[Any], error: type[Exception], requests: int
) -> None:
    """Too many failures in a row end the wait, and some statuses at once."""
    script = Script(*responses)
    with pytest.raises(error):
        script.run(mode, lambda client: client.wait(get(), timeout=1e6), max_retries=50)
    assert len(script.requests) == requests


def test_the_server_may_ask_for_patience(mode: Mode) -> None:
    """A Retry-After lengthens a pause."""
    clock = ManualClock()
    script = Script(httpx.Response(429, headers={"Retry-After": "42"}), DONE)
    script.run(mode, lambda client: client.wait(get()), clock)

    assert clock.pauses == [42.0]


def test_nothing_was_ever_seen(mode: Mode) -> None:
    """A timeout after failures alone has no model, and the last failure as its cause."""
    with pytest.raises(WaitTimeoutError, match="could not be fetched in 15 s") as caught:
        Script(500).run(mode, lambda client: client.wait(get(), timeout=15.0))

    assert caught.value.model is None
    assert isinstance(caught.value.__cause__, InternalServerError)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"timeout": -1}, ValueError, "timeout must be 0 or more seconds"),
        ({"timeout": float("nan")}, ValueError, "timeout must be 0 or more"),
        ({"timeout": None}, TypeError, "timeout must be a number"),
        ({"poll_interval": 0}, ValueError, "poll_interval must be more than 0"),
        ({"poll_interval": "5"}, TypeError, "poll_interval must be a number"),
        ({"on_update": "x"}, TypeError, "on_update must be"),
    ],
)
@pytest.mark.parametrize("is_made", [False, True])
def test_wrong_options(
    mode: Mode, options: dict[str, Any], error: type[Exception], text: str, is_made: bool
) -> None:
    """Wrong options are refused before anything is sent, and named as they were given."""
    script = Script()
    if is_made and "timeout" in options:
        options, text = {"wait_timeout": options["timeout"]}, f"wait_{text}"
    with pytest.raises(error, match=f"^{text}"):
        script.run(mode, lambda client: (make_and_wait if is_made else wait)(client, **options))
    assert script.requests == []


def test_an_async_on_update() -> None:
    """The async client awaits what on_update returns."""
    seen: list[str] = []

    async def note(widget: Widget) -> None:
        await anyio.lowlevel.checkpoint()
        seen.append(widget.state)

    Script(DONE).run(Mode("asyncio"), lambda client: client.wait(get(), on_update=note))
    assert seen == ["done"]


def test_an_interrupt(mode: Mode) -> None:
    """An interrupt during a pause goes through at once."""

    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Script().run(mode, lambda client: client.wait(get()), ManualClock(interrupt))


@pytest.mark.anyio
async def test_cancelling_a_wait() -> None:
    """Cancelling an async wait takes effect during a pause."""

    async def endless(seconds: float) -> None:
        sleeping.set()
        await anyio.sleep_forever()

    sleeping = anyio.Event()
    client = Script().client(ManualClock(endless), is_async=True)
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(client.wait, get())
            await sleeping.wait()
            group.cancel_scope.cancel()
    assert group.cancel_scope.cancelled_caught


def test_a_sync_client_cannot_await_on_update() -> None:
    """It says so before anything is sent."""

    async def note(widget: Widget) -> None:
        pass

    script = Script()
    with pytest.raises(TypeError, match="on_update is an async function"):
        make_and_wait(script.client(), on_update=note)
    assert script.requests == []


def bought(mode: Mode, *responses: Any, poll: Any = get, **options: Any) -> Any:
    """Make a widget, wait for it, and return what that ends with; one widget was made, whatever happened."""
    script = Script(*responses)
    with pytest.raises(BaseException) as caught:
        script.run(mode, lambda client: make_and_wait(client, poll, **options))
    assert [each.method for each in script.requests].count("POST") == 1
    return caught.value


@pytest.mark.parametrize("widget_id", [None, "", ".", "..", 5, "x" * 70_000])
def test_a_response_without_an_id(mode: Mode, widget_id: Any) -> None:
    """What cannot be waited for goes on all the same, and the error has all that is known of it."""
    response = {"theState": "new"} if widget_id is None else {"id": widget_id, "theState": "new"}
    error = bought(mode, response)

    assert isinstance(error, ResponseDecodeError)
    assert str(error).startswith("POST /widgets: the response has")
    assert error.may_have_been_processed is True
    assert error.model == Widget.from_dict(response)


def test_a_bug_of_ours_does_not_hide_what_has_begun(mode: Mode) -> None:
    """Whatever fails after the response is an error of ours, with the widget and the cause."""

    def fail(widget_id: str) -> Any:
        raise LookupError(widget_id)

    error = bought(mode, WIDGET, poll=fail)

    assert isinstance(error, ResponseDecodeError)
    assert "with the id 't1'" in str(error)
    assert isinstance(error.__cause__, LookupError)
    assert error.may_have_been_processed is True
    assert error.model == Widget.from_dict(WIDGET)


POLLS = [500, 401, 403, 404, 303, HTML, httpx.ReadError("reset"), httpx.ConnectError("gone"), FAILED, WIDGET]


@pytest.mark.parametrize("mode", MODES, indirect=True)
@pytest.mark.parametrize("poll", POLLS, ids=str)
def test_every_error_of_the_wait_has_the_model(mode: Mode, poll: Any) -> None:
    """Every error after the start was accepted has its model and the flag, copied and pickled as well."""
    error = bought(mode, WIDGET, poll)

    assert isinstance(error, BaseError)
    for each in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert each.model.id == "t1"
        assert each.may_have_been_processed is True
    assert "t1" in str(error)


def test_the_model_is_the_newest_that_is_known(mode: Mode) -> None:
    """An error after some polls has what the last good one said."""
    error = bought(mode, WIDGET, WIDGET, ODD, 401)

    assert isinstance(error, AuthenticationError)
    assert error.model.state == "odd"


@pytest.mark.parametrize("problem", [KeyError("mine"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_other_exceptions_have_the_id_in_a_note(mode: Mode, problem: BaseException) -> None:
    """What the caller's own function raises goes through as it is, with a note."""

    def fail(widget: Widget) -> None:
        raise problem

    assert bought(mode, WIDGET, on_update=fail) is problem
    assert any("'t1'" in note for note in problem.__notes__)


@pytest.mark.anyio
async def test_a_cancelled_wait_has_the_id_in_a_note() -> None:
    """A task that is cancelled while it waits is told what it has bought."""
    notes: list[str] = []
    client = Script().client(is_async=True)
    with anyio.CancelScope() as scope:
        try:
            await client.make_and_wait(make(), get, on_update=lambda widget: scope.cancel())
        except anyio.get_cancelled_exc_class() as cancelled:
            notes.extend(cancelled.__notes__)
            raise

    assert any("'t1'" in note for note in notes)


def test_the_log_has_the_id(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """One line at INFO says that a widget was begun, and its id."""
    caplog.set_level("INFO", logger="templates.runtime")
    bought(mode, WIDGET, 404)

    (line,) = [each.getMessage() for each in caplog.records if each.levelname == "INFO"]
    assert "POST /widgets" in line
    assert "'t1'" in line


def test_what_was_never_bought_has_no_model(mode: Mode) -> None:
    """Every error has the attribute; it is empty where nothing has begun."""
    error = bought(mode, 402)

    assert isinstance(error, PaymentRequiredError)
    assert error.model is None
    assert error.may_have_been_processed is False
