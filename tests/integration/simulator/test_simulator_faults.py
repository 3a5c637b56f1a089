"""Faults that are asked for happen, as often and where they were asked for."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import httpx
import pytest

from tests.support.simulator import MODELS, Connect, Train
from tryleap.simulator import Simulator, running

TEXT, JSON, HTML = "text/plain; charset=utf-8", "application/json", "text/html; charset=utf-8"
PAGE = rb"<!doctype html>.*"


@pytest.mark.parametrize(
    ("fault", "status", "content", "media_type"),
    [
        *(
            ({"status": each, "headers": {"Retry-After": "2"}}, each, rb'\{"statusCode":%d,.*\}' % each, JSON)
            for each in (400, 429, 500, 503, 520, 599)
        ),
        ({"body": ""}, 200, b"", TEXT),
        ({"body": b"\x1f\x8b"}, 200, b"\x1f\x8b", TEXT),
        ({"body": {"message": ["a", "b"]}}, 200, re.escape(b'{"message":["a","b"]}'), JSON),
        ({"html": True}, 200, PAGE, HTML),
        ({"html": True, "status": 502}, 502, PAGE, HTML),
    ],
)
def test_responses(  # noqa: PLR0917 - what it takes
    simulator: Simulator, http: httpx.Client, fault: Any, status: int, content: bytes, media_type: str
) -> None:
    """Any status, with an error body of the usual form, any headers and any body can be had."""
    simulator.faults.add(**fault)
    response = http.get(MODELS)

    assert (status, media_type) == (response.status_code, response.headers["content-type"])
    assert re.fullmatch(content, response.content, re.DOTALL)
    assert response.headers.get("retry-after") == fault.get("headers", {}).get("Retry-After")


def test_reset(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """A reset takes the connection away without a response, and the request has no effect."""
    simulator.faults.add("trainModel", reset=True)
    with pytest.raises(httpx.TransportError):
        train(http)

    assert (simulator.requests[0].operation, simulator.requests[0].status) == ("trainModel", None)
    assert http.get(MODELS).json()["models"] == []


@pytest.mark.parametrize(
    ("fault", "lost"),
    [
        ({"reset": True, "carried_out": True}, httpx.TransportError),
        ({"status": 502, "carried_out": True}, None),
        ({"html": True, "carried_out": True}, None),
        ({"truncated": True}, httpx.RemoteProtocolError),
        ({"delay": 3600}, httpx.ReadTimeout),
    ],
)
def test_carried_out(
    simulator: Simulator,
    http: httpx.Client,
    train: Train,
    fault: dict[str, Any],
    lost: type[Exception] | None,
) -> None:
    """A request can have its effect although its response is lost, cut short or too late."""
    simulator.faults.add("train_model", **fault)
    http.timeout = httpx.Timeout(0.2 if "delay" in fault else 5.0)
    if lost is None:
        assert train(http).status_code != 201
    else:
        with pytest.raises(lost):
            train(http)
    http.timeout = httpx.Timeout(5.0)

    assert 1 == len(simulator.uploads) == len(http.get(MODELS).json()["models"])


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


def test_a_delay_does_not_hold_up_the_end(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
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
