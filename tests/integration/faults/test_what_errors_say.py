"""Errors say the truth: whether the server may have acted, and what it answered, whatever form that has."""

from __future__ import annotations

import codecs
import math
import mmap
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import certificates
from tests.support.fault_server import FaultServer, Peer
from tests.support.modes import Mode
from tryleap import errors

from .hostile import call
from .wire import BIG, SECRET, respond

IMAGE = b"\x89PNG\r\n\x1a\n" + b"0" * 100
REFUSALS = {401: errors.AuthenticationError, 413: errors.APIStatusError, 429: errors.RateLimitError}


def outcome(mode: Mode, url: str, operation: str, images: list[Any] | None = None, **options: Any) -> Any:
    """What comes of a call: an exception, or a whole response. Options of the client come first."""
    of_call = {name: options.pop(name) for name in ("on_upload_progress",) if name in options}

    async def scenario() -> Any:
        client = mode.client(**{"access_token": SECRET, "base_url": url, **options})
        try:
            return await mode.settle(call(client, operation, images or [IMAGE], **of_call))
        except Exception as error:  # noqa: BLE001 - which one it is, is what the tests are about
            return error
        finally:
            await mode.close(client)

    return mode.run(scenario)


def with_odd_header(status: int, body: bytes = b"") -> Callable[[Peer], None]:
    """Answer with a header beyond ASCII."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        arrival.refused = 400 <= status < 500
        head = b"HTTP/1.1 %d Odd\r\nX-Message: caf\xe9\r\nContent-Length: %d\r\n\r\n"
        peer.send(head % (status, len(body)) + body)

    return behave


@pytest.mark.parametrize(("status", "processed"), [(404, False), (429, False), (500, True), (200, True)])
@pytest.mark.parametrize("operation", ["train", "delete"])
def test_a_header_beyond_ascii_is_read(mode: Mode, status: int, processed: bool, operation: str) -> None:
    """It is a part of the response as any other header is, of an error too."""
    with FaultServer(with_odd_header(status)) as service:
        error = outcome(mode, service.url, operation, max_retries=0)

    assert isinstance(error, errors.APIStatusError | errors.ResponseDecodeError)
    assert error.status_code == status
    assert error.headers["x-message"] == "café"
    assert error.may_have_been_processed is processed


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_a_progress_callback_raises_goes_through_with_a_note(
    mode: Mode, service: FaultServer, share: float
) -> None:
    """It says what may have happened and how to find out, at the end of the upload as well."""
    problem = RuntimeError("the caller's own")

    def fail(sent: int, total: int | None) -> None:
        assert total is not None
        if sent >= share * total:
            raise problem

    error = outcome(mode, service.url, "train", [IMAGE * 2000], on_upload_progress=fail)

    assert error is problem
    assert any("image_models.list_all_models()" in note for note in error.__notes__)
    assert len(service.record.arrivals) <= 1


def _stall_the_tunnel(peer: Peer) -> None:
    peer.read_head()
    peer.stall()


def _refuse_the_tunnel(peer: Peer) -> None:
    peer.read_head()
    peer.send(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
    peer.close()


def _drop_the_tunnel(peer: Peer) -> None:
    peer.read_head()
    peer.reset()


@pytest.mark.parametrize("behaviour", [_stall_the_tunnel, _refuse_the_tunnel, _drop_the_tunnel])
@pytest.mark.parametrize("limit", [{"timeout": 0.2}, {"deadline": 0.3}])
@pytest.mark.parametrize("operation", ["train", "delete"])
def test_a_proxy_that_makes_no_tunnel_hides_nothing(
    mode: Mode, behaviour: Callable[[Peer], None], limit: dict[str, float], operation: str
) -> None:
    """Nothing has reached the service, and the error says so."""
    with FaultServer(behaviour) as proxy:
        error = outcome(mode, "https://api.leap.invalid", operation, proxy=proxy.url, max_retries=0, **limit)
        seen = [each.method for each in proxy.record.arrivals]

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is False
    assert set(seen) == {"CONNECT"}


@pytest.mark.parametrize("operation", ["train", "delete"])
def test_a_deadline_that_passes_before_anything_is_sent(
    mode: Mode, service: FaultServer, operation: str
) -> None:
    """A credential that takes too long uses it up: nothing is sent, though a connection is open already."""
    waited = threading.Event()

    def slow() -> str:
        waited.wait(0.05 if service.record.arrivals else 0)
        return SECRET

    async def scenario() -> Any:
        client = mode.client(access_token=slow, base_url=service.url)
        try:
            await mode.settle(call(client, "list", []))
            with pytest.raises(errors.APITimeoutError, match="nothing was sent") as caught:
                await mode.settle(call(client, operation, [IMAGE], deadline=0.02))
        finally:
            await mode.close(client)
        return caught.value

    error = mode.run(scenario)

    assert error.may_have_been_processed is False
    assert len(service.record.arrivals) == 1


@pytest.mark.parametrize("seconds", [math.inf, 1e10, 1e300, 10**400])
@pytest.mark.parametrize("option", ["timeout", "deadline", "phases"])
def test_endless_limits_are_none(mode: Mode, service: FaultServer, seconds: float, option: str) -> None:
    """A number of seconds that is longer than any clock can count is no limit."""
    options = {"timeout": httpx.Timeout(seconds)} if option == "phases" else {option: seconds}
    response = outcome(mode, service.url, "train", **options)

    assert response.status_code == 200


def early(status: int, then: str) -> Callable[[Peer], None]:
    """Refuse a request while it is still being sent."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_head()
        arrival.refused = True
        body = b'{"statusCode": %d, "message": "Stop."}' % status
        peer.send(respond(status, body, {"Connection": "close", "Retry-After": "0"}))
        if then == "reset":
            # As a server does that closes its socket with a part of the upload unread.
            peer.close()
        else:
            peer.end_sending()
            peer.drain()

    return behave


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("then", ["reset", "drain"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_early_refusal_of_an_upload_is_heard(
    mode: Mode, status: int, then: str, scheme: str, tmp_path: Path
) -> None:
    """A server that responds before it has read the upload, and closes, has refused it."""
    picture = tmp_path / "big.png"
    picture.write_bytes(IMAGE.ljust(BIG, b"0"))
    context = certificates.serving("good")
    encrypted = (lambda peer: peer.start_tls(context)) if scheme == "https" else None
    with FaultServer(early(status, then), on_connect=encrypted) as service:
        url = f"{scheme}://127.0.0.1:{service.port}"
        error = outcome(mode, url, "train", [picture], max_retries=0)

    assert isinstance(error, REFUSALS[status])
    assert error.status_code == status
    assert error.may_have_been_processed is False


def test_files_whose_seek_returns_nothing_are_sent(mode: Mode, service: FaultServer, tmp_path: Path) -> None:
    """Not every file says where it stands when it is moved."""
    picture = tmp_path / "me.png"
    picture.write_bytes(IMAGE)
    with picture.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert outcome(mode, service.url, "train", [mapped]).status_code == 200
    with codecs.open(str(picture), "rb") as file:
        reader = codecs.StreamReaderWriter(file, _Bytes, codecs.getwriter("utf-8"))
        assert outcome(mode, service.url, "train", [reader]).status_code == 200
    lengths = [
        int(re.findall(rb"content-length: *(\d+)", each.head, re.IGNORECASE)[0])
        for each in service.record.arrivals
    ]
    assert all(each > len(IMAGE) for each in lengths)


class _Bytes(codecs.StreamReader):
    """A reader of `codecs` that returns bytes as they are; its `seek` returns nothing."""

    charbuffertype = bytes

    def read(self, size: int = -1, chars: int = -1, firstline: bool = False) -> Any:
        return self.stream.read(size)


def test_a_pipe_without_a_writer_ends_at_the_deadline(
    mode: Mode, service: FaultServer, tmp_path: Path
) -> None:
    """Nobody waits for it longer, and no thread that does is left behind."""
    pipe = tmp_path / "me.png"
    os.mkfifo(pipe)
    began = time.monotonic()
    error = outcome(mode, service.url, "train", [pipe], deadline=0.3)

    assert isinstance(error, errors.APITimeoutError)
    assert time.monotonic() - began < 5


def test_a_pipe_is_sent_whole_when_its_writer_comes(mode: Mode, tmp_path: Path) -> None:
    """A writer may come late, and write as slowly as it likes."""
    pipe = tmp_path / "me.png"
    os.mkfifo(pipe)
    bodies: list[bytes] = []

    def keep(peer: Peer) -> None:
        peer.read_head()
        body = b""
        while not body.endswith(b"0\r\n\r\n"):
            body += peer.socket.recv(65536)
        bodies.append(body)
        peer.send(respond(201, b'{"id": "m1"}'))
        peer.close()

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            for _ in range(3):
                file.write(IMAGE)
                time.sleep(0.02)

    with FaultServer(keep) as service:
        writer = threading.Thread(target=write)
        writer.start()
        response = outcome(mode, service.url, "train", [pipe])
        writer.join()

    assert response.status_code == 201
    assert IMAGE * 3 in bodies[0]


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"<html>404: there is no such picture</html>" * 3, "is text")]
)
def test_what_comes_out_of_a_pipe_is_looked_at_before_it_is_billed(
    mode: Mode, service: FaultServer, tmp_path: Path, content: bytes, words: str
) -> None:
    """A program that failed writes nothing, or a message: the upload stops, and no training begins."""
    pipe = tmp_path / "me.png"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[content])
    writer.start()
    error = outcome(mode, service.url, "train", [pipe])
    writer.join()

    assert isinstance(error, errors.UploadError)
    assert f"image_sample_files[0] ('me.png') {words}" in str(error)
    assert error.may_have_been_processed is False
    assert not any(each.complete for each in service.record.arrivals)
