"""openapi-core reads openapi.yaml and nothing else, and finds list, get, delete and every token right.

URLs in a form are beyond it, as the last test shows: other tools check training.
"""

from __future__ import annotations

import base64
import json

import pytest

from tests.conformance.calls import (
    AWKWARD_IDS,
    IMAGE,
    MODELS,
    NEW,
    PLAIN,
    TOKEN,
    URL,
    call,
    other_token,
    send,
)
from tests.conformance.tools import DOCUMENT, HERE, python_of, succeeded
from tests.support.http_server import HTTPServer, Request
from tests.support.modes import Mode

pytestmark = pytest.mark.heavy


def problems_of(received: list[Request]) -> list[str | None]:
    """What openapi-core has against each request, or None."""
    requests = [
        {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "content_type": request.header("Content-Type"),
            "body": base64.b64encode(request.body).decode(),
        }
        for request in received
    ]
    given = json.dumps({"document": str(DOCUMENT), "requests": requests})
    found: list[str | None] = json.loads(
        succeeded(python_of("openapi-core"), str(HERE / "openapi_core_validator.py"), given=given)
    )
    assert len(found) == len(requests) > 0
    return found


def test_plain_operations(recorder: HTTPServer, mode: Mode) -> None:
    """List, get and delete are as the document says, whatever the id is."""
    for method, arguments in PLAIN.items():
        call(mode, recorder.base_url, method, *arguments)
    for model_id in AWKWARD_IDS:
        call(mode, recorder.base_url, "get_model", model_id)

    assert [found for found in problems_of(recorder.requests) if found] == []


@pytest.mark.parametrize("token", [None, "Basic a2V5", f"Token {TOKEN}"])
def test_missing_or_wrong_token(recorder: HTTPServer, mode: Mode, token: str | None) -> None:
    """A call that loses its bearer token on the way is found out, training too."""
    for method, arguments in PLAIN.items():
        call(mode, recorder.base_url, method, *arguments, hook=other_token(token))
    call(mode, recorder.base_url, "train_model", image_sample_files=[IMAGE], hook=other_token(token))

    assert ["SecurityNotFound" in str(found) for found in problems_of(recorder.requests)] == [True] * 4


def test_it_sees_what_is_wrong(recorder: HTTPServer) -> None:
    """openapi-core refuses paths and methods that the document lacks, so its silence means something."""
    for method, path in (("PUT", f"{MODELS}/1"), ("GET", "/api/v2/images/model"), ("POST", MODELS)):
        send(recorder.base_url, method, path)

    assert [str(found).partition(":")[0] for found in problems_of(recorder.requests)] == [
        "OperationNotFound",
        "PathNotFound",
        "OperationNotFound",
    ]


def test_what_it_gets_wrong(recorder: HTTPServer) -> None:
    """openapi-core refuses a right form of URLs, sent without our client: it takes each text for bytes."""
    parts = [("imageSampleUrls", (None, URL))] * 2
    send(recorder.base_url, "POST", NEW, files=parts)

    (found,) = problems_of(recorder.requests)
    assert f"b'{URL}' is not of type 'string'" in str(found)
