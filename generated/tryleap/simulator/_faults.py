"""Faults on demand: what goes wrong, with which operation, how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import responses
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

HTML = "<!doctype html><html><head><title>Error</title></head><body><h1>Something broke</h1></body></html>"


@dataclass
class Fault:
    """One thing that goes wrong; `used` counts how often it did. `Faults.add` says what the rest means."""

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
        """Refuses what says nothing or contradicts itself."""
        answered = self.status is not None or self.html or self.body is not None
        if not (answered or self.delay or self.headers or self.reset or self.truncated):
            raise ValueError("a fault needs one of status, body, headers, delay, html, reset, truncated")
        if answered + self.reset + self.truncated > 1 or (self.html and self.body is not None):
            raise ValueError("reset, truncated, html, body exclude each other, and the first two a status")
        if self.status is not None and not 200 <= self.status <= 599:
            raise ValueError(f"status is {self.status}: give a status from 200 to 599")
        if not self.delay >= 0 or (self.count is not None and self.count < 1):
            raise ValueError(f"delay is {self.delay}, count is {self.count}: give 0 or more, and 1 or more")

    def concerns(self, operation: str | None) -> bool:
        """Whether the fault still waits for a request, and for one of this operation."""
        if self.count is not None and self.used >= self.count:
            return False
        return self.operation is None or _plain(self.operation) == _plain(operation or "")

    def answer(self) -> Response | None:
        """The answer instead of the real one; None where the fault has none of its own."""
        status = self.status or 200
        if self.html:
            return HTMLResponse(HTML, status)
        if isinstance(self.body, str | bytes):
            return Response(self.body, status, media_type="text/plain")
        if self.body is not None:
            return JSONResponse(self.body, status)
        if self.status is None:
            return None
        # Statuses that proxies invent, such as 520, have no name.
        return JSONResponse({"statusCode": status, "message": responses.get(status, "Unknown Error")}, status)


def _plain(operation: str) -> str:
    """Makes the Python spelling serve for the document's: `train_model` is `trainModel`."""
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
        """Makes coming requests go wrong. A request meets one fault: the first that concerns it.

        Args:
            operation: the document's operation id or the method's name; None for every operation.
            count: how many requests it hits; None for all until `clear()`.
            status: answered instead of the real status, 520 and its like too.
            body: answered instead of the usual error body: text or bytes as they are, the rest as JSON.
            headers: added to the answer, such as `{"Retry-After": "2"}`.
            delay: seconds on the simulator's clock before the answer, after what the request does; `advance`
                shortens the wait.
            html: a page of HTML as the body, as proxies send it; with status 200 unless `status` is given.
            reset: the connection is reset without an answer.
            truncated: the request is carried out, and the connection ends in the middle of the answer's body.
            carried_out: the request has its effect although the answer is a fault, as when an answer is lost.

        Returns:
            The fault; its `used` counts the requests that it hit.

        Raises:
            ValueError: nothing is asked for, two things that exclude each other, or a number out of range.
        """
        fault = Fault(
            operation, count, status, body, headers or {}, delay, html, reset, truncated, carried_out
        )
        fault.check()
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Forgets all faults."""
        self._faults.clear()

    def take(self, operation: str | None) -> Fault:
        """The fault for a request of this operation, counted; where there is none, one that does nothing."""
        fault = next((fault for fault in list(self._faults) if fault.concerns(operation)), Fault())
        fault.used += 1
        return fault
