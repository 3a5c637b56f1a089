"""Two mock servers that read openapi.yaml and nothing else find the client's requests right.

Steady checks training too, but no token; Prism checks tokens, but no form with repeated fields, as the last
tests show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conformance.calls import (
    AWKWARD_IDS,
    IMAGE,
    MODELS,
    NEW,
    PLAIN,
    TOKEN,
    TRAININGS,
    URL,
    call,
    other_token,
    send,
)
from tests.support.modes import Mode
from tryleap import AuthenticationError

pytestmark = pytest.mark.heavy

ONE = f"{MODELS}/{{modelId}}"


@pytest.fixture(params=["steady", "prism"])
def server(request: pytest.FixtureRequest) -> str:
    """The base URL of each."""
    return request.getfixturevalue(request.param)


def complaints(headers: httpx.Headers) -> list[str]:
    """What a server says against a request: Steady's status is 200 for some wrong requests too."""
    found = [
        value
        for name, value in headers.items()
        if name == "sl-violations" or (name.startswith("x-steady-error-") and "count" not in name)
    ]
    return found or ([] if headers.get("x-steady-error-count", "0") == "0" else ["errors without a text"])


@pytest.mark.parametrize("method", PLAIN)
def test_plain_operations(server: str, mode: Mode, method: str) -> None:
    """List, get and delete are as the document says, and their responses are read strictly."""
    response = call(mode, server, method, *PLAIN[method])

    assert (response.status_code, complaints(response.headers)) == (200, [])


@pytest.mark.parametrize("model_id", AWKWARD_IDS)
def test_ids_stay_in_their_segment(server: str, mode: Mode, model_id: str) -> None:
    """An id with delimiters reaches the operation that it is meant for, as Steady says."""
    response = call(mode, server, "delete_model", model_id)

    assert (response.status_code, complaints(response.headers)) == (200, [])
    assert response.headers.get("x-steady-matched-path", ONE) == ONE


@pytest.mark.parametrize("name", TRAININGS)
def test_training(steady: str, mode: Mode, tmp_path: Path, name: str) -> None:
    """Training is as the document says, with each kind of file argument and with URLs."""
    response = call(mode, steady, "train_model", **TRAININGS[name](tmp_path))

    assert complaints(response.headers) == []
    assert response.headers["x-steady-matched-path"] == NEW


@pytest.mark.parametrize("token", [None, "Basic a2V5", f"Token {TOKEN}"])
@pytest.mark.parametrize("method", [*PLAIN, "train_model"])
def test_missing_or_wrong_token(prism: str, mode: Mode, method: str, token: str | None) -> None:
    """A call that loses its bearer token on the way is refused, so those above bore one."""
    arguments = {} if method in PLAIN else {"image_sample_files": [IMAGE]}

    with pytest.raises(AuthenticationError) as caught:
        call(mode, prism, method, *PLAIN.get(method, ()), hook=other_token(token), **arguments)

    assert "Invalid security scheme used" in caught.value.headers["sl-violations"]


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", NEW), ("GET", "/api/v2/images/model"), ("POST", MODELS)]
)
def test_they_see_a_wrong_operation(steady: str, prism: str, method: str, path: str) -> None:
    """Paths and methods that the document lacks are refused, so silence means something."""
    assert complaints(send(steady, method, path).headers) != []
    assert send(prism, method, path).status_code in (404, 405)


def text(name: str, value: str = "x") -> tuple[str, Any]:
    return name, (None, value)


FORMS: dict[str, dict[str, Any]] = {
    "another media type": {"json": {"imageSampleUrls": ["https://example.com/1"]}},
    "no images": {"files": [text("name")]},
    "both images": {"files": [text("imageSampleUrls"), ("imageSampleFiles", ("1.png", b"x", "image/png"))]},
    "no URL for the webhook": {"files": [text("imageSampleUrls"), text("webhookUrl")]},
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_steady_sees_a_wrong_form(steady: str, content: dict[str, Any]) -> None:
    """Steady complains about a body that breaks the document, so its silence means something."""
    assert complaints(send(steady, "POST", NEW, **content).headers) != []


def test_what_steady_overlooks(steady: str) -> None:
    """Steady does not look at the token: that is left to the other tools."""
    response = httpx.get(steady + MODELS, trust_env=False)

    assert complaints(response.headers) == []


def test_what_prism_gets_wrong(prism: str) -> None:
    """Prism refuses a right form of URLs, sent without our client: it takes parts for URL-encoded text."""
    response = send(prism, "POST", NEW, files=[text("imageSampleUrls", URL), text("imageSampleUrls", URL)])

    assert "Reserved characters used in request body" in response.headers["sl-violations"]
