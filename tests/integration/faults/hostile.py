"""Answers written byte by byte, and one call that meets them, for tests that table.md has no row for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support.fault_server import Behaviour, FaultServer, Peer
from tests.support.modes import Mode
from tryleap import LeapError

from .wire import SECRET

URL = "https://example.com/1.jpg"


def response(
    body: bytes = b"",
    *,
    status: str = "200 OK",
    headers: Mapping[str, str | bytes] | None = None,
    content_type: str = "application/json",
) -> bytes:
    """Put a whole response together; a header's value may be bytes of any kind."""
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
    """A fault server that responds to every request alike."""
    with FaultServer(sends(behaviour) if isinstance(behaviour, bytes) else behaviour) as running:
        yield running


def perform(
    mode: Mode, base_url: str, method: str = "get_model", *args: Any, token: Any = SECRET, **options: Any
) -> Any:
    """Make one call with a client of its own, without retries unless they are asked for.

    `options` are the client's, whose `http_client` is closed; those of the method stand under `call`.
    """
    call: dict[str, Any] = options.pop("call", {})
    if method == "train_model" and not call:
        call = {"name": "Alex", "image_sample_urls": [URL]}
    if not args and method in ("get_model", "delete_model"):
        args = ("m1",)
    options = {"access_token": token, "base_url": base_url, "max_retries": 0, **options}

    async def scenario() -> Any:
        client = mode.client(**options)
        try:
            return await mode.settle(getattr(client.image_models, method)(*args, **call))
        finally:
            await mode.close(client)
            if options.get("http_client"):
                await mode.close(options["http_client"])

    return mode.run(scenario)


def call(client: Any, operation: str, images: list[Any], **options: Any) -> Any:
    """Begin one of the four calls, one of `table.OPERATIONS`, for the raw response."""
    calls = client.image_models.with_raw_response
    if operation == "list":
        return calls.list_all_models(**options)
    if operation == "get":
        return calls.get_model("m1", **options)
    if operation == "delete":
        return calls.delete_model("m1", **options)
    return calls.train_model(name="Alex", image_sample_files=images, **options)


def failure(call: Callable[[], Any]) -> LeapError:
    """Make a call that fails, and return its error."""
    try:
        call()
    except LeapError as error:
        return error
    raise AssertionError("the call did not fail")
