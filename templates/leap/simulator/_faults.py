"""Inject faults: choose what goes wrong, for which operation and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import responses
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

HTML = "<!doctype html><html><head><title>Error</title></head><body><h1>Something broke</h1></body></html>"


@dataclass
class Fault:
    """A fault; `used` counts the requests that it affected. `Faults.add` documents the other fields."""

    operation: str | None = None
    count: int | None = 1
    status: int | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    html: bool = False
    reset: bool = False
    truncated: bool = False
    carried_out: bool = False
    used: int = 0

    def check(self) -> None:
        """Reject a fault without effect, or with options that exclude each other."""
        responds = self.status is not None or self.html or self.body is not None
        if not (responds or self.delay or self.headers or self.reset or self.truncated):
            raise ValueError(
                "the fault has no effect: pass status, body, headers, delay, html, reset or truncated"
            )
        if responds + self.reset + self.truncated > 1 or (self.html and self.body is not None):
            raise ValueError(
                "pass only one of reset, truncated, html and body, and no status with reset or truncated"
            )
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError(f"status is {self.status}: pass a status from 200 to 599")
        if not self.delay >= 0 or (self.count is not None and self.count < 1):
            raise ValueError(f"delay is {self.delay}, count is {self.count}: pass 0 or more, and 1 or more")

    def concerns(self, operation: str | None) -> bool:
        """Return whether the fault affects the next request of this operation."""
        if self.count is not None and self.used >= self.count:
            return False
        return self.operation is None or _plain(self.operation) == _plain(operation or "")

    def response(self) -> Response | None:
        """Return the response that replaces the real one, or None if the fault does not replace it."""
        status = self.status or 200
        if self.html:
            return HTMLResponse(HTML, status)
        if isinstance(self.body, str | bytes):
            return Response(self.body, status, media_type="text/plain")
        if self.body is not None:
            return JSONResponse(self.body, status)
        if self.status is None:
            return None
        # Non-standard statuses of proxies, such as 520, have no name.
        return JSONResponse({"statusCode": status, "message": responses.get(status, "Unknown Error")}, status)


def _plain(operation: str) -> str:
    """Normalize a name, so that `train_model` matches `trainModel`."""
    return operation.replace("_", "").lower()


class Faults:
    """The faults of one simulator, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        operation: str | None = None,
        *,
        count: int | None = 1,
        status: int | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        delay: float = 0.0,
        html: bool = False,
        reset: bool = False,
        truncated: bool = False,
        carried_out: bool = False,
    ) -> Fault:
        """Make future requests fail. Each request is affected by the first fault that matches it.

        Args:
            operation: The document's operation id or the method's name; None for all operations.
            count: The number of requests to affect; None for all until `clear()`.
            status: The status of the response, including non-standard ones such as 520.
            body: The body of the response: text or bytes as they are, anything else as JSON.
            headers: Headers to add to the response, such as `{"Retry-After": "2"}`.
            delay: Seconds on the simulator's clock between the effect of the request and its response;
                `advance` shortens the wait.
            html: Whether the body is an HTML page, as proxies send; its default status is 200.
            reset: Whether the connection is reset without a response.
            truncated: Whether the request takes effect, but the connection is closed within the body.
            carried_out: Whether the request takes effect although it fails, as when a response is lost.

        Returns:
            The fault; its `used` counts the requests that it affected.

        Raises:
            ValueError: The fault has no effect, has options that exclude each other, or a number is out of
                range.
        """
        fault = Fault(
            operation, count, status, body, headers or {}, delay, html, reset, truncated, carried_out
        )
        fault.check()
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def take(self, operation: str | None) -> Fault:
        """Return and count the fault for a request of this operation, or one without effect."""
        fault = next((fault for fault in list(self._faults) if fault.concerns(operation)), Fault())
        fault.used += 1
        return fault
