"""The simulator follows the document: it routes by it and answers what it does not know by example."""

from __future__ import annotations

import httpx
import pytest

from tryleap.simulator import _server, running
from tryleap.simulator._routing import Operation, Routes

PART = Operation("getPart", "GET", "/things/{id}/parts/{part-number}", True, 200, "application/json", "shown")


def test_paths() -> None:
    """Parameters are decoded, fixed paths come first, and a path knows its methods."""
    routes = Routes([PART, Operation("putPart", "PUT", "/things/new/parts/1", True)])

    found = routes.find("GET", "/things/a%2Fb/parts/7")
    assert (found.operation_id, found.parameters) == ("getPart", {"id": "a/b", "part-number": "7"})
    fixed = routes.find("GET", "/things/new/parts/1")
    assert (fixed.operation, fixed.allowed) == (None, ["PUT"])
    assert routes.find("POST", "/things/1/parts/2").allowed == ["GET"]
    assert routes.find("GET", "/things/1/2/parts/3").allowed == []


def test_an_operation_that_the_document_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered by example as soon as the document has it, and its key is asked for."""
    monkeypatch.setattr(_server, "OPERATIONS", [PART])
    with running() as server:
        url = f"{server.base_url}/things/1/parts/2"
        refused = httpx.get(url, trust_env=False)
        response = httpx.get(url, headers={"Authorization": "Bearer k"}, trust_env=False)

    assert (refused.status_code, response.status_code, response.json()) == (401, 200, "shown")


def test_an_operation_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the operation asks for no key, neither does the simulator."""
    public = Operation("getPart", "GET", "/things/{id}", False, 202, "application/json", True)
    monkeypatch.setattr(_server, "OPERATIONS", [public])
    with running() as server:
        response = httpx.get(f"{server.base_url}/things/1", trust_env=False)

    assert (response.status_code, response.json()) == (202, True)


def test_results_without_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result without a body has none, and a text is sent as it is."""
    operations = [
        Operation("empty", "DELETE", "/empty", False, 204),
        Operation("text", "GET", "/text", False, 200, "text/plain", "hello"),
    ]
    monkeypatch.setattr(_server, "OPERATIONS", operations)
    with running() as server:
        empty = httpx.delete(f"{server.base_url}/empty", trust_env=False)
        text = httpx.get(f"{server.base_url}/text", trust_env=False)

    assert (empty.status_code, empty.content) == (204, b"")
    assert (text.text, text.headers["content-type"].partition(";")[0]) == ("hello", "text/plain")
