"""A few calls over real sockets on loopback: what no stand-in for a transport can show."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.to_thread
import pytest

from tests.support.sample_api import THING, TOKEN, AsyncThings, Things, get, make
from tryleap._runtime._package import BaseError
from tryleap._runtime.errors import APIStatusError, APITimeoutError

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
def test_what_arrives(is_async: bool) -> None:
    """A request has each header once, and a multipart body of the length that it says."""
    seen: list[bytes] = []

    def behave(peer: socket.socket) -> None:
        seen.append(read_request(peer))
        peer.sendall(answer(BODY, "201 Created"))

    with serving(behave) as (url, _):
        call_both(url, lambda client: client.send(make([b"x" * 300_000])), is_async=is_async)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]]

    assert head.startswith(b"POST /things HTTP/1.1\r\nHost: 127.0.0.1:")
    assert f"Authorization: Bearer {TOKEN}".encode() in head
    assert len(names) == len(set(names))
    assert body.count(b"x" * 300_000) == 1


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

    def twice(client: Any) -> Any:
        if not is_async:
            return [client.send(get()).id, client.send(get()).id]

        async def calls() -> Any:
            return [(await client.send(get())).id, (await client.send(get())).id]

        return calls()

    with serving(behave) as (url, peers):
        assert call_both(url, twice, is_async=is_async) == ["t1", "t1"]
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
        if not is_async:
            return [client.send(get(), raw=True) for _ in range(2)]

        async def calls() -> Any:
            return [await client.send(get(), raw=True) for _ in range(2)]

        return calls()

    with serving(behave) as (url, _):
        first, _ = call_both(url, twice, is_async=is_async)
    assert first.headers["set-cookie"].startswith("session=1")
    assert len(arrived) == 2
    assert b"session" not in b"".join(arrived)
    assert not clients[0]._engine.pool._client.cookies


@pytest.mark.parametrize("is_async", [False, True])
def test_a_connection_is_used_again(is_async: bool) -> None:
    """Calls in a row share a connection."""

    def behave(peer: socket.socket) -> None:
        while read_request(peer):
            peer.sendall(answer())

    def thrice(client: Any) -> Any:
        if not is_async:
            return [client.send(get()) for _ in range(3)]

        async def calls() -> Any:
            return [await client.send(get()) for _ in range(3)]

        return calls()

    with serving(behave) as (url, peers):
        call_both(url, thrice, is_async=is_async)
        assert len(peers) == 1


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_proxy_takes_the_calls(is_async: bool, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy, of the option or of the environment, is asked for what is on other machines."""
    arrived: list[bytes] = []

    def behave(peer: socket.socket) -> None:
        while request := read_request(peer):
            arrived.append(request.partition(b"\r\n")[0])
            peer.sendall(answer())

    def twice(client: Any) -> Any:
        if not is_async:
            return [client.send(get()) for _ in range(2)]

        async def calls() -> Any:
            return [await client.send(get()) for _ in range(2)]

        return calls()

    with serving(behave) as (proxy, peers):
        options: dict[str, Any] = {"allow_insecure_http": True}
        if source == "option":
            options["proxy"] = proxy
        else:
            monkeypatch.setenv("HTTP_PROXY", proxy)
            monkeypatch.setenv("NO_PROXY", "")
        call_both("http://things.example", twice, is_async=is_async, **options)
        assert len(peers) == 1

    assert arrived == [b"GET http://things.example/things/t1 HTTP/1.1"] * 2


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_drip_ends_at_the_deadline(is_async: bool, where: str) -> None:
    """A server that sends a byte now and then cannot keep a call beyond its deadline."""
    done = threading.Event()

    def behave(peer: socket.socket) -> None:
        read_request(peer)
        start = answer(b" " * 10_000)[:60] if where == "headers" else answer(b" " * 10_000)[:-9_000]
        peer.sendall(start)
        while not done.wait(0.02):
            peer.sendall(b"a" if where == "headers" else b" ")

    with serving(behave) as (url, _):
        began = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"the deadline of 0\.3 s has passed") as caught:
            call_both(url, lambda client: client.send(make(), deadline=0.3), is_async=is_async)
        took = time.monotonic() - began
        done.set()

    assert 0.2 < took < 3
    assert caught.value.may_have_been_processed is True


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
async def test_cancellation() -> None:
    """Cancelling a call takes effect at once, and the client works on."""
    arrived = threading.Event()
    answers = iter([None, answer()])

    def behave(peer: socket.socket) -> None:
        read_request(peer)
        reply = next(answers)
        if reply is None:
            arrived.set()
            peer.recv(1)
        else:
            peer.sendall(reply)

    with serving(behave) as (url, _):
        async with AsyncThings(base_url=url) as client:
            async with anyio.create_task_group() as group:
                group.start_soon(client.send, get())
                assert await anyio.to_thread.run_sync(arrived.wait, 10)
                group.cancel_scope.cancel()
            with anyio.fail_after(10):
                found = await client.send(get())
    assert found.id == "t1"


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
