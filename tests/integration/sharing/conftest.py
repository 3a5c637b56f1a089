"""A server that tells its callers apart."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.integration.faults.wire import MODEL
from tests.support.fault_server import FaultServer, Peer, response

TOKEN = "token-of-the-sharing-tests"


def echo(peer: Peer) -> None:
    """Answer with a model that bears the id that was asked for."""
    arrival = peer.read_request()
    peer.send(response(json.dumps({**MODEL, "id": arrival.path.rsplit("/", 1)[1]}).encode()))


@pytest.fixture
def echoing() -> Iterator[FaultServer]:
    """A server whose answers say which call they belong to."""
    with FaultServer(echo) as server:
        yield server
