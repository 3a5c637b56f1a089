"""Fixtures around a running simulator: plain HTTP clients of it, and a webhook endpoint on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tryleap.simulator import Simulator, running

MODELS = "/api/v2/images/models"


class Receiver:
    """A webhook endpoint: it notes what arrives and answers with `statuses` in turn, then with 200."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, bytes]] = []
        self.statuses: list[int] = []
        noted = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                noted.calls.append((self.path, body))
                self.send_response(noted.statuses.pop(0) if noted.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook endpoint on loopback."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.server.shutdown()
    thread.join()
    receiver.server.server_close()


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator in which a training takes 100 seconds."""
    with running(training_seconds=100, webhook_retry_seconds=0, seed=1) as server:
        yield server


@pytest.fixture
def connect() -> Iterator[Callable[..., httpx.Client]]:
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
def http(simulator: Simulator, connect: Callable[..., httpx.Client]) -> httpx.Client:
    """A client of the simulator."""
    return connect(simulator)


@pytest.fixture
def train() -> Callable[..., httpx.Response]:
    """Sends a training request with text fields and, unless others are given, one file."""

    def send(
        client: httpx.Client, files: list[tuple[str, object]] | None = None, **texts: str
    ) -> httpx.Response:
        parts = [(name, (None, text)) for name, text in texts.items()]
        sample = ("imageSampleFiles", ("me.png", b"\x89PNG", "image/png"))
        return client.post(f"{MODELS}/new", files=[*parts, *([sample] if files is None else files)])

    return send
