"""The deadline of a call ends it, whatever takes the time: the service, the way to it, or a credential."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest

import tryleap
from tests.support.fault_server import LONGEST_STALL, FaultServer, FullBacklog, Peer, Record
from tests.support.modes import Mode

from .calls import call, failure, perform, timed_failure
from .scenarios import resolving, unknown
from .wire import SECRET

LOCAL = "service.localhost"
DEADLINE = 0.4
LATE = 5.0
"""Seconds after which a call has missed its deadline, on however busy a machine."""


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

# What is sent once, and what is sent again and again after it.
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "interim responses": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "headers": (_HEAD, b"X-A: b\r\n"),
    "one header": (_HEAD + b"X-A: ", b"a"),
    "the body": (_HEAD + b"Content-Length: 1000000\r\n\r\n", b" "),
    "chunks": (_CHUNKED, b"1\r\n \r\n"),
    "the size of a chunk": (_CHUNKED, b"0"),
    "trailers": (_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n"),
}


def _endless(what: str, how: str) -> Callable[[Peer], None]:
    first, piece = ENDLESS[what]

    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.send(first)
        if how == "drips":
            peer.drip(piece, interval=0.02)
        else:
            many = piece * (16_384 // len(piece))
            until = time.monotonic() + LONGEST_STALL
            while time.monotonic() < until:
                peer.send(many)

    return behave


@pytest.mark.parametrize(
    ("what", "how"),
    # A body that floods is ended by its size.
    [(what, how) for what in ENDLESS for how in ("drips", "floods") if (what, how) != ("the body", "floods")],
)
def test_the_deadline_ends_a_response_that_does_not_end(mode: Mode, what: str, how: str) -> None:
    """Whatever part of the response comes without end, slowly or quickly, the call ends in time."""
    error, took = timed_failure(mode, _endless(what, how), "train_model", deadline=DEADLINE)

    assert took < LATE
    assert error.may_have_been_processed
    # A part that grows beyond what is read of it may end the call before.
    if what not in ("headers", "one header", "the size of a chunk", "trailers"):
        assert isinstance(error, tryleap.APITimeoutError)
        assert "deadline of 0.4 s" in str(error)


def assert_too_late(error: tryleap.LeapError, took: float) -> None:
    """Fail unless the deadline ended a call before anything was sent."""
    assert isinstance(error, tryleap.APITimeoutError)
    assert "deadline of 0.4 s" in str(error)
    assert not error.may_have_been_processed
    assert took < LATE


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Lets go of what blocks, at the end at the latest."""
    event = threading.Event()
    yield event
    event.set()


def test_the_deadline_counts_the_resolution_of_a_name(
    mode: Mode, monkeypatch: pytest.MonkeyPatch, release: threading.Event, service: FaultServer
) -> None:
    """A name that is not resolved in time ends the call then; sync, as soon as the resolver returns."""
    patience = LONGEST_STALL if mode.is_async else 2 * DEADLINE

    def resolve() -> list[tuple[str, int]]:
        release.wait(patience)
        return [("127.0.0.1", service.port)]

    resolving(monkeypatch, resolve, LOCAL)

    async def scenario() -> tuple[Any, float]:
        client = mode.client(access_token=SECRET, base_url=f"http://{LOCAL}:{service.port}")
        began = time.monotonic()
        try:
            with pytest.raises(tryleap.LeapError) as caught:
                await mode.settle(call(client, "train", [b"image"], deadline=DEADLINE))
            return caught.value, time.monotonic() - began
        finally:
            release.set()
            await mode.close(client)

    assert_too_late(*mode.run(scenario))
    assert service.record.arrivals == []


def test_the_deadline_is_for_all_addresses_of_a_host(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several addresses at which nobody answers share the time that there is."""
    backlog = FullBacklog()
    port = backlog.listener.getsockname()[1]
    resolving(monkeypatch, lambda: [("127.0.0.1", port)] * 30, LOCAL)
    try:
        ended = timed_failure(mode, f"http://{LOCAL}:{port}", "train_model", deadline=DEADLINE)
    finally:
        backlog.close()
        backlog.listener.close()

    assert_too_late(*ended)


def test_the_next_address_is_tried_with_a_deadline_too(
    mode: Mode, monkeypatch: pytest.MonkeyPatch, service: FaultServer
) -> None:
    """An address at which nothing listens does not end a call for which there is another one."""
    resolving(monkeypatch, lambda: [("127.0.0.2", service.port), ("127.0.0.1", service.port)], LOCAL)

    assert perform(mode, f"http://{LOCAL}:{service.port}", deadline=20.0).id == "m1"


def test_a_name_that_cannot_be_resolved_is_no_connection(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a deadline as without one (see table.py), the error is the same."""
    resolving(monkeypatch, unknown, LOCAL)
    error = failure(mode, f"http://{LOCAL}:9", deadline=20.0)

    assert type(error) is tryleap.APIConnectionError
    assert isinstance(error.__cause__, httpx.ConnectError)


@pytest.mark.parametrize("is_connected", [False, True])
def test_the_deadline_counts_a_credential_that_is_asked_for(
    mode: Mode, service: FaultServer, is_connected: bool
) -> None:
    """A callable that is awaited ends with the deadline; one that blocks is waited for. Nothing is sent."""

    async def key_later() -> str:
        if len(service.record.arrivals) == is_connected:
            await anyio.sleep(LONGEST_STALL)
        return SECRET

    def key() -> str:
        if len(service.record.arrivals) == is_connected:
            time.sleep(2 * DEADLINE)
        return SECRET

    async def scenario(client: Any) -> tuple[Any, float]:
        if is_connected:
            await mode.settle(call(client, "list", []))
        began = time.monotonic()
        with pytest.raises(tryleap.APITimeoutError, match="nothing was sent") as caught:
            await mode.settle(call(client, "train", [b"image"], deadline=DEADLINE))
        return caught.value, time.monotonic() - began

    for token in (key, key_later) if mode.is_async else (key,):
        service.record = Record()
        make = functools.partial(mode.client, access_token=token, base_url=service.url)
        assert_too_late(*mode.use(make, scenario))
        assert len(service.record.arrivals) == is_connected


def test_an_http_client_of_ones_own_is_looked_at_between_chunks() -> None:
    """As documented, a sync client of one's own ends a body in time, and other parts by its own timeouts."""
    own, endless = httpx.Client(), _endless("chunks", "drips")
    error, took = timed_failure(Mode("sync"), endless, http_client=own, deadline=DEADLINE)

    assert isinstance(error, tryleap.APITimeoutError)
    assert took < LATE
