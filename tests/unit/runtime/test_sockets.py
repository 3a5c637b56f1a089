"""A few calls over real sockets on loopback: what no stand-in for a transport can show."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.to_thread
import pytest

from templates.runtime._package import BaseError
from templates.runtime.errors import APIStatusError
from tests.support.sample_api import THING, AsyncThings, Things, get, make

BODY = json.dumps(THING).encode()
Peer = Callable[[socket.socket], None]


def answer(body: bytes = BODY, status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def read_request(peer: socket.socket) -> bytes:
    """Read a request whose body has a Content-Length, or none."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = peer.recv(65536)
        if not more:
            return data
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(rest) < length:
        rest += peer.recv(65536)
    return head + b"\r\n\r\n" + rest


@contextmanager
def serving(behave: Peer) -> Iterator[tuple[str, list[socket.socket]]]:
    """Serve connections, one at a time and each by `behave`, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        peers: list[socket.socket] = []

        def run() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                peers.append(peer)
                try:
                    behave(peer)
                except OSError:
                    pass
                finally:
                    peer.close()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", peers
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for peer in peers:
                try:
                    peer.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
            thread.join(10)


def call_both(url: str, action: Callable[[Any], Any], *, is_async: bool, **options: Any) -> Any:
    if not is_async:
        with Things(base_url=url, **options) as client:
            return action(client)

    async def main() -> Any:
        async with AsyncThings(base_url=url, **options) as client:
            return await action(client)

    return anyio.run(main)


@pytest.mark.parametrize("is_async", [False, True])
def test_a_packed_answer(is_async: bool) -> None:
    """A packed answer is unpacked."""
    packed = gzip.compress(BODY)

    def behave(peer: socket.socket) -> None:
        read_request(peer)
        peer.sendall(answer(packed, "200 OK", "Content-Encoding: gzip"))

    with serving(behave) as (url, _):
        found = call_both(url, lambda client: client.send(get(), raw=True), is_async=is_async)
    assert found.content == BODY
    assert found.data.id == "t1"


@pytest.mark.parametrize("is_async", [False, True])
def test_an_answer_with_a_second_one_behind_it(is_async: bool) -> None:
    """What a server sends beyond its answer is never taken for the answer to the next call."""
    other = json.dumps({**THING, "id": "of-somebody-else"}).encode()

    def behave(peer: socket.socket) -> None:
        while read_request(peer):
            peer.sendall(answer() + answer(other))

    with serving(behave) as (url, peers):
        found = call_both(url, lambda client: client.send_each(get(), get()), is_async=is_async)
        assert [each.id for each in found] == ["t1", "t1"]
        assert len(peers) == 2


@pytest.mark.parametrize("is_async", [False, True])
def test_no_cookie_is_kept(is_async: bool) -> None:
    """A cookie that the service sets is shown with its answer, and neither kept nor sent."""
    arrived: list[bytes] = []
    clients: list[Any] = []

    def behave(peer: socket.socket) -> None:
        while request := read_request(peer):
            arrived.append(request)
            peer.sendall(answer(BODY, "200 OK", "Set-Cookie: session=1; Path=/"))

    def twice(client: Any) -> Any:
        clients.append(client)
        return client.send_each(get(), get(), raw=True)

    with serving(behave) as (url, _):
        first, _ = call_both(url, twice, is_async=is_async)
    assert first.headers["set-cookie"].startswith("session=1")
    assert len(arrived) == 2
    assert b"session" not in b"".join(arrived)
    assert not clients[0]._engine.pool._client.cookies


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_proxy_takes_the_calls(is_async: bool, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy, of the option or of the environment, is asked for what is on other machines."""
    arrived: list[bytes] = []

    def behave(peer: socket.socket) -> None:
        while request := read_request(peer):
            arrived.append(request.partition(b"\r\n")[0])
            peer.sendall(answer())

    with serving(behave) as (proxy, peers):
        options: dict[str, Any] = {"allow_insecure_http": True}
        if source == "option":
            options["proxy"] = proxy
        else:
            monkeypatch.setenv("HTTP_PROXY", proxy)
            monkeypatch.setenv("NO_PROXY", "")
        twice = lambda client: client.send_each(get(), get())  # noqa: E731
        call_both("http://things.example", twice, is_async=is_async, **options)
        assert len(peers) == 1

    assert arrived == [b"GET http://things.example/things/t1 HTTP/1.1"] * 2


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("location", ["https://elsewhere.example/", "http://[nonsense", "//", "\x7f"])
def test_redirects(is_async: bool, location: str) -> None:
    """No redirect is followed, wherever it leads, and its address is shown."""
    requests: list[bytes] = []

    def behave(peer: socket.socket) -> None:
        requests.append(read_request(peer))
        peer.sendall(answer(b"", "302 Found", f"Location: {location}"))

    with serving(behave) as (url, _), pytest.raises((APIStatusError, BaseError)) as caught:
        call_both(url, lambda client: client.send(make()), is_async=is_async)
    assert len(requests) == 1
    if location.isprintable():
        assert isinstance(caught.value, APIStatusError)
        assert caught.value.status_code == 302
        assert caught.value.headers["location"] == location


@pytest.mark.anyio
async def test_reading_a_slow_file_does_not_block_the_loop() -> None:
    """While a thread reads a slow file, other tasks run; cancelling does not wait for it."""
    reading, go_on = threading.Event(), threading.Event()

    class Slow:
        def read(self, size: int = -1) -> bytes:
            reading.set()
            assert go_on.wait(10)
            return b""

    with serving(read_request) as (url, _):
        async with AsyncThings(base_url=url) as client:
            with anyio.fail_after(10):
                async with anyio.create_task_group() as group:
                    group.start_soon(client.send, make([("a.png", Slow()), b"x"]))
                    assert await anyio.to_thread.run_sync(reading.wait, 10)
                    group.cancel_scope.cancel()
            go_on.set()
    assert group.cancel_scope.cancelled_caught
