"""A fast HTTP server with prepared responses, on plain asyncio with keep-alive.

It discards request bodies. It prints its port, and serves until its standard input ends, so that it cannot
outlive the process that started it.
"""

from __future__ import annotations

import asyncio
import json
import sys

_MODEL = {
    "id": "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e",
    "name": "Alex Avatar Model",
    "createdAt": "2026-01-31T12:00:00.000Z",
    "subjectKeyword": "@me",
    "subjectType": "person",
    "status": "processing",
    "imageSamples": ["https://example.com/me-1.jpg", "https://example.com/me-2.jpg"],
}
_OPENAI = {"object": "list", "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "x"}]}


def model() -> dict[str, object]:
    """Return the model of the responses."""
    return dict(_MODEL)


def _response(value: object, status: str = "200 OK") -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


_ONE = _response(_MODEL)
_LIST = _response({"models": [_MODEL] * 100})
_OPENAI_LIST = _response(_OPENAI)
_MISSING = _response({"message": "Not Found"}, "404 Not Found")


# The trained models by journal, whose name is part of the path.
_TRAINED: dict[bytes, list[dict[str, object]]] = {}


def _journal_response(target: bytes) -> bytes:
    journal = target.split(b"/")[2]
    trained = _TRAINED.setdefault(journal, [])
    if not target.endswith(b"/new"):
        return _response({"models": trained})
    trained.append({**_MODEL, "id": f"model-{len(trained)}", "status": "finished"})
    if journal.endswith(b"-waiting"):
        trained[-1]["status"] = "processing"
    return _response(trained[-1])


class _Connection(asyncio.Protocol):
    """A connection that responds at the end of each request."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self._response = _ONE
        self._chunked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        while data:
            if self._left or self._chunked:
                data = self._body(data)
                continue
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            data, head, self._head = self._head[end + 4 :], self._head[:end].lower(), b""
            self._begin(head)

    def _begin(self, head: bytes) -> None:
        target = head.split(b" ", 2)[1]
        if target.startswith(b"/journal/"):
            self._response = _journal_response(target)
        elif target.startswith(b"/missing"):
            self._response = _MISSING
        elif target.endswith(b"/images/models"):
            self._response = _LIST
        else:
            self._response = _OPENAI_LIST if target.endswith(b"/v1/models") else _ONE
        _, _, length = head.partition(b"content-length:")
        self._left = int(length.split(b"\r\n", 1)[0]) if length else 0
        self._chunked = b"transfer-encoding: chunked" in head
        if not self._left and not self._chunked:
            self._send()

    def _body(self, data: bytes) -> bytes:
        if self._chunked:
            if data.endswith(b"0\r\n\r\n"):
                self._chunked = False
                self._send()
            return b""
        taken, rest = data[: self._left], data[self._left :]
        self._left -= len(taken)
        if not self._left:
            self._send()
        return rest

    def _send(self) -> None:
        assert isinstance(self._transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport.write(self._response)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = asyncio.Event()
    loop.add_reader(sys.stdin, closed.set)
    await closed.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
