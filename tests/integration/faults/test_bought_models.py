"""The id of a training that was paid for is never lost, whatever ends the wait for it."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from tests.support.fault_server import FaultServer, Peer
from tests.support.modes import MODES, Mode
from tryleap import errors

from .wire import MODEL, SECRET, respond

PICTURE = "https://example.com/1.jpg"
JSON = json.dumps(dict(MODEL)).encode()


def selling(poll: bytes | Callable[[Peer], object], *, bought: bytes = JSON) -> Callable[[Peer], None]:
    """A service that accepts each training."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        if arrival.method == "POST":
            peer.send(respond(201, bought))
        elif isinstance(poll, bytes):
            peer.send(poll)
        else:
            poll(peer)

    return behave


def status(name: str) -> bytes:
    """A response that says how far the training is."""
    return respond(200, json.dumps({**MODEL, "status": name}).encode())


def train_and_wait(mode: Mode, behaviour: Callable[[Peer], object], **options: Any) -> BaseException:
    """Train, wait, and return what that ends with; one training was sent."""
    caught: list[BaseException] = []

    async def scenario() -> None:
        client = mode.client(access_token=SECRET, base_url=server.url)
        options.setdefault("poll_interval", 0.001)
        options.setdefault("wait_timeout", 0.2)
        try:
            await mode.settle(
                client.image_models.train_model_and_wait(image_sample_urls=[PICTURE], **options)
            )
        except BaseException as problem:  # noqa: BLE001 - an interrupt is one of those that are looked for
            caught.append(problem)
        finally:
            await mode.close(client)

    with FaultServer(behaviour) as server:
        mode.run(scenario)
    assert sum(each.method == "POST" for each in server.record.arrivals) == 1
    return caught[0]


POLLS: dict[str, bytes | Callable[[Peer], object]] = {
    "500": respond(500),
    "401": respond(401),
    "403": respond(403),
    "404": respond(404),
    "303": respond(303),
    "html": respond(200, b"<html>", {"Content-Type": "text/html"}),
    "odd-header": b"HTTP/1.1 404 No\r\nX-Message: \xe9\r\nContent-Length: 0\r\n\r\n",
    "reset": Peer.reset,
    "failed": status("failed"),
    "queued": status("queued"),
}


@pytest.mark.parametrize("poll", POLLS)
def test_every_error_of_the_wait_has_the_model(mode: Mode, poll: str) -> None:
    """Every error after the training was accepted has its model and the flag, copied and pickled as well."""
    error = train_and_wait(mode, selling(POLLS[poll]))

    assert isinstance(error, errors.LeapError)
    for each in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert each.model.id == "m1"
        assert each.may_have_been_processed is True
    assert "m1" in str(error)


def test_the_model_is_the_newest_that_is_known(mode: Mode) -> None:
    """An error after some polls has what the last good one said."""
    polls = iter([status("queued"), status("processing"), respond(401)])
    error = train_and_wait(mode, selling(lambda peer: peer.send(next(polls))), wait_timeout=60)

    assert isinstance(error, errors.AuthenticationError)
    assert error.model.status == "processing"


def test_the_service_may_go_away_while_a_training_is_waited_for(mode: Mode) -> None:
    """No connection for the poll does not mean that nothing was sent."""

    def close_all(peer: Peer) -> None:
        peer.server.on_connect = Peer.reset
        peer.reset()

    error = train_and_wait(mode, selling(close_all))

    assert isinstance(error, errors.LeapError)
    assert error.may_have_been_processed is True
    assert error.model.id == "m1"


@pytest.mark.parametrize("problem", [KeyError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_other_exceptions_have_the_id_in_a_note(mode: Mode, problem: BaseException) -> None:
    """What the caller's own function raises goes through as it is, with a note."""

    def fail(model: Any) -> None:
        raise problem

    error = train_and_wait(mode, selling(status("processing")), on_update=fail)

    assert error is problem
    assert any("'m1'" in note for note in error.__notes__)


@pytest.mark.parametrize("mode", MODES[1:], indirect=True)
def test_a_cancelled_wait_has_the_id_in_a_note(mode: Mode) -> None:
    """A task that is cancelled while it waits is told what it has bought."""
    notes: list[str] = []

    async def scenario() -> None:
        client = mode.client(access_token=SECRET, base_url=server.url)
        with anyio.CancelScope() as scope:
            try:
                await client.image_models.train_model_and_wait(
                    image_sample_urls=[PICTURE], poll_interval=60, on_update=lambda model: scope.cancel()
                )
            except anyio.get_cancelled_exc_class() as cancelled:
                notes.extend(cancelled.__notes__)
                raise
        await client.close()

    with FaultServer(selling(status("queued"))) as server:
        mode.run(scenario)

    assert any("'m1'" in note for note in notes)


def test_the_log_has_the_id(mode: Mode, caplog: pytest.LogCaptureFixture) -> None:
    """One line at INFO says that a training has begun, and its id."""
    caplog.set_level(logging.INFO, logger="tryleap")
    train_and_wait(mode, selling(respond(404)))
    lines = [
        each.getMessage()
        for each in caplog.records
        if each.levelno == logging.INFO and each.name == "tryleap"
    ]

    assert len(lines) == 1
    assert "POST /api/v2/images/models/new" in lines[0]
    assert "'m1'" in lines[0]


def test_what_was_never_bought_has_no_model(mode: Mode) -> None:
    """Every error has the attribute; it is empty where no training has begun."""

    def refuse(peer: Peer) -> None:
        peer.read_request()
        peer.send(respond(402))

    error = train_and_wait(mode, refuse)

    assert isinstance(error, errors.PaymentRequiredError)
    assert error.model is None
    assert error.may_have_been_processed is False
