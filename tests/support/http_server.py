"""A server on loopback that keeps each request as it arrived, and answers what a test decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """What arrived: the target as the request line has it, the headers in their order."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path

    def header(self, name: str) -> str | None:
        """The one value of a header; None where it is missing."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else None


class Response(NamedTuple):
    """What is answered."""

    status: int = 200
    content: bytes = b""
    media_type: str | None = "application/json"


class HTTPServer(ThreadingHTTPServer):
    """A running server.

    Args:
        respond: Decides what a request is answered.
    """

    daemon_threads = True

    def __init__(self, respond: Callable[[Request], Response]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.requests: list[Request] = []
        self.base_url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HTTPServer

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = self._chunks()
        request = Request(self.command, self.path, self.headers.items(), body)
        self.server.requests.append(request)
        response = self.server.respond(request)
        self.send_response(response.status)
        if response.media_type is not None:
            self.send_header("Content-Type", response.media_type)
        self.send_header("Content-Length", str(len(response.content)))
        self.end_headers()
        self.wfile.write(response.content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = respond  # noqa: N815 - the names that http.server calls

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(respond: Callable[[Request], Response]) -> Iterator[HTTPServer]:
    """Run a server for the length of a `with` block."""
    with HTTPServer(respond) as server:
        # A daemon, since it outlives the tests that share it.
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
