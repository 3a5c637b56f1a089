"""The simulator responds to the names of this machine alone, so that no page of the web can claim it."""

from __future__ import annotations

import http.client

import httpx
import pytest

from tests.support.simulator import MODELS
from tryleap.simulator import Simulator

PATHS = ("/", "/_simulator/state", MODELS, "/samples/some-id/0", "/nowhere")


def ask(simulator: Simulator, method: str, path: str, *hosts: str) -> tuple[int, bytes]:
    """Send a request with these Host headers, and return status and body."""
    url = httpx.URL(simulator.base_url)
    connection = http.client.HTTPConnection(url.host, url.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        for host in hosts:
            connection.putheader("Host", host)
        connection.putheader("Authorization", "Bearer any-key")
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_a_request_to_another_name_is_refused(simulator: Simulator, method: str, path: str) -> None:
    """Whatever it asks for, a request that names another host is misdirected, and is not recorded."""
    status, body = ask(simulator, method, path, "rebound.example")

    assert status == 421
    assert b"localhost" in body
    assert simulator.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example:80",
        "127.0.0.1.rebound.example",
        "localhost.rebound.example",
        "rebound.example#localhost",
        "localhost@rebound.example",
        "192.168.0.1",
        "0.0.0.0",  # noqa: S104 - a name that is asked for, nothing is bound to it
        "[fe80::1]",
        "[::1",
        "",
    ],
)
def test_what_only_looks_like_this_machine_is_refused(simulator: Simulator, host: str) -> None:
    """A name counts whole."""
    assert ask(simulator, "GET", MODELS, host)[0] in (400, 421)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:{port}", "127.0.0.1:{port}", "[::1]:{port}", "app.localhost"]
)
def test_the_names_of_this_machine_are_responded(simulator: Simulator, host: str) -> None:
    """Every loopback name and address is as good as the one in `base_url`."""
    port = httpx.URL(simulator.base_url).port

    assert ask(simulator, "GET", MODELS, host.format(port=port))[0] == 200
