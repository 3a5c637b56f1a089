"""The simulator's page: what it is served with, and what it is told."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.support.simulator import MODELS
from tryleap.simulator import Simulator

Train = Callable[..., httpx.Response]


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
