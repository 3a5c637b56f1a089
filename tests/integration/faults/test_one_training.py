"""A training is sent once, whatever the caller's own HTTP client does with it after sending began."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.fault_server import FaultServer
from tests.support.modes import Mode
from tryleap import errors

from .calls import failure, perform
from .wire import SECRET, responses


def of_another(status: int) -> httpx.Response:
    """The response of another server, to which the caller's own code sent something."""
    request = httpx.Request("POST", "http://127.0.0.1/collector")
    return httpx.Response(status, headers={"Retry-After": "0"}, request=request)


def refused_by_another(status: int) -> httpx.HTTPStatusError:
    """What the HTTP library raises for such a response."""
    with pytest.raises(httpx.HTTPStatusError) as caught:
        of_another(status).raise_for_status()
    return caught.value


FAILURES: dict[str, Callable[[], Exception]] = {
    "connect": lambda: httpx.ConnectError("the collector is down"),
    "connect-timeout": lambda: httpx.ConnectTimeout("the collector is slow"),
    "proxy": lambda: httpx.ProxyError("407"),
    "pool": lambda: httpx.PoolTimeout("full"),
    "protocol": lambda: httpx.UnsupportedProtocol("gopher"),
    "url": lambda: httpx.InvalidURL("nonsense"),
    "refused": lambda: ConnectionRefusedError("the collector is down"),
    "own": lambda: RuntimeError("a bug of the caller's"),
    "value": lambda: ValueError("a bug of the caller's"),
    "401": lambda: refused_by_another(401),
    "429": lambda: refused_by_another(429),
    "503": lambda: refused_by_another(503),
}


def raising(problem: BaseException) -> Callable[..., Any]:
    """A function that raises."""

    def fail(*_: Any) -> None:
        raise problem

    return fail


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize("operation", ["train_model", "delete_model"])
def test_a_hook_that_fails_after_the_response_repeats_nothing(
    mode: Mode, service: FaultServer, kind: str, operation: str
) -> None:
    """Whatever it raises is no failed connection and no refusal, and the server may have acted."""
    own = mode.http_client(event_hooks=mode.hooks("response", raising(FAILURES[kind]())))
    error = failure(mode, service.url, operation, http_client=own, max_retries=2)

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is True
    assert error.__cause__ is not None
    assert len(service.record.arrivals) == 1


@pytest.mark.parametrize("kind", ["own", "value", "connect"])
def test_a_hook_that_fails_before_sending_sends_nothing(mode: Mode, service: FaultServer, kind: str) -> None:
    """Then the server has seen nothing, and the error says so."""
    own = mode.http_client(event_hooks=mode.hooks("request", raising(FAILURES[kind]())))
    error = failure(mode, service.url, "train_model", http_client=own)

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is False
    assert service.record.arrivals == []


@pytest.mark.parametrize("status", [401, 429, 503])
def test_an_response_to_another_request_refuses_nothing(
    mode: Mode, service: FaultServer, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the response to our very request can say that the service did not act."""
    own = mode.http_client()
    real = own.send

    def send(request: httpx.Request, **options: Any) -> httpx.Response:
        real(request, **options).close()
        return of_another(status)

    async def send_async(request: httpx.Request, **options: Any) -> httpx.Response:
        await (await real(request, **options)).aclose()
        return of_another(status)

    monkeypatch.setattr(own, "send", send_async if mode.is_async else send)
    error = failure(mode, service.url, "train_model", http_client=own, max_retries=2)

    assert isinstance(error, errors.APIStatusError)
    assert error.status_code == status
    assert error.may_have_been_processed is True
    assert len(service.record.arrivals) == 1


@pytest.mark.parametrize("status", [400, 429, 500])
def test_a_hook_may_raise_for_the_status_of_our_own_response(mode: Mode, status: int) -> None:
    """An error of the service is the service's, also where a hook raises it."""
    own = mode.http_client(event_hooks=mode.hooks("response", httpx.Response.raise_for_status))
    with FaultServer(responses(status, acts=status == 500, headers={"Retry-After": "0"})) as service:
        error = failure(mode, service.url, "train_model", http_client=own, max_retries=2)

    assert isinstance(error, errors.APIStatusError)
    assert error.status_code == status
    assert error.may_have_been_processed is (status == 500)
    assert len(service.record.arrivals) == (3 if status == 429 else 1)


def test_a_token_that_cannot_be_had_again_is_no_wrong_argument(mode: Mode) -> None:
    """A callable that returns nonsense when it is asked for a second token ends the call with our error."""
    tokens = iter([SECRET, 7])
    error = failure(mode, responses(401), "train_model", token=lambda: next(tokens))

    assert error.may_have_been_processed is False


def test_a_token_source_that_ends_is_seen(mode: Mode, service: FaultServer) -> None:
    """An exception of a callable for the token reaches the caller, StopIteration as well."""
    # No coroutine can raise StopIteration: Python makes a RuntimeError of it.
    with pytest.raises((StopIteration, RuntimeError), match=r"no more tokens|StopIteration"):
        perform(mode, service.url, token=raising(StopIteration("no more tokens")))
    assert service.record.arrivals == []
