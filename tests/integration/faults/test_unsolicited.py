"""No call is given a response that a server sent before it was asked, whatever hooks the HTTP client has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import tryleap
from tests.support.fault_server import Behaviour, FaultServer, Peer, response
from tests.support.modes import Mode

from .wire import MODEL


def model(model_id: str) -> bytes:
    """The body of a response with a model."""
    return json.dumps({**MODEL, "id": model_id}).encode()


SMUGGLED = response(model("smuggled"))
RESPONSES: dict[str, Callable[[bytes], bytes]] = {
    "a response": response,
    "a response in chunks": lambda body: response(
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), headers={"Transfer-Encoding": "chunked"}, length=None
    ),
    "an error": lambda body: response(body, status=404),
    "an empty response": lambda body: response(status=204, length=None),
    "a redirect": lambda body: response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
}


def _smuggles(first: str, extra: bytes) -> Behaviour:
    """Answer each request by its path, and send more than the response behind each."""

    def behave(peer: Peer) -> None:
        name = peer.read_request().path.rpartition("/")[2]
        served = RESPONSES[first] if name == "first" else response
        peer.send(served(model(name)) + extra)

    return behave


def fetched(mode: Mode, url: str, hooks: list[Any], *names: str) -> list[str]:
    """The ids of the models that calls of one client return, through an HTTP client with hooks."""

    async def scenario(own: Any) -> list[str]:
        client = mode.client(access_token="key-of-a-test", base_url=url, http_client=own, max_retries=0)
        found = []
        for name in names:
            try:
                found.append((await mode.settle(client.image_models.get_model(name))).id)
            except (httpx.HTTPError, tryleap.LeapError) as error:
                found.append(type(error).__name__)
        return found

    return mode.use(lambda: mode.http_client(event_hooks=mode.hooks("response", *hooks)), scenario)


def read(served: Any) -> Any:
    return served.aread() if isinstance(served.stream, httpx.AsyncByteStream) else served.read()


HOOKS = {
    "reads": [read],
    "second": [lambda served: None, read],
    "refuses": [read, httpx.Response.raise_for_status],
    "looks": [lambda served: None],
}


@pytest.mark.parametrize("hooks", HOOKS)
@pytest.mark.parametrize("first", RESPONSES)
@pytest.mark.parametrize("extra", [SMUGGLED, b"HTTP/1.1 200 OK\r\n"])
def test_unsolicited_data_is_never_a_response(mode: Mode, hooks: str, first: str, extra: bytes) -> None:
    """A hook that reads the body does not take away the check for what follows it."""
    with FaultServer(_smuggles(first, extra)) as running:
        found = fetched(mode, running.url, HOOKS[hooks], "first", "second", "third")
        seen = [each.path.rpartition("/")[2] for each in running.record.arrivals if each.path]

    # The first response may be an error.
    assert found[0] == "first" or found[0].endswith("Error")
    assert found[1:] == ["second", "third"]
    assert seen == ["first", "second", "third"]


def test_an_http_client_of_ones_own_keeps_its_hooks_and_its_connection(mode: Mode) -> None:
    """Without anything unsolicited, a connection is used again, and each hook is called once."""
    seen: list[Any] = []
    with FaultServer(_smuggles("a response", b"")) as running:
        assert fetched(mode, running.url, [read, seen.append], "a", "b", "c") == ["a", "b", "c"]
        assert running.record.connections == 1

    assert [each.json()["id"] for each in seen] == ["a", "b", "c"]
