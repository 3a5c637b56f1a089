"""The simulator follows the document: it routes by it, and answers what it does not know by example."""

from __future__ import annotations

import httpx
import pytest

from tryleap.simulator import _server, running
from tryleap.simulator._routing import Operation, Routes

PART = Operation("getPart", "GET", "/things/{id}/parts/{part-number}", True, 200, "application/json", "shown")
JSON = "application/json"


def test_paths() -> None:
    """Parameters are decoded, fixed paths come first, and a path knows its methods."""
    routes = Routes([PART, Operation("putPart", "PUT", "/things/new/parts/1", True)])

    found = routes.find("GET", "/things/a%2Fb/parts/7")
    assert (found.operation_id, found.parameters) == ("getPart", {"id": "a/b", "part-number": "7"})
    fixed = routes.find("GET", "/things/new/parts/1")
    assert (fixed.operation, fixed.allowed) == (None, ["PUT"])
    assert routes.find("POST", "/things/1/parts/2").allowed == ["GET"]
    assert routes.find("GET", "/things/1/2/parts/3").allowed == []


@pytest.mark.parametrize(
    ("operation", "content", "media_type"),
    [
        (Operation("json", "GET", "/it/{id}", False, 202, JSON, True), b"true", JSON),
        (Operation("text", "GET", "/it/{id}", False, 200, "text/plain", "hello"), b"hello", "text/plain"),
        (Operation("empty", "GET", "/it/{id}", False, 204), b"", ""),
    ],
    ids=lambda each: getattr(each, "operation_id", ""),
)
def test_an_operation_without_a_key(
    monkeypatch: pytest.MonkeyPatch, operation: Operation, content: bytes, media_type: str
) -> None:
    """Where the operation asks for no key, neither does the simulator; a text is sent as it is."""
    monkeypatch.setattr(_server, "OPERATIONS", [operation])
    with running() as server:
        response = httpx.get(f"{server.base_url}/it/1", trust_env=False)

    assert (response.status_code, response.content) == (operation.status, content)
    assert response.headers.get("content-type", "").partition(";")[0] == media_type
