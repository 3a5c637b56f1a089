"""The receivers that the documentation shows, for three kinds of web application, against real calls.

Each checks the URL, reads the body, and believes the service alone: it asks for the model by `get_model`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.simulator import Receiver
from tryleap import Leap
from tryleap.simulator import running
from tryleap.webhooks import WebhookBodyError, WebhookVerificationError, parse, sign_url, verify_url

SECRET = "from the application's configuration"

Call = Callable[[str, bytes], int]


def starlette_receiver(leap: Leap, public_url: str, trained: list[Any]) -> Call:
    """An endpoint for Starlette and FastAPI."""

    async def hook(request: Request) -> Response:
        try:
            verify_url(f"{public_url}?{request.url.query}", SECRET)
            event = parse(await request.body())
        except WebhookVerificationError:
            return Response(status_code=403)
        except WebhookBodyError:
            return Response(status_code=400)
        trained.append(await run_in_threadpool(leap.image_models.get_model, event.id))
        return Response(status_code=204)

    transport = httpx.ASGITransport(Starlette(routes=[Route("/hook", hook, methods=["POST"])]))

    async def send(path: str, body: bytes) -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            return (await client.post(path, content=body)).status_code

    return lambda path, body: anyio.run(send, path, body)


def flask_receiver(leap: Leap, public_url: str, trained: list[Any]) -> Call:
    """A view for Flask."""
    flask = pytest.importorskip("flask")
    application = flask.Flask("receiver")

    @application.post("/hook")
    def hook() -> Any:
        try:
            verify_url(f"{public_url}?{flask.request.query_string.decode('latin-1')}", SECRET)
            event = parse(flask.request.get_data())
        except WebhookVerificationError:
            return "", 403
        except WebhookBodyError:
            return "", 400
        trained.append(leap.image_models.get_model(event.id))
        return "", 204

    return wsgi_call(application)


def wsgi_receiver(leap: Leap, public_url: str, trained: list[Any]) -> Call:
    """An application for plain WSGI."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status = "204 No Content"
        try:
            verify_url(f"{public_url}?{environ['QUERY_STRING']}", SECRET)
            event = parse(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
            trained.append(leap.image_models.get_model(event.id))
        except WebhookVerificationError:
            status = "403 Forbidden"
        except WebhookBodyError:
            status = "400 Bad Request"
        start_response(status, [])
        return []

    return wsgi_call(application)


def wsgi_call(application: Any) -> Call:
    """Sends calls to a WSGI application without a server."""

    def send(path: str, body: bytes) -> int:
        with httpx.Client(
            transport=httpx.WSGITransport(application), base_url="http://inside", trust_env=False
        ) as client:
            return client.post(path, content=body).status_code

    return send


@pytest.fixture
def delivered(receiver: Receiver) -> Iterator[tuple[Leap, str, bytes]]:
    """A training that failed, and the call that its signed webhook URL was sent."""
    with (
        running(training_seconds=0, failure_rate=1, webhook_result=True, webhook_state=True) as server,
        Leap("key", base_url=server.base_url) as leap,
    ):
        leap.image_models.train_model(
            image_sample_urls=["https://example.com/1.jpg"],
            webhook_url=sign_url(f"{receiver.url}?user=7%2F8", SECRET, expires_in=60),
        )
        server.wait_for_webhooks()
        path, body = receiver.calls[0]
        yield leap, path, body


@pytest.mark.parametrize("make", [starlette_receiver, flask_receiver, wsgi_receiver])
def test_receivers(make: Any, delivered: tuple[Leap, str, bytes], receiver: Receiver) -> None:
    """A true call is taken; a forged URL or body is refused; a lying body does not become the truth."""
    leap, path, body = delivered
    trained: list[Any] = []
    call = make(leap, receiver.url, trained)
    lie = json.dumps({"id": json.loads(body)["result"]["id"], "status": "finished"}).encode()

    assert [call(path, body), call(path, lie)] == [204, 204]
    assert [model.status for model in trained] == ["failed", "failed"]
    assert [call("/hook", body), call(path.replace("7%2F8", "9"), body)] == [403, 403]
    assert call(path, b"nonsense") == 400
    assert len(trained) == 2
