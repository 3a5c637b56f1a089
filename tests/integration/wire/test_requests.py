"""What every request bears, and what a call that goes well gives back."""

from __future__ import annotations

from typing import Any

import pytest

import tryleap
from tests.support.models import MODEL
from tests.support.modes import Mode
from tryleap.models import ListModelsV2Response, ModelV2Entity
from tryleap.simulator import Simulator, running

from .conftest import TOKEN

URLS = ["https://example.com/1.jpg", "https://example.com/2.jpg"]


def test_from_training_to_deletion(call: Any) -> None:
    """Train, list, get, delete: the model is the same in all four responses, and gone at the end."""
    with running(training_seconds=1000) as simulator:
        url = simulator.base_url
        texts = {"subject_keyword": "@me", "subject_type": "cat", "webhook_url": "https://example.com/hook"}
        made = call(url, "train_model", name="Alex", image_sample_urls=URLS, **texts)
        listed = call(url, "list_all_models")
        got = call(url, "get_model", made.id)
        simulator.advance(1)
        deleted = call(url, "delete_model", made.id)
        left = call(url, "list_all_models").models

        fields = simulator.uploads[-1].fields
        seen = [(each.method, each.path, each.operation) for each in simulator.requests]

    assert isinstance(made, ModelV2Entity)
    assert isinstance(listed, ListModelsV2Response)
    assert (made.name, made.subject_keyword, made.subject_type) == ("Alex", "@me", "cat")
    assert (made.image_samples, made.additional_properties) == (URLS, {})
    assert made.created_at.endswith("Z")
    assert [each.to_dict() for each in listed.models] == [made.to_dict()]
    assert got == made
    assert (deleted.id, deleted.created_at, left) == (made.id, made.created_at, [])
    assert fields == {
        "name": ["Alex"],
        "subjectKeyword": ["@me"],
        "subjectType": ["cat"],
        "webhookUrl": ["https://example.com/hook"],
        "imageSampleUrls": URLS,
    }
    path = "/api/v2/images/models"
    assert seen == [
        ("POST", f"{path}/new", "trainModel"),
        ("GET", path, "listAllModels"),
        ("GET", f"{path}/{made.id}", "getModel"),
        ("DELETE", f"{path}/{made.id}", "deleteModel"),
        ("GET", path, "listAllModels"),
    ]


def test_raw_calls_send_what_the_plain_ones_do(call: Any, simulator: Simulator) -> None:
    """Each call of `with_raw_response` sends its own operation, and returns its result as `data`."""
    url = simulator.base_url
    made = call(url, "with_raw_response.train_model", name="Alex", image_sample_urls=URLS)
    others = [call(url, "with_raw_response.list_all_models")]
    others += [call(url, f"with_raw_response.{name}", made.data.id) for name in ("get_model", "delete_model")]

    seen = [each.operation for each in simulator.requests[-4:]]
    assert seen == ["trainModel", "listAllModels", "getModel", "deleteModel"]
    assert [each.status_code for each in others] == [200, 200, 200]
    kinds = [type(each.data) for each in (made, *others)]
    assert kinds == [ModelV2Entity, ListModelsV2Response, ModelV2Entity, ModelV2Entity]


def test_headers_of_every_request(call: Any, simulator: Simulator) -> None:
    """Token, names and accepted types are sent; the caller's own headers are added."""
    ours, of_call = {"default_headers": {"X-All": "2"}}, {"X-One": "1"}
    call(simulator.base_url, "list_all_models", extra_headers=of_call, client=ours)

    headers = simulator.requests[-1].headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith(f"tryleap/{tryleap.__version__} python/")
    assert (headers["x-one"], headers["x-all"]) == ("1", "2")
    assert "content-length" not in headers


def test_a_replaced_token_is_sent(mode: Mode, simulator: Simulator) -> None:
    """A token that is replaced is that of the next request."""

    async def twice(leap: Any) -> None:
        await mode.settle(leap.image_models.list_all_models())
        leap.access_token = "new"
        await mode.settle(leap.image_models.list_all_models())

    mode.use(lambda: mode.client(access_token="old", base_url=simulator.base_url), twice)
    sent = [request.headers["authorization"] for request in simulator.requests[-2:]]
    assert sent == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize("token", ["wrong", "", None])
def test_a_wrong_token_is_refused(call: Any, token: str | None) -> None:
    """A key that the service does not know ends in AuthenticationError for every operation; none, before."""
    with running(tokens=["another"]) as simulator:
        for method, arguments in (
            ("list_all_models", {}),
            ("get_model", {"model_id": "1"}),
            ("delete_model", {"model_id": "1"}),
            ("train_model", {"image_sample_files": [b"x"]}),
        ):
            with pytest.raises(tryleap.AuthenticationError if token else tryleap.LeapError):
                call(simulator.base_url, method, token=token, **arguments)

        assert len(simulator.requests) == (4 if token else 0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "x"}, "takes exactly one of image_sample_urls and image_sample_files: none was given"),
        ({"image_sample_urls": URLS, "image_sample_files": [b"x"]}, "takes exactly one of image_sample_urls"),
        ({"image_sample_urls": []}, "image_sample_urls has 0 items"),
        ({"image_sample_files": []}, "image_sample_files has 0 items"),
        ({"image_sample_urls": URLS, "name": 5}, "name must be a string, not int"),
        ({"image_sample_urls": URLS, "subject_keyword": 5}, "subject_keyword must be a string"),
        ({"image_sample_urls": URLS, "webhook_url": "\ud800"}, "webhook_url contains a lone surrogate"),
        ({"image_sample_urls": URLS, "webhook_url": "localhost"}, "webhook_url must be a URL that begins"),
        ({"image_sample_urls": [URLS[0], 5]}, "image_sample_urls[1] must be a string"),
        ({"image_sample_files": "me.jpg"}, "image_sample_files must be a list, not str"),
        ({"image_sample_files": {"me": "me.jpg"}}, "image_sample_files must be a list, not dict"),
        ({"image_sample_files": [b"x", 5]}, "image_sample_files[1] must be"),
        ({"image_sample_files": ["no-such-file.jpg"]}, "image_sample_files[0]: there is no file"),
        ({"image_sample_files": [b"x", b""]}, "image_sample_files[1] is empty"),
        ({"image_sample_files": [b"words" * 20]}, "image_sample_files[0] is text, not an image"),
    ],
)
def test_a_training_that_is_refused(refused: Any, given: dict[str, Any], message: str) -> None:
    """A message about an argument calls it what the caller calls it, not what goes over the wire."""
    reported = refused("train_model", **given)

    assert message in reported
    assert "imageSample" not in reported


@pytest.mark.parametrize(
    "url",
    ["me-1.jpg", "file:///etc/passwd", "ftp://example.com/me.jpg", "https://", "", "example.com/1.jpg"],
)
def test_no_urls(refused: Any, url: str) -> None:
    """What is no URL of the web is refused, with its place among the others."""
    assert refused("train_model", image_sample_urls=[URLS[0], url]) == (
        f"image_sample_urls[1] must be a URL that begins with http:// or https://, not {url!r}"
    )


def test_urls_in_any_case(call: Any, simulator: Simulator) -> None:
    """A scheme may be written in capitals."""
    call(simulator.base_url, "train_model", image_sample_urls=["HTTPS://example.com/me.jpg"])

    assert simulator.uploads[-1].fields["imageSampleUrls"] == ["HTTPS://example.com/me.jpg"]


@pytest.mark.parametrize("method", ["get_model", "delete_model", "wait_for_model"])
@pytest.mark.parametrize(
    "model_id", ["", "..", None, 5, *(ModelV2Entity.from_dict(source) for source in ({}, {"id": ""}))]
)
def test_ids_that_are_refused(refused: Any, method: str, model_id: Any) -> None:
    """An id that would name another resource, or is no string, is refused before anything is sent."""
    assert refused(method, model_id).startswith("model_id must")


@pytest.mark.parametrize("status", [200, 201])
def test_both_statuses_of_training(call: Any, simulator: Simulator, status: int) -> None:
    """Training is accepted with 200 and with 201, strictly too, as the service's own documents disagree."""
    simulator.faults.add("trainModel", status=status, body=MODEL)
    response = call(
        simulator.base_url, "with_raw_response.train_model", image_sample_urls=URLS, client={"strict": True}
    )

    assert (response.status_code, response.data.to_dict()) == (status, MODEL)
