"""A server that tells its callers apart, and the mark of tests that need the larger environment."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.integration.faults.wire import MODEL
from tests.support.fault_server import FaultServer, Peer


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "heavy: needs packages that only the environment of check-all has")


def echo(peer: Peer) -> None:
    """Answer with a model that bears the id that was asked for."""
    arrival = peer.read_request()
    body = json.dumps({**MODEL, "id": arrival.path.rsplit("/", 1)[1]}).encode()
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


@pytest.fixture
def echoing() -> Iterator[FaultServer]:
    """A server whose answers say which call they belong to."""
    with FaultServer(echo) as server:
        yield server
