"""Fixtures around a running simulator: plain HTTP clients of it, and a webhook endpoint on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.support.http_server import HTTPServer, Response, serving
from tryleap.simulator import Simulator, running

MODELS = "/api/v2/images/models"
Train = Callable[..., httpx.Response]
Connect = Callable[..., httpx.Client]


class Receiver:
    """A webhook endpoint: it answers with `statuses` in turn, then with 200."""

    def __init__(self, server: HTTPServer) -> None:
        self._server = server
        self.statuses: list[int] = []
        self.url = f"{server.base_url}/hook"
        server.respond = lambda _: Response(self.statuses.pop(0) if self.statuses else 200)

    @property
    def calls(self) -> list[tuple[str, bytes]]:
        """Target and body of each call."""
        return [(request.target, request.body) for request in self._server.requests]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook endpoint on loopback."""
    with serving(lambda _: Response()) as server:
        yield Receiver(server)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator in which a training takes 100 seconds."""
    with running(training_seconds=100, webhook_retry_seconds=0, seed=1) as server:
        yield server


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes clients of a simulator, which send a key and know nothing of tryleap."""
    clients: list[httpx.Client] = []

    def make(server: Simulator, key: str = "key") -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"}
        clients.append(httpx.Client(base_url=server.base_url, headers=headers, trust_env=False))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def http(simulator: Simulator, connect: Connect) -> httpx.Client:
    """A client of the simulator."""
    return connect(simulator)


@pytest.fixture
def train() -> Train:
    """Sends a training request with text fields and, unless others are given, one file."""

    def send(
        client: httpx.Client, files: list[tuple[str, object]] | None = None, **texts: str
    ) -> httpx.Response:
        parts = [(name, (None, text)) for name, text in texts.items()]
        sample = ("imageSampleFiles", ("me.png", b"\x89PNG", "image/png"))
        return client.post(f"{MODELS}/new", files=[*parts, *([sample] if files is None else files)])

    return send
