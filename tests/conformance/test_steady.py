"""Steady reads openapi.yaml and nothing else, and finds every request of the client right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conformance.calls import AWKWARD_IDS, PLAIN, TOKEN, TRAININGS, call
from tests.support.modes import Mode

pytestmark = pytest.mark.heavy

NEW = "/api/v2/images/models/new"


def complaints(headers: httpx.Headers) -> list[str]:
    """What Steady says against a request: its status is 200 for some wrong requests too."""
    found = [
        value for name, value in headers.items() if name.startswith("x-steady-error-") and "count" not in name
    ]
    return found or ([] if headers.get("x-steady-error-count", "0") == "0" else ["errors without a text"])


@pytest.mark.parametrize("method", PLAIN)
def test_plain_operations(steady: str, mode: Mode, method: str) -> None:
    """List, get and delete are as the document says, and their responses are read strictly."""
    response = call(mode, steady, method, *PLAIN[method])

    assert complaints(response.headers) == []
    assert "{modelId}" in response.headers["x-steady-matched-path"] or not PLAIN[method]


@pytest.mark.parametrize("model_id", AWKWARD_IDS)
def test_ids_stay_in_their_segment(steady: str, mode: Mode, model_id: str) -> None:
    """An id with delimiters reaches the operation that it is meant for."""
    response = call(mode, steady, "delete_model", model_id)

    assert complaints(response.headers) == []
    assert response.headers["x-steady-matched-path"] == "/api/v2/images/models/{modelId}"


@pytest.mark.parametrize("name", TRAININGS)
def test_training(steady: str, mode: Mode, tmp_path: Path, name: str) -> None:
    """Training is as the document says, with each kind of file argument and with URLs."""
    response = call(mode, steady, "train_model", **TRAININGS[name](tmp_path))

    assert complaints(response.headers) == []
    assert response.headers["x-steady-matched-path"] == NEW


WRONG: dict[str, tuple[str, str, dict[str, Any]]] = {
    "another method": ("PUT", NEW, {}),
    "another path": ("GET", "/api/v2/images/model", {}),
    "another media type": ("POST", NEW, {"json": {"imageSampleUrls": ["https://example.com/1"]}}),
    "no images": ("POST", NEW, {"files": [("name", (None, "x"))]}),
    "both images": (
        "POST",
        NEW,
        {"files": [("imageSampleUrls", (None, "x")), ("imageSampleFiles", ("1.png", b"x", "image/png"))]},
    ),
    "no URL for the webhook": (
        "POST",
        NEW,
        {"files": [("imageSampleUrls", (None, "x")), ("webhookUrl", (None, "x"))]},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_sees_what_is_wrong(steady: str, name: str) -> None:
    """Steady complains about requests that break the document, so its silence means something."""
    method, path, content = WRONG[name]
    response = httpx.request(
        method, steady + path, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False, **content
    )

    assert complaints(response.headers) != []


def test_what_it_overlooks(steady: str) -> None:
    """Steady does not look at the token: that is left to the other tools."""
    response = httpx.get(f"{steady}/api/v2/images/models", trust_env=False)

    assert complaints(response.headers) == []
