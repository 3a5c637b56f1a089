"""Single calls of a client of tryleap, for tests of faults that the table has no row for."""

from __future__ import annotations

import time
from typing import Any

from tests.support.fault_server import Behaviour, FaultServer
from tests.support.modes import Mode
from tryleap import LeapError

from .wire import SECRET

URL = "https://example.com/1.jpg"
IMAGE = b"\x89PNG\r\n\x1a\n" + b"0" * 100


def perform(
    mode: Mode,
    service: str | bytes | Behaviour,
    method: str = "get_model",
    *args: Any,
    token: Any = SECRET,
    **options: Any,
) -> Any:
    """Make one call with a client of its own, without retries unless they are asked for.

    Args:
        mode: Which client.
        service: The address of a server, or what one does that runs for the call alone: see `FaultServer`.
        method: A method of `image_models`.
        args: Its arguments by position; an id and an image are given where they are missing.
        token: The access token.
        options: Those of the client, whose `http_client` is closed; those of the method stand under `call`.
    """
    if not isinstance(service, str):
        with FaultServer(service) as server:
            return perform(mode, server.url, method, *args, token=token, **options)
    of_call: dict[str, Any] = options.pop("call", {})
    if method.startswith("train") and not any("image" in name for name in of_call):
        of_call = {"name": "Alex", "image_sample_urls": [URL], **of_call}
    if not args and method in ("get_model", "delete_model"):
        args = ("m1",)
    options = {"access_token": token, "base_url": service, "max_retries": 0, **options}

    async def scenario() -> Any:
        client = mode.client(**options)
        try:
            return await mode.settle(getattr(client.image_models, method)(*args, **of_call))
        finally:
            await mode.close(client)
            if options.get("http_client"):
                await mode.close(options["http_client"])

    return mode.run(scenario)


def failure(mode: Mode, service: str | bytes | Behaviour, *args: Any, **options: Any) -> Any:
    """Make one call that fails (see `perform`), and return its error."""
    try:
        perform(mode, service, *args, **options)
    except LeapError as error:
        return error
    raise AssertionError("the call did not fail")


def timed_failure(mode: Mode, service: str | bytes | Behaviour, *args: Any, **options: Any) -> Any:
    """Make one call that fails (see `perform`); return its error and the seconds it took."""
    began = time.monotonic()
    error = failure(mode, service, *args, **options)
    return error, time.monotonic() - began


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
