"""Each documented error says what the document says of it; the rules of errors: see unit/runtime."""

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
# The operations: method, path, how they are called.
CALLS: dict[str, tuple[str, str, str, tuple[str, ...], dict[str, Any]]] = {
    "listAllModels": ("GET", "/api/v2/images/models", "list_all_models", (), {}),
    "getModel": ("GET", "/api/v2/images/models/{modelId}", "get_model", ("some-id",), {}),
    "deleteModel": ("DELETE", "/api/v2/images/models/{modelId}", "delete_model", ("some-id",), {}),
    "trainModel": (
        *("POST", "/api/v2/images/models/new", "train_model", ()),
        {"image_sample_urls": ["https://example.com/1.jpg"]},
    ),
}


def documented(operation: str) -> dict[str, str]:
    """The errors that the document describes for an operation: status and description."""
    method, path, *_ = CALLS[operation]
    responses = DOCUMENT["paths"][path][method.lower()]["responses"]
    found = {}
    for status, response in responses.items():
        if "$ref" in response:
            response = DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]  # noqa: PLW2901
        if not status.startswith("2"):
            found[status] = " ".join(response["description"].split())
    return found


@pytest.mark.parametrize("operation", CALLS)
def test_advice_of_the_document(call: Any, simulator: Simulator, operation: str) -> None:
    """Each documented error says what the document says of it, holds its body as a model, and no token."""
    _, path, method, arguments, options = CALLS[operation]
    for status, description in documented(operation).items():
        simulator.faults.add(
            operation, status=int(status.replace("XX", "07")), body={"message": "no", "x": 1}
        )
        with pytest.raises(tryleap.APIStatusError) as caught:
            call(simulator.base_url, method, *arguments, client={"max_retries": 0}, **options)

        error = caught.value
        assert description in str(error)
        assert error.path == path.replace("{modelId}", "some-id")
        assert isinstance(error.data, ErrorBody)
        assert error.data.message == "no"
        assert error.data.to_dict() == error.body == {"message": "no", "x": 1}
        assert TOKEN not in f"{error!r} {error} {vars(error)}"


def test_a_training_that_may_have_begun(call: Any, simulator: Simulator) -> None:
    """It is not sent again, and the error names the call that shows whether it began."""
    before = len(simulator.requests)
    simulator.faults.add("trainModel", status=502, carried_out=True)
    with pytest.raises(tryleap.InternalServerError) as caught:
        call(simulator.base_url, "train_model", image_sample_urls=["https://example.com/1.jpg"])

    assert "Check with image_models.list_all_models()" in str(caught.value)
    # Trying again without a look would be billed twice.
    assert "try again later" not in str(caught.value).lower()
    assert len(simulator.requests) == before + 1
