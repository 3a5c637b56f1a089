"""Prism reads openapi.yaml and nothing else, and finds list, get, delete and every token right.

Forms with repeated fields are beyond it, as the last test shows: other tools check training.
"""

from __future__ import annotations

import httpx
import pytest

from tests.conformance.calls import AWKWARD_IDS, IMAGE, PLAIN, TOKEN, URL, call, other_token
from tests.support.modes import Mode
from tryleap import AuthenticationError

pytestmark = pytest.mark.heavy


@pytest.mark.parametrize("method", PLAIN)
def test_plain_operations(prism: str, mode: Mode, method: str) -> None:
    """List, get and delete are as the document says, and their responses are read strictly."""
    response = call(mode, prism, method, *PLAIN[method])

    assert response.status_code == 200
    assert "sl-violations" not in response.headers


@pytest.mark.parametrize("model_id", AWKWARD_IDS)
def test_ids_stay_in_their_segment(prism: str, mode: Mode, model_id: str) -> None:
    """An id with delimiters reaches an operation that the document has."""
    response = call(mode, prism, "delete_model", model_id)

    assert response.status_code == 200
    assert "sl-violations" not in response.headers


@pytest.mark.parametrize("token", [None, "Basic a2V5", f"Token {TOKEN}"])
@pytest.mark.parametrize("method", [*PLAIN, "train_model"])
def test_missing_or_wrong_token(prism: str, mode: Mode, method: str, token: str | None) -> None:
    """A call that loses its bearer token on the way is refused, so those above bore one."""
    arguments = {} if method in PLAIN else {"image_sample_files": [IMAGE]}

    with pytest.raises(AuthenticationError) as caught:
        call(mode, prism, method, *PLAIN.get(method, ()), hook=other_token(token), **arguments)

    assert "Invalid security scheme used" in caught.value.headers["sl-violations"]


@pytest.mark.parametrize(("method", "path"), [("PUT", "models"), ("GET", "model"), ("POST", "models")])
def test_it_sees_what_is_wrong(prism: str, method: str, path: str) -> None:
    """Prism refuses paths and methods that the document lacks, so its silence means something."""
    response = httpx.request(
        method,
        f"{prism}/api/v2/images/{path}",
        headers={"Authorization": f"Bearer {TOKEN}"},
        trust_env=False,
    )

    assert response.status_code in (404, 405)


def test_what_it_gets_wrong(prism: str) -> None:
    """Prism refuses a right form of URLs, sent without our client: it takes parts for URL-encoded text."""
    response = httpx.post(
        f"{prism}/api/v2/images/models/new",
        headers={"Authorization": f"Bearer {TOKEN}"},
        files=[("imageSampleUrls", (None, URL)), ("imageSampleUrls", (None, URL))],
        trust_env=False,
    )

    assert "Reserved characters used in request body" in response.headers["sl-violations"]
