"""Every known shape of a webhook's body is read, and what is none of them is refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.models import MODEL
from tryleap.models import ModelV2Entity
from tryleap.webhooks import WebhookBodyError, parse

WITH_STATE = {("state" if key == "status" else key): value for key, value in MODEL.items()}
WITHOUT = {key: value for key, value in MODEL.items() if key != "status"}


@pytest.mark.parametrize(
    "body",
    [
        MODEL,
        WITH_STATE,
        {"result": MODEL},
        {"result": WITH_STATE},
        {"result": WITHOUT, "status": "finished"},
        {"result": WITHOUT, "state": "finished"},
        {"result": None, **MODEL},
        {**MODEL, "status": None, "state": "finished"},
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        dict,
        json.dumps,
        lambda body: json.dumps(body).encode(),
        lambda body: json.dumps(body).encode("utf-8-sig"),
    ],
)
def test_every_shape(body: dict[str, Any], form: Callable[[dict[str, Any]], Any]) -> None:
    """The model itself or under `result`, `status` or `state`, as bytes, text or parsed."""
    model = parse(form(body))

    assert isinstance(model, ModelV2Entity)
    assert {key: value for key, value in model.to_dict().items() if key != "result"} == MODEL


def test_what_is_unknown_is_kept() -> None:
    """Unknown fields and an unknown status come through; the caller's mapping stays as it was."""
    body = {"id": "1", "state": "paused", "more": [1]}
    model = parse(body)

    assert (model.status, model.additional_properties["more"]) == ("paused", [1])
    assert body == {"id": "1", "state": "paused", "more": [1]}


def test_a_status_wins_over_a_state() -> None:
    """Where a body says both, `status` is the model's own word."""
    assert parse({**MODEL, "status": "failed", "state": "finished"}).status == "failed"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is not JSON: Expecting value: line 1 column 1"),
        (b"\xff", "is not JSON: 'utf-8' codec can't decode byte 0xff"),
        ("\ud800", "is not JSON"),
        ("<html>", "is not JSON"),
        ("[" * 100_000, "cannot be read: it has more than"),
        ("1" * 5_000, "is not"),
        ("[]", "is not a JSON object but list"),
        ('"text"', "is not a JSON object but str"),
        ("null", "is not a JSON object but NoneType"),
        ("{}", "has no model"),
        ({"result": {}}, "has no model"),
        ({"result": [MODEL]}, "has no model"),
        ({"id": 7}, "has no model"),
        ({"id": ""}, "has no model"),
        ({"id": None}, "has no model"),
    ],
)
def test_bodies_that_are_refused(body: Any, message: str) -> None:
    """Each is a WebhookBodyError, which is a ValueError too, with what is wrong."""
    with pytest.raises(WebhookBodyError, match=message) as caught:
        parse(body)

    assert isinstance(caught.value, ValueError)
    assert str(caught.value).startswith("the webhook's body ")


def test_size_limit() -> None:
    """A body one byte too long is refused without being parsed; the limit counts bytes, not characters."""
    body = json.dumps(MODEL | {"name": "é" * 100}, ensure_ascii=False)
    size = len(body.encode())
    assert parse(body, max_bytes=size).id == MODEL["id"]

    for form in (body, body.encode()):
        with pytest.raises(WebhookBodyError, match=f"has {size} bytes, more than the {size - 1} allowed"):
            parse(form, max_bytes=size - 1)
    with pytest.raises(WebhookBodyError, match="more than the 1048576 allowed"):
        parse(b" " * 1_048_577)


@pytest.mark.parametrize("body", [None, 7, [MODEL]])
def test_arguments_of_another_type(body: Any) -> None:
    """What cannot be a body at all is a mistake of the caller."""
    with pytest.raises(TypeError, match="pass bytes, text or a mapping"):
        parse(body)
