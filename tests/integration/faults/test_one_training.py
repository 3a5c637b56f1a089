"""A training is sent once, whatever the caller's own HTTP client does with it after sending began."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from tests.support.fault_server import FaultServer
from tests.support.modes import Mode
from tryleap import errors

from .hostile import call
from .wire import SECRET, responses

IMAGE = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Wrapped(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of the caller's around the usual one, with something that happens after each request."""

    def __init__(self, mode: Mode, after: Callable[[], object]) -> None:
        kind: Any = httpx.AsyncHTTPTransport if mode.is_async else httpx.HTTPTransport
        self._inner = kind()
        self._after = after

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = self._inner.handle_request(request)
        self._after()
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response: httpx.Response = await self._inner.handle_async_request(request)
        self._after()
        return response

    def close(self) -> None:
        self._inner.close()

    async def aclose(self) -> None:
        await self._inner.aclose()


def hooks(mode: Mode, event: str, act: Callable[[Any], object]) -> dict[str, list[Any]]:
    """Hooks of the caller's own HTTP client for an event, "request" or "response"."""

    async def act_async(it: Any) -> None:
        act(it)

    return {event: [act_async if mode.is_async else act]}


def outcome(mode: Mode, service: FaultServer, operation: str, http_client: Any) -> Any:
    """What comes of a call through an HTTP client of the caller's: an error, or a whole response."""

    async def scenario() -> Any:
        client = mode.client(access_token=SECRET, base_url=service.url, http_client=http_client)
        try:
            return await mode.settle(call(client, operation, [IMAGE]))
        except errors.LeapError as error:
            return error
        finally:
            await mode.close(http_client)

    return mode.run(scenario)


def raising(problem: BaseException) -> Callable[..., object]:
    """A function that raises."""

    def fail(*_: Any) -> None:
        raise problem

    return fail


def refused_by_another(status: int) -> Callable[..., object]:
    """A function that asks another server, which refuses."""

    def ask(*_: Any) -> None:
        request = httpx.Request("POST", "http://127.0.0.1/collector")
        httpx.Response(status, headers={"Retry-After": "0"}, request=request).raise_for_status()

    return ask


FAILURES: Mapping[str, Callable[[], Callable[..., object]]] = {
    "connect": lambda: raising(httpx.ConnectError("the collector is down")),
    "connect-timeout": lambda: raising(httpx.ConnectTimeout("the collector is slow")),
    "proxy": lambda: raising(httpx.ProxyError("407")),
    "pool": lambda: raising(httpx.PoolTimeout("full")),
    "protocol": lambda: raising(httpx.UnsupportedProtocol("gopher")),
    "url": lambda: raising(httpx.InvalidURL("nonsense")),
    "refused": lambda: raising(ConnectionRefusedError("the collector is down")),
    "own": lambda: raising(RuntimeError("a bug of the caller's")),
    "value": lambda: raising(ValueError("a bug of the caller's")),
    "401": lambda: refused_by_another(401),
    "429": lambda: refused_by_another(429),
    "503": lambda: refused_by_another(503),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("operation", ["train", "delete"])
def test_a_hook_that_fails_after_the_response_repeats_nothing(
    mode: Mode, service: FaultServer, failure: str, operation: str
) -> None:
    """Whatever it raises is no failed connection and no refusal, and the server may have acted."""
    client = mode.http_client(event_hooks=hooks(mode, "response", FAILURES[failure]()))
    error = outcome(mode, service, operation, client)

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is True
    assert error.__cause__ is not None
    assert len(service.record.arrivals) == 1


@pytest.mark.parametrize("failure", FAILURES)
def test_a_transport_that_fails_after_the_response_repeats_nothing(
    mode: Mode, service: FaultServer, failure: str
) -> None:
    """The same holds for a transport around the usual one."""
    error = outcome(mode, service, "train", mode.http_client(transport=Wrapped(mode, FAILURES[failure]())))

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is True
    assert len(service.record.arrivals) == 1


@pytest.mark.parametrize("failure", ["own", "value", "connect"])
def test_a_hook_that_fails_before_sending_sends_nothing(
    mode: Mode, service: FaultServer, failure: str
) -> None:
    """Then the server has seen nothing, and the error says so."""
    client = mode.http_client(event_hooks=hooks(mode, "request", FAILURES[failure]()))
    error = outcome(mode, service, "train", client)

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is False
    assert service.record.arrivals == []


class Reporting(httpx.Client):
    """A client of the caller's that returns the response of a collector in place of the service's."""

    def __init__(self, status: int) -> None:
        super().__init__(trust_env=False)
        self._status = status

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        super().send(request, **options).close()
        return _response_of_another(self._status)


class AsyncReporting(httpx.AsyncClient):
    """The same, awaited."""

    def __init__(self, status: int) -> None:
        super().__init__(trust_env=False)
        self._status = status

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        await (await super().send(request, **options)).aclose()
        return _response_of_another(self._status)


def _response_of_another(status: int) -> httpx.Response:
    request = httpx.Request("POST", "http://127.0.0.1/collector")
    return httpx.Response(status, headers={"Retry-After": "0"}, request=request)


@pytest.mark.parametrize("status", [401, 429, 503])
def test_an_response_to_another_request_refuses_nothing(
    mode: Mode, service: FaultServer, status: int
) -> None:
    """Only the response to our very request can say that the service did not act."""
    own = AsyncReporting(status) if mode.is_async else Reporting(status)
    error = outcome(mode, service, "train", own)

    assert isinstance(error, errors.APIStatusError)
    assert error.status_code == status
    assert error.may_have_been_processed is True
    assert len(service.record.arrivals) == 1


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_hook_may_raise_for_the_status_of_our_own_response(mode: Mode, status: int) -> None:
    """An error of the service is the service's, also where a hook raises it."""
    raise_for_status = hooks(mode, "response", lambda response: response.raise_for_status())
    with FaultServer(responses(status, acts=status == 500, headers={"Retry-After": "0"})) as service:
        error = outcome(mode, service, "train", mode.http_client(event_hooks=raise_for_status))

    assert isinstance(error, errors.APIStatusError)
    assert error.status_code == status
    assert error.may_have_been_processed is (status == 500)
    assert len(service.record.arrivals) == (3 if status == 429 else 1)


@pytest.mark.parametrize("status", [503, 502, 303, 501, 505, 599, 999])
def test_a_training_that_a_cache_forwarded_is_not_repeated(mode: Mode, status: int) -> None:
    """A status that caches and proxies make up, with a time to come back, does not mean refused."""
    headers = {"Retry-After": "0"}
    with FaultServer(responses(status, acts=True, headers=headers)) as service:
        error = outcome(mode, service, "train", mode.http_client())

    assert isinstance(error, errors.APIStatusError)
    assert error.may_have_been_processed is True
    assert len(service.record.arrivals) == 1


def test_a_token_that_cannot_be_had_again_is_no_wrong_argument(mode: Mode) -> None:
    """A callable that returns nonsense when it is asked for a second token ends the call with our error."""
    tokens = iter([SECRET, 7])
    with FaultServer(responses(401)) as service:

        async def scenario() -> None:
            client = mode.client(access_token=lambda: next(tokens), base_url=service.url)
            try:
                with pytest.raises(errors.LeapError) as caught:
                    await mode.settle(call(client, "train", [IMAGE]))
            finally:
                await mode.close(client)
            assert caught.value.may_have_been_processed is False

        mode.run(scenario)


def test_a_token_source_that_ends_is_seen(mode: Mode, service: FaultServer) -> None:
    """An exception of a callable for the token reaches the caller, StopIteration as well."""
    problem = StopIteration("no more tokens")

    async def scenario() -> None:
        client = mode.client(access_token=raising(problem), base_url=service.url)
        try:
            await mode.settle(call(client, "list", []))
        finally:
            await mode.close(client)

    # No coroutine can raise StopIteration: Python makes a RuntimeError of it.
    with pytest.raises((StopIteration, RuntimeError), match=r"no more tokens|StopIteration"):
        mode.run(scenario)
    assert service.record.arrivals == []
