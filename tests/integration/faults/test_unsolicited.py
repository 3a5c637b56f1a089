"""No call is given a response that a server sent before it was asked, whatever hooks the HTTP client has."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.fault_server import Behaviour, Peer
from tests.support.modes import Mode

from .hostile import response, server
from .wire import MODEL


def model(model_id: str, **changes: Any) -> bytes:
    """The body of a response with a model."""
    return json.dumps({**MODEL, "id": model_id, **changes}).encode()


SMUGGLED = response(model("smuggled"))


def _chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + (
        f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    )


RESPONSES = {
    "a response": response,
    "a response in chunks": _chunked,
    "an error": lambda body: response(body, status="404 Not Found"),
    "an empty response": lambda body: b"HTTP/1.1 204 No Content\r\n\r\n",
    "a redirect": lambda body: response(status="302 Found", headers={"Location": "http://127.0.0.1:9/"}),
}


def _smuggles(first: str, extra: bytes) -> Behaviour:
    """Answer each request by its path, and send more than the response behind each."""

    def behave(peer: Peer) -> None:
        name = peer.read_request().path.rpartition("/")[2]
        served = RESPONSES[first] if name == "first" else response
        peer.send(served(model(name)) + extra)

    return behave


def _hooks(mode: Mode, kind: str) -> list[Any]:
    """Hooks of a caller: one that reads the body, two of them, or one that refuses errors after reading."""

    def read(served: httpx.Response) -> None:
        served.read()
        if kind == "refuses":
            served.raise_for_status()

    async def aread(served: httpx.Response) -> None:
        await served.aread()
        if kind == "refuses":
            served.raise_for_status()

    def look(served: httpx.Response) -> None:
        _ = served.headers

    async def alook(served: httpx.Response) -> None:
        _ = served.headers

    mine = [aread, alook] if mode.is_async else [read, look]
    return mine[::-1] if kind == "second" else mine[1:] if kind == "looks" else mine[:1]


@pytest.mark.parametrize("kind", ["reads", "second", "refuses", "looks"])
@pytest.mark.parametrize("first", RESPONSES)
@pytest.mark.parametrize("extra", [SMUGGLED, b"HTTP/1.1 200 OK\r\n"])
def test_unsolicited_data_is_never_a_response(mode: Mode, kind: str, first: str, extra: bytes) -> None:
    """A hook that reads the body does not take away the check for what follows it."""
    with server(_smuggles(first, extra)) as running:

        async def scenario() -> list[str]:
            own = mode.http_client(event_hooks={"response": _hooks(mode, kind)})
            client = mode.client(
                access_token="key-of-a-test", base_url=running.url, http_client=own, max_retries=0
            )
            found = []
            try:
                for name in ("first", "second", "third"):
                    try:
                        found.append((await mode.settle(client.image_models.get_model(name))).id)
                    except Exception:  # noqa: BLE001 - the first response may be an error
                        found.append(name)
            finally:
                await mode.close(client)
                await mode.close(own)
            return found

        assert mode.run(scenario) == ["first", "second", "third"]
        assert [each.path.rpartition("/")[2] for each in running.record.arrivals if each.path] == [
            *("first", "second", "third")
        ]


def test_an_http_client_of_ones_own_keeps_its_hooks_and_its_connection(mode: Mode) -> None:
    """Without anything unsolicited, a connection is used again, and each hook is called once."""
    seen: list[str] = []

    def hook(served: httpx.Response) -> None:
        seen.append(json.loads(served.read())["id"])

    async def ahook(served: httpx.Response) -> None:
        seen.append(json.loads(await served.aread())["id"])

    def behave(peer: Peer) -> None:
        peer.send(response(model(peer.read_request().path.rpartition("/")[2])))

    with server(behave) as running:

        async def scenario() -> None:
            own = mode.http_client(event_hooks={"response": [ahook if mode.is_async else hook]})
            client = mode.client(access_token="key-of-a-test", base_url=running.url, http_client=own)
            for name in ("a", "b", "c"):
                assert (await mode.settle(client.image_models.get_model(name))).id == name
            await mode.close(client)
            await mode.close(own)

        mode.run(scenario)
        assert running.record.connections == 1

    assert seen == ["a", "b", "c"]
