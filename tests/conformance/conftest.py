"""The servers of the outside tools, and the clients that they check."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.conformance.tools import DOCUMENT, free_port, listening, node_program
from tests.support.http_server import HTTPServer, Response, serving
from tests.support.models import MODEL


@pytest.fixture
def recorder() -> Iterator[HTTPServer]:
    """A server that keeps what arrives; all four operations' models can be read from its response."""
    content = json.dumps({**MODEL, "models": []}).encode()
    with serving(lambda _: Response(200, content)) as running:
        yield running


@pytest.fixture(scope="module")
def steady() -> Iterator[str]:
    """Steady's base URL; it is told that exactly one alternative of a `oneOf` may hold."""
    program = node_program("steady")
    options = (
        "--host",
        "127.0.0.1",
        "--port",
        free_port(),
        "--quiet",
        "--log-format=text",
        "--validator-strict-oneof",
    )
    with listening(program, *options, str(DOCUMENT)) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    """Prism's base URL; it answers a request that breaks the document with an error."""
    program = node_program("prism")
    with listening(program, "mock", "--errors", "-h", "127.0.0.1", "-p", "0", str(DOCUMENT)) as base_url:
        yield base_url
