"""What the fault server does, by the name that table.py calls it.

A behaviour takes a connection on which a request begins, and does right or wrong by it. What the client must
make of it is not said here but in the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.support import models
from tests.support.fault_server import LONGEST_STALL, Arrival, Behaviour, Peer, response, sends

SECRET = "leap-secret-4b1d9c0e7f"
"""The access token of all these tests. It must not turn up anywhere."""

BIG = 16 * 1024 * 1024
"""Bytes of an image that fits into no socket's buffers."""

MODEL: Mapping[str, Any] = {**models.MODEL, "id": "m1", "status": "queued", "imageSamples": []}
_MEGABYTE = b"x" * 1_000_000


def _right_body(arrival: Arrival, **changes: Any) -> bytes:
    model = {**MODEL, **changes}
    listing = arrival.method == "GET" and arrival.path.endswith("/models")
    return json.dumps({"models": [model]} if listing else model).encode()


def healthy(peer: Peer) -> None:
    """Answer as the service does."""
    arrival = peer.read_request()
    peer.send(response(_right_body(arrival)))


def responses(
    status: int, body: Any = None, *, acts: bool = False, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """Answer with an error, in the form that the service most likely uses unless a body is given."""
    content = body if body is not None else {"statusCode": status, "message": f"This is a {status}."}
    data = content if isinstance(content, bytes) else json.dumps(content).encode()

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        arrival.refused = not acts
        peer.send(response(data, status=status, headers=headers))

    return behave


def _half_body(arrival: Arrival) -> bytes:
    body = _right_body(arrival)
    return response(body[: len(body) // 2], length=str(len(body)))


def _with_length(length: str) -> Callable[[Arrival], bytes]:
    return lambda arrival: response(_right_body(arrival), length=length)


def _chunked(chunks: bytes) -> bytes:
    return response(chunks, headers={"Transfer-Encoding": "chunked"}, length=None)


def _reset_handshake(peer: Peer) -> None:
    peer.wait_for_bytes()
    peer.reset()


def _response_in_plain(peer: Peer) -> None:
    peer.wait_for_bytes()
    peer.send(b"HTTP/1.1 400 Speak plainly\r\nContent-Length: 0\r\n\r\n")
    peer.drain()


def _reset_in_request(peer: Peer) -> None:
    peer.read_some(24)
    peer.reset()


def stall_upload(peer: Peer) -> None:
    peer.read_head()
    # What was sent and not read holds back the news that the client has gone: so wait until the fault ends.
    peer.server.recovered.wait(LONGEST_STALL)
    peer.drain()


def _padded(megabytes: int) -> Behaviour:
    """Answer rightly, but for a superfluous field of many megabytes."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        start, end = _right_body(arrival)[:-1] + b', "padding": "', b'"}'
        peer.send(response(start, length=str(len(start) + megabytes * len(_MEGABYTE) + len(end))))
        for _ in range(megabytes):
            peer.send(_MEGABYTE)
        peer.send(end)

    return behave


@dataclass(frozen=True)
class Wire:
    """One fault: how the scenario has to be for it, and what the server does.

    Attributes:
        behaviour: What the server does with a request while the fault lasts.
        scenario: Which surroundings it needs (see scenarios.py).
        on_connect: What the server does with a connection before it reads anything.
        then: What it does from the second request on, if not the same.
        read_timeout, deadline: How patient the client is, in seconds.
        max_retries: How often the client may repeat.
        upload: Bytes of the image that a training sends.
        warm: Whether a call succeeds on the same connection before the fault sets in.
        limit: Seconds in which the call must have ended, whatever happens.
    """

    behaviour: Behaviour = healthy
    scenario: str = "plain"
    on_connect: Behaviour | None = None
    then: Behaviour | None = None
    read_timeout: float = 10.0
    connect_timeout: float = 10.0
    deadline: float | None = None
    max_retries: int = 2
    upload: int = 100
    warm: bool = False
    limit: float = 5.0

    @property
    def is_impatient(self) -> bool:
        """Whether the client waits for so short a time that the machine's load may make a difference."""
        return min(self.read_timeout, self.connect_timeout) < 1


_STALL = 0.2
_IMPATIENT = Wire(read_timeout=_STALL, max_retries=1)
_DEADLINE = Wire(deadline=0.3)
_HTML = b"<!doctype html><html><body><h1>520: Web server is returning an unknown error</h1></body></html>"
_AS_HTML = {"Content-Type": "text/html; charset=UTF-8"}
_GZIP = {"Content-Encoding": "gzip"}
_HINTS = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"

WIRE: dict[str, Wire] = {
    # No connection, or none that can be used.
    "refused": Wire(scenario="refused"),
    "dns-failure": Wire(scenario="dns"),
    "connect-timeout": Wire(scenario="backlog", connect_timeout=_STALL, max_retries=1),
    "tls-self-signed": Wire(scenario="tls-self-signed"),
    "tls-wrong-host": Wire(scenario="tls-wrong-host"),
    "tls-expired": Wire(scenario="tls-expired"),
    "tls-handshake-stalled": Wire(
        scenario="tls", on_connect=Peer.stall, connect_timeout=_STALL, max_retries=1
    ),
    "tls-handshake-reset": Wire(scenario="tls", on_connect=_reset_handshake),
    "tls-answered-in-plain": Wire(scenario="tls", on_connect=_response_in_plain),
    # Resets and closes.
    "reset-on-connect": Wire(on_connect=Peer.reset),
    "reset-before-request": Wire(Peer.reset),
    "reset-in-request": Wire(_reset_in_request, upload=BIG),
    "reset-after-request": Wire(sends(b"", "reset")),
    "reset-after-request-on-used-connection": Wire(sends(b"", "reset"), warm=True),
    "reset-in-headers": Wire(sends(b"HTTP/1.1 200 OK\r\nContent-Ty", "reset")),
    "reset-in-body": Wire(sends(_half_body, "reset")),
    "closed-before-answer": Wire(sends(b"")),
    "closed-in-headers": Wire(sends(b"HTTP/1.1 200 OK\r\nContent-Ty")),
    "closed-while-idle": Wire(sends(lambda a: response(_right_body(a))), "closed-while-idle", warm=True),
    # Stalls; what is dripped without end: see test_deadline.py.
    "stalled-answer": replace(_IMPATIENT, behaviour=sends(b"", "stall")),
    "stalled-headers": replace(_IMPATIENT, behaviour=sends(b"HTTP/1.1 200 OK\r\nContent-Ty", "stall")),
    "stalled-body": replace(_IMPATIENT, behaviour=sends(_half_body, "stall")),
    "stalled-upload": replace(_IMPATIENT, behaviour=stall_upload, upload=BIG),
    "stalled-answer-until-deadline": replace(_DEADLINE, behaviour=sends(b"", "stall")),
    "stalled-body-until-deadline": replace(_DEADLINE, behaviour=sends(_half_body, "stall")),
    "stalled-upload-until-deadline": replace(_DEADLINE, behaviour=stall_upload, upload=BIG),
    "stalled-connect-until-deadline": replace(_DEADLINE, scenario="backlog"),
    # Responses that break HTTP.
    "truncated-body": Wire(sends(_half_body)),
    "length-too-long": replace(_IMPATIENT, behaviour=sends(_with_length("9999"), "stall")),
    "length-too-short": Wire(sends(_with_length("20"), "go on")),
    "length-nonsense": Wire(sends(_with_length("many"))),
    "length-twice": Wire(sends(lambda a: response(_right_body(a), headers={"Content-Length": "3"}))),
    "chunk-size-nonsense": Wire(sends(_chunked(b"20\r\n" + b" " * 32 + b"\r\nmany\r\n{}\r\n"))),
    "chunks-cut-short": Wire(sends(_chunked(b"20\r\n" + b" " * 32 + b"\r\n"))),
    "not-http": Wire(sends(b"SSH-2.0-OpenSSH_9.6\r\n")),
    "headers-without-end": Wire(sends(b"HTTP/1.1 200 OK\r\n" + b"X-More: of the same\r\n" * 20_000)),
    "header-nonsense": Wire(sends(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}")),
    "gzip-garbage": Wire(responses(200, b"this is not gzip", acts=True, headers=_GZIP)),
    "switching-protocols": Wire(
        sends(b"HTTP/1.1 101 Now\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "stall")
    ),
    "old-protocol": Wire(sends(lambda arrival: b"HTTP/1.0 200 OK\r\n\r\n" + _right_body(arrival))),
    "hints-before-answer": Wire(sends(lambda a: _HINTS + response(_right_body(a)), "go on")),
    "answered-twice": Wire(
        sends(lambda a: response(_right_body(a)) + response(_right_body(a, id="of another request")), "go on")
    ),
    # Answers with status 200 that are not what was promised; more of them: see unit/runtime/test_sending.py.
    "large-answer": Wire(_padded(10)),
    "huge-answer": Wire(_padded(100), limit=15.0),
    "html": Wire(responses(200, _HTML, acts=True, headers=_AS_HTML)),
    # A status of each row of the retry table, all of which are in unit/runtime/test_retry.py.
    **{f"status-{status}": Wire(responses(status)) for status in (307, 400, 401, 404, 429)},
    **{f"status-{status}": Wire(responses(status, acts=True)) for status in (303, 408, 500, 501, 520, 999)},
    "status-304": Wire(sends(b"HTTP/1.1 304 Not Modified\r\n\r\n")),
    "refused-then-ambiguous": Wire(responses(429), then=responses(500, acts=True)),
    # Error bodies that cannot be read.
    "error-html": Wire(responses(400, _HTML, headers=_AS_HTML)),
    "error-gzip-garbage": Wire(responses(400, b"this is not gzip", headers=_GZIP)),
    "error-cut-short": Wire(sends(response(b'{"mess', status=400, length="99"))),
}
