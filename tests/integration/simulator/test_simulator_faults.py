"""Faults that are asked for happen, as often and where they were asked for."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.simulator import MODELS
from tryleap.simulator import Simulator, running

Train = Callable[..., httpx.Response]


@pytest.mark.parametrize("status", [400, 429, 500, 503, 520, 599])
def test_status(simulator: Simulator, http: httpx.Client, status: int) -> None:
    """Any status can be had, with an error body of the usual form."""
    simulator.faults.add(status=status, headers={"Retry-After": "2"})
    response = http.get(MODELS)

    assert (status, status, "2") == (
        response.status_code,
        response.json()["statusCode"],
        response.headers["retry-after"],
    )


@pytest.mark.parametrize(
    ("body", "content", "media_type"),
    [
        ("", b"", "text/plain; charset=utf-8"),
        (b"\x1f\x8b", b"\x1f\x8b", "text/plain; charset=utf-8"),
        ({"message": ["a", "b"]}, b'{"message":["a","b"]}', "application/json"),
    ],
)
def test_body(simulator: Simulator, http: httpx.Client, body: Any, content: bytes, media_type: str) -> None:
    """Any body can be had: text and bytes as they are, the rest as JSON; the status is 200 unless given."""
    simulator.faults.add(body=body)
    response = http.get(MODELS)

    assert (200, content, media_type) == (
        response.status_code,
        response.content,
        response.headers["content-type"],
    )


@pytest.mark.parametrize("status", [None, 502])
def test_html(simulator: Simulator, http: httpx.Client, status: int | None) -> None:
    """A page of HTML can be had with status 200 or another."""
    simulator.faults.add(html=True, status=status)
    response = http.get(MODELS)

    assert (status or 200, "text/html; charset=utf-8") == (
        response.status_code,
        response.headers["content-type"],
    )
    assert response.text.startswith("<!doctype html>")


def test_reset(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """A reset takes the connection away without a response, and the request has no effect."""
    simulator.faults.add("trainModel", reset=True)
    with pytest.raises(httpx.TransportError):
        train(http)

    assert (simulator.requests[0].operation, simulator.requests[0].status) == ("trainModel", None)
    assert http.get(MODELS).json()["models"] == []


@pytest.mark.parametrize("fault", [{"reset": True}, {"status": 502}, {"html": True}])
def test_carried_out(simulator: Simulator, http: httpx.Client, train: Train, fault: dict[str, Any]) -> None:
    """A request can have its effect although its response is lost."""
    simulator.faults.add("train_model", carried_out=True, **fault)
    try:
        assert train(http).status_code != 201
    except httpx.TransportError:
        assert "reset" in fault

    assert 1 == len(simulator.uploads) == len(http.get(MODELS).json()["models"])


def test_truncated(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """A truncated response ends in the middle of its body, and the request was carried out."""
    simulator.faults.add(truncated=True)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        train(http)

    assert len(http.get(MODELS).json()["models"]) == 1


def test_delay_ends_by_the_clock(simulator: Simulator, http: httpx.Client) -> None:
    """A delay is over when the clock has passed it: nobody has to wait for an hour."""
    fault = simulator.faults.add(delay=3600)
    with pytest.raises(httpx.ReadTimeout):
        http.get(MODELS, timeout=0.05)
    assert fault.used == 1

    simulator.faults.add(delay=3600)
    responses: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: responses.append(http.get(MODELS, timeout=30)))
    thread.start()
    while thread.is_alive():
        simulator.advance(3600)
        thread.join(0.01)
    assert responses[0].status_code == 200


def test_a_delayed_training_was_carried_out(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """A client that does not wait for the response has trained a model all the same, as with the service."""
    simulator.faults.add("train_model", delay=3600)
    http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        train(http)

    assert len(http.get(MODELS).json()["models"]) == 1


def test_a_delay_does_not_hold_up_the_end(
    connect: Callable[..., httpx.Client], caplog: pytest.LogCaptureFixture
) -> None:
    """The end of the simulator ends delays as well, without a word in the log."""
    with running() as server:
        server.faults.add(count=None, delay=3600)
        with pytest.raises(httpx.ReadTimeout):
            connect(server).get(MODELS, timeout=0.05)
        started = time.monotonic()

    assert time.monotonic() - started < 0.9  # uvicorn cancels what still runs after a second
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_operation_and_count(simulator: Simulator, http: httpx.Client) -> None:
    """A fault hits its operation as often as asked, in the order in which faults were added."""
    twice = simulator.faults.add("getModel", count=2, status=500)
    always = simulator.faults.add("get_model", count=None, status=503)

    assert http.get(MODELS).status_code == 200
    assert [http.get(f"{MODELS}/x").status_code for _ in range(4)] == [500, 500, 503, 503]
    assert (twice.used, always.used) == (2, 2)
    simulator.faults.clear()
    assert http.get(f"{MODELS}/x").status_code == 404


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "the fault has no effect: pass status, body, headers, delay, html, reset or truncated"),
        ({"reset": True, "status": 500}, "pass only one of reset"),
        ({"reset": True, "truncated": True}, "pass only one of reset"),
        ({"html": True, "body": "x"}, "pass only one of reset"),
        ({"status": 600}, "status is 600: pass a status from 200 to 599"),
        ({"status": 500, "count": 0}, "count is 0"),
        ({"delay": -1}, "delay is -1"),
    ],
)
def test_faults_that_make_no_sense(simulator: Simulator, fault: dict[str, Any], message: str) -> None:
    """They are refused when they are asked for, with what is wrong."""
    with pytest.raises(ValueError, match=re.escape(message)):
        simulator.faults.add(**fault)


def test_faults_leave_no_error_in_the_log(
    simulator: Simulator, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """The server takes broken connections as meant, not as failures of the application."""
    for reset in (True, False):
        simulator.faults.add(reset=reset, truncated=not reset)
        with pytest.raises(httpx.TransportError):
            http.get(MODELS)

    assert http.get(MODELS).status_code == 200
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
