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
        made = call(
            url,
            "train_model",
            name="Alex",
            subject_keyword="@me",
            subject_type="cat",
            webhook_url="https://example.com/hook",
            image_sample_urls=URLS,
        )
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
    others = [
        call(url, f"with_raw_response.{name}", *arguments)
        for name, arguments in (
            ("list_all_models", ()),
            ("get_model", (made.data.id,)),
            ("delete_model", (made.data.id,)),
        )
    ]

    seen = [each.operation for each in simulator.requests[-4:]]
    assert seen == ["trainModel", "listAllModels", "getModel", "deleteModel"]
    assert [each.status_code for each in others] == [200, 200, 200]
    assert [type(each.data).__name__ for each in (made, *others)] == [
        "ModelV2Entity",
        "ListModelsV2Response",
        "ModelV2Entity",
        "ModelV2Entity",
    ]


def test_headers_of_every_request(call: Any, simulator: Simulator) -> None:
    """Token, names and accepted types are sent; the caller's own headers are added."""
    call(
        simulator.base_url,
        "list_all_models",
        extra_headers={"X-One": "1"},
        client={"default_headers": {"X-All": "2"}},
    )

    headers = simulator.requests[-1].headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith(f"tryleap/{tryleap.__version__} python/")
    assert (headers["x-one"], headers["x-all"]) == ("1", "2")
    assert "content-length" not in headers


def test_a_replaced_token_is_sent(mode: Mode, simulator: Simulator) -> None:
    """A token that is replaced is that of the next request."""

    async def scenario() -> None:
        leap = mode.client(access_token="old", base_url=simulator.base_url)
        await mode.settle(leap.image_models.list_all_models())
        leap.access_token = "new"
        await mode.settle(leap.image_models.list_all_models())
        await mode.close(leap)

    mode.run(scenario)
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


@pytest.mark.parametrize("given", [{}, {"image_sample_urls": URLS, "image_sample_files": [b"x"]}])
def test_exactly_one_of_the_images(call: Any, simulator: Simulator, given: dict[str, Any]) -> None:
    """Neither or both of the image arguments are refused before anything is sent."""
    before = len(simulator.requests)

    with pytest.raises(ValueError, match="exactly one of image_sample_urls and image_sample_files"):
        call(simulator.base_url, "train_model", name="x", **given)

    assert len(simulator.requests) == before


@pytest.mark.parametrize("argument", ["image_sample_urls", "image_sample_files"])
def test_at_least_one_image(call: Any, simulator: Simulator, argument: str) -> None:
    """An empty list of images is refused before anything is sent."""
    with pytest.raises(ValueError, match=f"^{argument} has 0 items"):
        call(simulator.base_url, "train_model", **{argument: []})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"subject_keyword": 5}, "subject_keyword must be a string"),
        ({"webhook_url": "\ud800"}, "webhook_url contains a lone surrogate"),
        ({"image_sample_urls": ["https://example.com/1.jpg", 5]}, r"image_sample_urls\[1\] must be a string"),
        ({"image_sample_files": "me.jpg"}, "image_sample_files must be a list"),
        ({"image_sample_files": [b"x", 5]}, r"image_sample_files\[1\] must be"),
        ({"image_sample_files": ["no-such-file.jpg"]}, r"image_sample_files\[0\]"),
    ],
)
def test_messages_name_the_argument(
    call: Any, simulator: Simulator, given: dict[str, Any], message: str
) -> None:
    """A message about an argument calls it what the caller calls it, not what goes over the wire."""
    before = len(simulator.requests)
    images = {} if any("image" in name for name in given) else {"image_sample_urls": URLS}

    with pytest.raises((TypeError, ValueError), match=f"^{message}") as caught:
        call(simulator.base_url, "train_model", **images, **given)

    assert "imageSample" not in str(caught.value)
    assert len(simulator.requests) == before


@pytest.mark.parametrize("method", ["get_model", "delete_model", "wait_for_model"])
@pytest.mark.parametrize("model_id", ["", "..", None, 5])
def test_ids_that_are_refused(call: Any, simulator: Simulator, method: str, model_id: Any) -> None:
    """An id that would name another resource, or is no string, is refused before anything is sent."""
    before = len(simulator.requests)
    with pytest.raises((TypeError, ValueError), match=r"^model_id must"):
        call(simulator.base_url, method, model_id)

    assert len(simulator.requests) == before


@pytest.mark.parametrize("status", [200, 201])
def test_both_statuses_of_training(call: Any, simulator: Simulator, status: int) -> None:
    """Training is accepted with 200 and with 201, strictly too, as the service's own documents disagree."""
    simulator.faults.add("trainModel", status=status, body=MODEL)
    response = call(
        simulator.base_url, "with_raw_response.train_model", image_sample_urls=URLS, client={"strict": True}
    )

    assert (response.status_code, response.data.to_dict()) == (status, MODEL)
