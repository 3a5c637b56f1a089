"""Answers written byte by byte, and one call that meets them, for tests that table.md has no row for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tryleap import LeapError

from .driver import Mode
from .server import Behaviour, FaultServer, Peer
from .wire import SECRET

URL = "https://example.com/1.jpg"


def response(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    headers: Mapping[str, str | bytes] | None = None,
    content_type: str = "application/json",
) -> bytes:
    """Put a whole answer together; a header's value may be bytes of any kind."""
    lines = [f"HTTP/1.1 {status}".encode(), f"Content-Type: {content_type}".encode()]
    for name, value in (headers or {}).items():
        lines.append(name.encode() + b": " + (value.encode() if isinstance(value, str) else value))
    lines.append(f"Content-Length: {len(body)}".encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def sends(data: bytes) -> Behaviour:
    """Read the request, send these bytes, and close the connection."""

    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.send(data)
        peer.close()

    return behave


@contextlib.contextmanager
def server(behaviour: Behaviour | bytes) -> Iterator[FaultServer]:
    """A fault server that answers every request alike."""
    with FaultServer(sends(behaviour) if isinstance(behaviour, bytes) else behaviour) as running:
        yield running


def perform(
    mode: str, base_url: str, method: str = "get_model", *args: Any, token: Any = SECRET, **options: Any
) -> Any:
    """Make one call with a client of its own, without retries unless they are asked for.

    Args:
        mode: One of `driver.MODES`.
        base_url: The server's address.
        method: A method of `image_models`.
        args: Its arguments; a model's id where none are given for a method that takes one.
        token: The access token.
        options: Of the client; those of the method under `call`.
    """
    call: dict[str, Any] = options.pop("call", {})
    if method == "train_model" and not call:
        call = {"name": "Alex", "image_sample_urls": [URL]}
    if not args and method in ("get_model", "delete_model"):
        args = ("m1",)
    run = Mode(mode)

    async def scenario() -> Any:
        client = run.client(access_token=token, base_url=base_url, **{"max_retries": 0, **options})
        try:
            return await run.settle(getattr(client.image_models, method)(*args, **call))
        finally:
            await run.close(client)

    return run.run(scenario)


def failure(call: Callable[[], Any]) -> LeapError:
    """Make a call that fails, and return its error."""
    try:
        call()
    except LeapError as error:
        return error
    raise AssertionError("the call did not fail")
