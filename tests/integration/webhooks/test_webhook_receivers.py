"""A URL verifies as each kind of web application hands its query on.

Whole receivers are on the pages of the documentation, which docs/test_examples.py runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tryleap.webhooks import sign_url, verify_url

BASE = "https://example.com/hook"
SECRET = "from the application's configuration"


def starlette_query(target: str) -> str:
    async def hook(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.url.query)

    async def get() -> str:
        transport = httpx.ASGITransport(Starlette(routes=[Route("/hook", hook)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://inside") as client:
            return (await client.get(target)).text

    return anyio.run(get)


def flask_query(target: str) -> str:
    flask = pytest.importorskip("flask")
    with flask.Flask("receiver").test_request_context(target):
        return str(flask.request.query_string.decode("latin-1"))


def wsgi_query(target: str) -> str:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [environ["QUERY_STRING"].encode("latin-1")]

    with httpx.Client(transport=httpx.WSGITransport(application), base_url="http://inside") as client:
        return client.get(target).text


@pytest.mark.parametrize("query_of", [starlette_query, flask_query, wsgi_query])
def test_queries(query_of: Callable[[str], str]) -> None:
    """Escapes and empty values of the URL's own query arrive byte for byte, in front of the token."""
    signed = sign_url(f"{BASE}?user=7%2F8&next=&a=%C3%A9", SECRET, expires_in=60)

    verify_url(f"{BASE}?{query_of(signed.removeprefix('https://example.com'))}", SECRET)
