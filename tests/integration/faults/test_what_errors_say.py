"""Errors say the truth: whether the server may have acted, and what it answered, whatever form that has."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import certificates
from tests.support.fault_server import FaultServer, Peer, response, sends
from tests.support.modes import Mode
from tryleap import errors

from .calls import IMAGE, failure, perform, timed_failure
from .wire import BIG

REFUSALS = {401: errors.AuthenticationError, 413: errors.APIStatusError, 429: errors.RateLimitError}


def train(mode: Mode, service: Any, image: Any, **options: Any) -> Any:
    """Train with one image; see `perform`."""
    url = service.url if isinstance(service, FaultServer) else service
    return perform(mode, url, "train_model", call={"image_sample_files": [image], **options})


@pytest.mark.parametrize(("status", "processed"), [(404, False), (429, False), (500, True), (200, True)])
@pytest.mark.parametrize("operation", ["train_model", "delete_model"])
def test_a_header_beyond_ascii_is_read(mode: Mode, status: int, processed: bool, operation: str) -> None:
    """It is a part of the response as any other header is, of an error too."""
    error = failure(mode, response(status=status, headers={"X-Message": b"caf\xe9"}), operation)

    assert isinstance(error, errors.APIStatusError | errors.ResponseDecodeError)
    assert error.status_code == status
    assert error.headers["x-message"] == "café"
    assert error.may_have_been_processed is processed


def _refuse_the_tunnel(peer: Peer) -> None:
    peer.read_head()
    peer.send(response(status=403))
    peer.close()


@pytest.mark.parametrize("behaviour", [sends(b"", "stall"), _refuse_the_tunnel, sends(b"", "reset")])
@pytest.mark.parametrize("limit", [{"timeout": 0.2}, {"deadline": 0.3}])
@pytest.mark.parametrize("operation", ["train_model", "delete_model"])
def test_a_proxy_that_makes_no_tunnel_hides_nothing(
    mode: Mode, behaviour: Callable[[Peer], None], limit: dict[str, float], operation: str
) -> None:
    """Nothing has reached the service, and the error says so."""
    with FaultServer(behaviour) as proxy:
        error = failure(mode, "https://api.leap.invalid", operation, proxy=proxy.url, **limit)
        seen = [each.method for each in proxy.record.arrivals]

    assert isinstance(error, errors.APIConnectionError)
    assert error.may_have_been_processed is False
    assert set(seen) == {"CONNECT"}


def early(status: int, then: str) -> Callable[[Peer], None]:
    """Refuse a request while it is still being sent."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_head()
        arrival.refused = True
        peer.send(response(b"{}", status=status, headers={"Connection": "close", "Retry-After": "0"}))
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
    mode: Mode, status: int, then: str, scheme: str, image: Callable[[int], Path]
) -> None:
    """A server that responds before it has read the upload, and closes, has refused it."""
    context = certificates.serving("good")
    encrypted = (lambda peer: peer.start_tls(context)) if scheme == "https" else None
    with FaultServer(early(status, then), on_connect=encrypted) as service:
        url = f"{scheme}://127.0.0.1:{service.port}"
        error = failure(mode, url, "train_model", call={"image_sample_files": [image(BIG)]})

    assert isinstance(error, REFUSALS[status])
    assert error.status_code == status
    assert error.may_have_been_processed is False


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe that is called like an image."""
    os.mkfifo(tmp_path / "me.png")
    return tmp_path / "me.png"


@contextlib.contextmanager
def writing(pipe: Path, *chunks: bytes) -> Iterator[None]:
    """Write to a pipe meanwhile, slowly."""

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            for each in chunks:
                file.write(each)
                time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    yield
    writer.join()


def test_a_pipe_without_a_writer_ends_at_the_deadline(mode: Mode, service: FaultServer, pipe: Path) -> None:
    """Nobody waits for it longer, and no thread that does is left behind."""
    files = {"image_sample_files": [pipe]}
    error, took = timed_failure(mode, service.url, "train_model", deadline=0.3, call=files)

    assert isinstance(error, errors.APITimeoutError)
    assert took < 5


def test_a_pipe_is_sent_whole_when_its_writer_comes(mode: Mode, pipe: Path) -> None:
    """A writer may come late, and write as slowly as it likes."""
    bodies: list[bytes] = []

    def keep(peer: Peer) -> None:
        peer.read_head()
        body = b""
        while not body.endswith(b"0\r\n\r\n"):
            body += peer.socket.recv(65536)
        bodies.append(body)
        peer.send(response(b'{"id": "m1"}', status=201))
        peer.close()

    with writing(pipe, IMAGE, IMAGE, IMAGE):
        assert train(mode, keep, pipe).id == "m1"
    assert IMAGE * 3 in bodies[0]


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"<html>404: there is no such picture</html>" * 3, "is text")]
)
def test_what_comes_out_of_a_pipe_is_looked_at_before_it_is_billed(
    mode: Mode, service: FaultServer, pipe: Path, content: bytes, words: str
) -> None:
    """A program that failed writes nothing, or a message: the upload stops, and no training begins."""
    with writing(pipe, content), pytest.raises(errors.UploadError) as caught:
        train(mode, service, pipe)

    assert f"image_sample_files[0] ('me.png') {words}" in str(caught.value)
    assert caught.value.may_have_been_processed is False
    assert not any(each.complete for each in service.record.arrivals)
