"""The simulator's page, and what other pages may ask of it: by which name, and what they are told."""

from __future__ import annotations

import http.client

import httpx
import pytest

from tests.support.simulator import MODELS, Train
from tryleap.simulator import Simulator


def test_the_page_needs_nothing_else(simulator: Simulator) -> None:
    """The page is one file without a key, and may load nothing but pictures from elsewhere."""
    response = httpx.get(simulator.base_url, trust_env=False)

    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "innerHTML" not in response.text
    assert 'src="http' not in response.text


def test_the_state(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """The page is told of models with their progress and of requests, and of no key."""
    model = train(http, name="Alex").json()
    simulator.advance(60)
    response = httpx.get(f"{simulator.base_url}/_simulator/state", trust_env=False)

    ((shown,),) = response.json()["workspaces"]
    assert (shown["name"], shown["status"], round(shown["progress"], 1)) == ("Alex", "processing", 0.6)
    assert model["id"] == shown["id"]
    assert [("POST", f"{MODELS}/new", 201)] == [
        (request["method"], request["path"], request["status"]) for request in response.json()["requests"]
    ]
    assert '"key"' not in response.text
    assert "Bearer" not in response.text


def test_samples_are_served_as_pictures_only(http: httpx.Client, train: Train) -> None:
    """An upload that calls itself HTML is not served as such."""
    files = [
        ("imageSampleFiles", ("a", b"<script>", kind)) for kind in ("image/png", "text/html", "image/svg+xml")
    ]
    samples = [http.get(url) for url in train(http, files).json()["imageSamples"]]

    types = [sample.headers["content-type"] for sample in samples]
    assert types == ["image/png", "application/octet-stream", "application/octet-stream"]
    assert {"nosniff"} == {sample.headers["x-content-type-options"] for sample in samples}


def test_browsers_on_this_machine_may_call(simulator: Simulator) -> None:
    """A page of an explorer on localhost may send calls; a page from elsewhere may not."""
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    here = ["http://localhost:8000", "http://127.0.0.1:8000"]
    elsewhere = [
        "https://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost:1.example.com",
        "null",
    ]
    allowed = [
        httpx.options(
            simulator.base_url + MODELS, headers={"Origin": origin, **asked}, trust_env=False
        ).headers.get("access-control-allow-origin")
        for origin in (*here, *elsewhere)
    ]

    assert allowed == [*here, *[None] * len(elsewhere)]
    assert simulator.requests == []  # what a browser asks beforehand is no call


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
def test_a_request_to_a_name_of_this_machine_is_answered(simulator: Simulator, host: str) -> None:
    """Every loopback name and address is as good as the one in `base_url`."""
    port = httpx.URL(simulator.base_url).port

    assert ask(simulator, "GET", MODELS, host.format(port=port))[0] == 200
