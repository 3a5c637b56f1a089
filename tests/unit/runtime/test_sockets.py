"""A few calls over real sockets on loopback: what no stand-in for a transport can show."""

from __future__ import annotations

import gzip
import json
import threading
from typing import Any

import anyio
import anyio.to_thread
import pytest

from templates.runtime._package import BaseError
from templates.runtime.clock import Deadline, DeadlineError
from templates.runtime.errors import APIStatusError
from templates.runtime.transport import deadlines
from tests.support.clocks import ManualClock
from tests.support.fault_server import FaultServer, response, sends
from tests.support.modes import Mode
from tests.support.sample_api import WIDGET, AsyncWidgets, get, make, run_at

BODY = json.dumps(WIDGET).encode()
WELL = sends(response(BODY), "go on")


def twice(client: Any) -> Any:
    return client.send_each(get(), get())


def test_a_packed_response(mode: Mode) -> None:
    """A packed response is unpacked."""
    with FaultServer(response(gzip.compress(BODY), headers={"Content-Encoding": "gzip"})) as server:
        found = run_at(mode, server.url, lambda client: client.send(get(), raw=True))

    assert found.content == BODY
    assert found.data.id == "t1"


def test_no_cookie_is_kept(mode: Mode) -> None:
    """A cookie that the service sets is shown with its response, and neither kept nor sent."""
    clients: list[Any] = []

    def raw_twice(client: Any) -> Any:
        clients.append(client)
        return client.send_each(get(), get(), raw=True)

    with FaultServer(sends(response(BODY, headers={"Set-Cookie": "session=1; Path=/"}), "go on")) as server:
        first, _ = run_at(mode, server.url, raw_twice)

    assert first.headers["set-cookie"].startswith("session=1")
    assert [b"session" in each.head for each in server.record.arrivals] == [False, False]
    assert not clients[0]._engine.pool._client.cookies


@pytest.mark.parametrize("source", ["option", "environment"])
def test_a_proxy_takes_the_calls(mode: Mode, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy, of the option or of the environment, is asked for what is on other machines."""
    options: dict[str, Any] = {"allow_insecure_http": True}
    with FaultServer(WELL) as server:
        if source == "option":
            options["proxy"] = server.url
        else:
            monkeypatch.setenv("HTTP_PROXY", server.url)
            monkeypatch.setenv("NO_PROXY", "")
        run_at(mode, "http://widgets.example", twice, **options)

    assert server.record.connections == 1
    assert [each.path for each in server.record.arrivals] == ["http://widgets.example/widgets/t1"] * 2


@pytest.mark.parametrize("location", ["https://elsewhere.example/", "http://[nonsense", "//", "\x7f", None])
def test_redirects(mode: Mode, location: str | None) -> None:
    """No redirect is followed, wherever it leads, and its address is shown."""
    redirect = response(status=302, headers={} if location is None else {"Location": location})
    with FaultServer(redirect) as server, pytest.raises((APIStatusError, BaseError)) as caught:
        run_at(mode, server.url, lambda client: client.send(make()))

    assert len(server.record.arrivals) == 1
    if location is None or location.isprintable():
        assert isinstance(caught.value, APIStatusError)
        assert caught.value.status_code == 302
        assert caught.value.headers.get("location") == location


@pytest.mark.anyio
async def test_reading_a_slow_file_does_not_block_the_loop() -> None:
    """While a thread reads a slow file, other tasks run; cancelling does not wait for it."""
    reading, go_on = threading.Event(), threading.Event()

    class Slow:
        def read(self, size: int = -1) -> bytes:
            reading.set()
            assert go_on.wait(10)
            return b""

    with FaultServer(WELL) as server:
        async with AsyncWidgets(base_url=server.url) as client:
            with anyio.fail_after(10):
                async with anyio.create_task_group() as group:
                    group.start_soon(client.send, make([("a.png", Slow()), b"x"]))
                    assert await anyio.to_thread.run_sync(reading.wait, 10)
                    group.cancel_scope.cancel()
            go_on.set()

    assert group.cancel_scope.cancelled_caught


def test_a_write_looks_at_the_clock_now_and_then() -> None:
    """A server that reads ever so slowly holds no write of the sync client beyond the deadline."""
    clock = ManualClock()
    written: list[int] = []

    class Slow:
        def write(self, buffer: bytes, timeout: float | None) -> None:
            written.append(len(buffer))
            clock.sleep(0.4)

    class Backend:
        def connect_tcp(self, *_: Any) -> Any:
            return Slow()

    stream = deadlines._Backend(Backend()).connect_tcp("127.0.0.1", 1)
    before = deadlines.limit_thread(Deadline(1.0, clock))
    try:
        with pytest.raises(DeadlineError):
            stream.write(b"a" * 256 * 1024)
    finally:
        deadlines.limit_thread(before)

    assert written == [16 * 1024] * 3
