"""A caller's own HTTP client: it is used as it is, and whatever it does, nothing costly is sent twice."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from templates.runtime._package import BaseError
from templates.runtime.errors import APIConnectionError, APIStatusError
from templates.runtime.operations import Call
from tests.support.clocks import ManualClock
from tests.support.modes import Mode
from tests.support.sample_api import (
    GET,
    TOKEN,
    WIDGET,
    AsyncWidgets,
    Script,
    Widget,
    Widgets,
    delete,
    get,
    make,
)


def made(mode: Mode, own: Any) -> Any:
    """A client of the package around a caller's own."""
    client = (AsyncWidgets if mode.is_async else Widgets)(http_client=own)
    client._engine.clock = ManualClock()
    return client


def sent(mode: Mode, transport: Any, *calls: Call[Any], change: Any = None, **options: Any) -> Any:
    """Make calls through an HTTP client with options, which may be changed; returns the last result."""
    if isinstance(transport, Script):
        transport = httpx.MockTransport(transport)

    async def scenario(own: Any) -> Any:
        client = made(mode, own)
        for each in calls:
            found = await mode.settle(client.send(each))
            if change is not None:
                change(own)
        return found

    return mode.use(lambda: mode.http_client(transport=transport, **options), scenario)


def failure(mode: Mode, transport: Any, call: Call[Any], **options: Any) -> Any:
    """The error of a call through an HTTP client with options."""
    with pytest.raises(BaseError) as caught:
        sent(mode, transport, call, **options)
    return caught.value


def test_it_is_respected(mode: Mode) -> None:
    """Its headers, cookies, parameters and hooks are used, and its redirects and authentication are not."""
    script = Script(httpx.Response(302, headers={"Location": "https://elsewhere.example"}))
    hooked: list[Any] = []
    failure(
        mode,
        script,
        get(),
        headers={"X-Own": "1", "Accept": "text/x"},
        cookies={"c": "d"},
        params={"p": "q"},
        auth=("me", "pass"),
        follow_redirects=True,
        event_hooks=mode.hooks("request", hooked.append),
    )
    (request,) = script.requests

    assert request.headers["x-own"] == "1"
    assert request.headers["accept"] == "application/json"
    assert request.headers["cookie"] == "c=d"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["user-agent"].startswith("widgets/")
    assert str(request.url) == "https://widgets.example/widgets/t1?p=q"
    assert hooked == [request]


def test_a_password_that_it_sends_is_not_shown(mode: Mode) -> None:
    """A server that sends it back does not bring it into an error; see also faults/test_redaction.py."""
    headers = {"Proxy-Authorization": f"Basic {base64.b64encode(b'me:pa55w0rd').decode()}"}
    error = failure(
        mode, Script(httpx.Response(400, json={"message": "bad pa55w0rd"})), get(), headers=headers
    )

    assert error.body == {"message": "bad [secret]"}


def test_a_header_that_is_changed_later(mode: Mode) -> None:
    """A change of the caller's own client counts from the next request on."""
    script = Script()
    sent(mode, script, get(), get(), change=lambda own: own.headers.update({"X-Own": "2"}))

    assert [each.headers.get("x-own") for each in script.requests] == [None, "2"]


def test_a_hook_that_reads_the_response(mode: Mode) -> None:
    """A response that a hook has read is taken as it is."""
    read = lambda response: response.aread() if mode.is_async else response.read()  # noqa: E731

    assert sent(mode, Script(), get(), event_hooks=mode.hooks("response", read)).id == "t1"


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_hook_may_raise_for_the_status_of_our_own_response(mode: Mode, status: int) -> None:
    """An error of the service is the service's, also where a hook raises it."""
    script = Script(status)
    raising = mode.hooks("response", httpx.Response.raise_for_status)
    error = failure(mode, script, make(), event_hooks=raising)

    assert isinstance(error, APIStatusError)
    assert error.status_code == status
    assert error.may_have_been_processed is (status == 500)
    assert len(script.requests) == (3 if status == 429 else 1)


def of_another(status: int) -> httpx.Response:
    """The response of another server, to which the caller's own code sent something."""
    request = httpx.Request("POST", "http://127.0.0.1/collector")
    return httpx.Response(status, headers={"Retry-After": "0"}, request=request)


def refused_by_another(status: int) -> Exception:
    """What the HTTP library raises for such a response."""
    return httpx.HTTPStatusError("no", request=of_another(status).request, response=of_another(status))


FAILURES: dict[str, Exception] = {
    "connect": httpx.ConnectError("the collector is down"),
    "connect-timeout": httpx.ConnectTimeout("the collector is slow"),
    "proxy": httpx.ProxyError("407"),
    "pool": httpx.PoolTimeout("full"),
    "protocol": httpx.UnsupportedProtocol("gopher"),
    "url": httpx.InvalidURL("nonsense"),
    "refused": ConnectionRefusedError("the collector is down"),
    "own": RuntimeError("a bug of the caller's"),
    "value": ValueError("a bug of the caller's"),
    "401": refused_by_another(401),
    "429": refused_by_another(429),
    "503": refused_by_another(503),
}


def raising(kind: str) -> Callable[..., Any]:
    """A function that raises one of them."""

    def fail(*_: Any) -> None:
        raise FAILURES[kind]

    return fail


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("call", [make(), delete()], ids=["make", "delete"])
def test_a_hook_that_fails_after_the_response_repeats_nothing(mode: Mode, kind: str, call: Call[Any]) -> None:
    """Whatever it raises is no failed connection and no refusal, and the server may have acted."""
    script = Script()
    error = failure(mode, script, call, event_hooks=mode.hooks("response", raising(kind)))

    assert isinstance(error, APIConnectionError)
    assert error.may_have_been_processed is True
    assert error.__cause__ is not None
    assert len(script.requests) == 1


@pytest.mark.parametrize("kind", FAILURES)
def test_a_transport_that_fails_once_all_was_sent_repeats_nothing(mode: Mode, kind: str) -> None:
    """The same holds for a transport of the caller's."""
    script = Script(FAILURES[kind])
    error = failure(mode, script, make())

    assert isinstance(error, APIConnectionError)
    assert error.may_have_been_processed is True
    assert len(script.requests) == 1


@pytest.mark.parametrize("kind", ["own", "value", "connect"])
def test_a_hook_that_fails_before_sending_sends_nothing(mode: Mode, kind: str) -> None:
    """Then the server has seen nothing, and the error says so."""
    script = Script()
    error = failure(mode, script, make(), event_hooks=mode.hooks("request", raising(kind)))

    assert isinstance(error, APIConnectionError)
    assert error.may_have_been_processed is False
    assert script.requests == []


@pytest.mark.parametrize("status", [401, 429, 503])
def test_a_response_to_another_request_refuses_nothing(mode: Mode, status: int) -> None:
    """Only the response to our very request can say that the service did not act."""
    script = Script()

    async def scenario(own: Any) -> None:
        real = own.send

        def send(request: httpx.Request, **options: Any) -> httpx.Response:
            real(request, **options).close()
            return of_another(status)

        async def send_async(request: httpx.Request, **options: Any) -> httpx.Response:
            await (await real(request, **options)).aclose()
            return of_another(status)

        own.send = send_async if mode.is_async else send
        with pytest.raises(APIStatusError) as caught:
            await mode.settle(made(mode, own).send(make()))
        assert caught.value.status_code == status
        assert caught.value.may_have_been_processed is True

    mode.use(lambda: mode.http_client(transport=httpx.MockTransport(script)), scenario)
    assert len(script.requests) == 1


class Repeating(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends each request twice, as a library may do by itself."""

    def __init__(self) -> None:
        self.read = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(2):
            list(request.stream)  # type: ignore[arg-type]
            self.read += 1
        return httpx.Response(201, json=WIDGET)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(2):
            [chunk async for chunk in request.stream]  # type: ignore[union-attr]
            self.read += 1
        return httpx.Response(201, json=WIDGET)


@pytest.mark.parametrize("call", [make(), Call(make().operation)], ids=["with a body", "without a body"])
def test_a_body_is_read_once(mode: Mode, call: Call[Widget]) -> None:
    """Who repeats a call by himself gets no second body, and the error says that it may have arrived."""
    transport = Repeating()
    error = failure(mode, transport, call)

    assert isinstance(error, APIConnectionError)
    assert error.may_have_been_processed is True
    assert transport.read == 1


def test_what_only_reads_may_be_sent_twice(mode: Mode) -> None:
    """A transport of the caller's may repeat a call that the client itself would repeat."""
    transport = Repeating()

    assert sent(mode, transport, Call(GET, path={"widgetId": "t1"})).id == "t1"
    assert transport.read == 2
