"""Answers are read generously, or strictly where the caller wishes; nothing of them is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tryleap import ResponseDecodeError
from tryleap.models import ListModelsV2Response, ModelV2Entity

MODEL = {
    "id": "1",
    "name": "Alex",
    "createdAt": "2026-01-31T12:00:00.000Z",
    "subjectKeyword": "@me",
    "subjectType": "person",
    "status": "finished",
    "imageSamples": ["https://example.com/1.jpg"],
}


class Canned:
    """A server that answers everything with one canned answer."""

    def __init__(self) -> None:
        self.status, self.media_type, self.body = 200, "application/json", b"{}"
        canned = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(canned.status)
                self.send_header("Content-Type", canned.media_type)
                self.send_header("Content-Length", str(len(canned.body)))
                self.end_headers()
                self.wfile.write(canned.body)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def canned() -> Iterator[Canned]:
    """A running server of canned answers."""
    made = Canned()
    thread = Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def changed(**changes: Any) -> dict[str, Any]:
    """The model with some fields changed; ... takes one away."""
    return {key: value for key, value in {**MODEL, **changes}.items() if value is not ...}


ODD = {
    "unknown field": changed(extra={"deep": [1, None]}),
    "unknown status": changed(status="paused"),
    "null name": changed(name=None),
    "missing name": changed(name=...),
    "number for a string": changed(name=5),
    "null list": changed(imageSamples=None),
    "string for a list": changed(imageSamples="x"),
}
REFUSED_WHEN_STRICT = {"null name", "missing name", "number for a string", "null list", "string for a list"}


@pytest.mark.parametrize("name", ODD)
def test_odd_answers_round_trip(call: Any, canned: Canned, name: str) -> None:
    """A field that is unknown, null, missing or of another type does no harm, and `to_dict` gives it back."""
    canned.status, canned.media_type, canned.body = 200, "application/json", json.dumps(ODD[name]).encode()

    model = call(canned.base_url, "get_model", "1")

    assert isinstance(model, ModelV2Entity)
    assert model.to_dict() == ODD[name]


@pytest.mark.parametrize("name", ODD)
def test_strict_client(call: Any, canned: Canned, name: str) -> None:
    """The strict client refuses what the document forbids, with the path, and nothing else."""
    body = {"models": [MODEL, MODEL, MODEL, ODD[name]]}
    canned.status, canned.media_type, canned.body = 200, "application/json", json.dumps(body).encode()

    if name in REFUSED_WHEN_STRICT:
        with pytest.raises(ResponseDecodeError, match=r"models\[3\]\.(name|imageSamples)"):
            call(canned.base_url, "list_all_models", client={"strict": True})
    else:
        found = call(canned.base_url, "list_all_models", client={"strict": True})
        assert found.to_dict() == body


def test_missing_and_null_are_none(call: Any, canned: Canned) -> None:
    """What is missing or null is None for the reader."""
    canned.body = json.dumps(changed(name=None, status=...)).encode()
    canned.status, canned.media_type = 200, "application/json"

    model = call(canned.base_url, "get_model", "1")

    assert (model.name, model.status) == (None, None)


@pytest.mark.parametrize("status", [200, 201])
def test_both_statuses_of_training(call: Any, canned: Canned, status: int) -> None:
    """Training is accepted with 200 and with 201, strictly too, as the service's own documents disagree."""
    canned.status, canned.media_type, canned.body = status, "application/json", json.dumps(MODEL).encode()

    answer = call(
        canned.base_url,
        "with_raw_response.train_model",
        image_sample_urls=["https://example.com/1.jpg"],
        client={"strict": True},
    )

    assert (answer.status_code, answer.data.to_dict()) == (status, MODEL)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/html", b"<html>Welcome</html>"),
        ("application/json", b""),
        ("application/json", b'{"id": '),
        ("application/json", b"[]"),
        ("application/json", b'"text"'),
        ("application/json", b"null"),
        ("application/json", b"\xff\xfe"),
    ],
)
def test_useless_answers(call: Any, canned: Canned, media_type: str, body: bytes) -> None:
    """What cannot be used at all raises an error with status, media type and the first bytes."""
    canned.status, canned.media_type, canned.body = 200, media_type, body

    with pytest.raises(ResponseDecodeError) as caught:
        call(canned.base_url, "get_model", "1")

    assert caught.value.status_code == 200
    assert media_type in str(caught.value)
    assert (caught.value.method, caught.value.path) == ("GET", "/api/v2/images/models/1")


def test_from_dict_is_generous() -> None:
    """Models read by hand are read in the same way, those inside them included."""
    data = {"models": [changed(name=None, extra=1)], "next": "page"}
    found = ListModelsV2Response.from_dict(data)

    assert isinstance(found.models[0], ModelV2Entity)
    assert found.to_dict() == data
