"""Every status that is no success is an error of its own class, which says what happened and what to do."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import tryleap
from tests.support.paths import ROOT
from tryleap.models import ErrorBody
from tryleap.simulator import Simulator

from .conftest import TOKEN

DOCUMENT = yaml.safe_load(ROOT.joinpath("openapi.yaml").read_text())
URL = "https://example.com/1.jpg"

# The operations: method, path, how they are called.
CALLS: dict[str, tuple[str, str, str, tuple[str, ...], dict[str, Any]]] = {
    "listAllModels": ("GET", "/api/v2/images/models", "list_all_models", (), {}),
    "getModel": ("GET", "/api/v2/images/models/{modelId}", "get_model", ("some-id",), {}),
    "deleteModel": ("DELETE", "/api/v2/images/models/{modelId}", "delete_model", ("some-id",), {}),
    "trainModel": ("POST", "/api/v2/images/models/new", "train_model", (), {"image_sample_urls": [URL]}),
}

CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "APIStatusError",
    409: "ConflictError",
    418: "APIStatusError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    501: "InternalServerError",
    503: "InternalServerError",
    520: "InternalServerError",
    599: "InternalServerError",
    302: "APIStatusError",
    399: "APIStatusError",
}


@pytest.mark.parametrize("status", CLASSES)
def test_class_of_each_status(call: Any, simulator: Simulator, status: int) -> None:
    """The class is that of the status, exactly; the error holds what is known of request and answer."""
    simulator.faults.add("getModel", status=status, headers={"X-Request-Id": "r-1"})

    with pytest.raises(tryleap.APIStatusError) as caught:
        call(simulator.base_url, "get_model", "a b", client={"max_retries": 0})

    error = caught.value
    assert type(error).__name__ == CLASSES[status]
    assert (error.method, error.path) == ("GET", "/api/v2/images/models/a%20b")
    assert (error.status_code, error.body["statusCode"], error.request_id) == (status, status, "r-1")
    assert (error.retries_taken, error.headers["x-request-id"]) == (0, "r-1")
    assert str(status) in str(error)
    assert "GET /api/v2/images/models/a%20b" in str(error)
    assert TOKEN not in f"{error!r} {error} {vars(error)}"


def documented(operation: str) -> dict[str, str]:
    """The errors that the document describes for an operation: status and description."""
    method, path, *_ = CALLS[operation]
    answers = DOCUMENT["paths"][path][method.lower()]["responses"]
    found = {}
    for status, answer in answers.items():
        if "$ref" in answer:
            answer = DOCUMENT["components"]["responses"][answer["$ref"].rpartition("/")[2]]  # noqa: PLW2901
        if not status.startswith("2"):
            found[status] = " ".join(answer["description"].split())
    return found


@pytest.mark.parametrize("operation", CALLS)
def test_advice_of_the_document(call: Any, simulator: Simulator, operation: str) -> None:
    """Each documented error says what the document says of it, and holds its body as a model."""
    _, _, method, arguments, options = CALLS[operation]

    for status, description in documented(operation).items():
        simulator.faults.add(
            operation, status=int(status.replace("XX", "07")), body={"message": "no", "x": 1}
        )
        with pytest.raises(tryleap.APIStatusError) as caught:
            call(simulator.base_url, method, *arguments, client={"max_retries": 0}, **options)

        assert description in str(caught.value)
        assert isinstance(caught.value.data, ErrorBody)
        assert caught.value.data.message == "no"
        assert caught.value.data.to_dict() == caught.value.body == {"message": "no", "x": 1}


@pytest.mark.parametrize(("body", "expected"), [("<p>broke</p>", "<p>broke</p>"), ("", None)])
def test_bodies_that_are_no_json(call: Any, simulator: Simulator, body: str, expected: str | None) -> None:
    """An error body may be anything: text stays text, nothing is None, and there is no model of it."""
    simulator.faults.add("getModel", status=502, body=body)

    with pytest.raises(tryleap.InternalServerError) as caught:
        call(simulator.base_url, "get_model", "x", client={"max_retries": 0})

    assert (caught.value.body, caught.value.data) == (expected, None)


def test_redirects_are_not_followed(call: Any, simulator: Simulator) -> None:
    """A redirect is an error that shows where it leads, and nothing is sent there."""
    before = len(simulator.requests)
    simulator.faults.add("getModel", status=307, headers={"Location": f"{simulator.base_url}/elsewhere"})

    with pytest.raises(tryleap.APIStatusError) as caught:
        call(simulator.base_url, "get_model", "x")

    assert caught.value.headers["location"] == f"{simulator.base_url}/elsewhere"
    assert len(simulator.requests) == before + 1
