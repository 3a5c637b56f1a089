"""What the fault server does, by the name that table.md calls it.

A behaviour takes a connection on which a request begins, and does right or wrong by it. What the client must
make of it is not said here but in the table.
"""

from __future__ import annotations

import email.utils
import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from tests.support import models
from tests.support.fault_server import LONGEST_STALL, Arrival, Behaviour, Peer

SECRET = "leap-secret-4b1d9c0e7f"
"""The access token of all these tests. It must not turn up anywhere."""

BIG = 16 * 1024 * 1024
"""Bytes of an image that fits into no socket's buffers."""

ABSURD = 10**9
MODEL: Mapping[str, Any] = {**models.MODEL, "id": "m1", "status": "queued", "imageSamples": []}
_REASON = "Whatever"
_MEGABYTE = b"x" * 1_000_000


def respond(
    status: int, body: bytes = b"", headers: Mapping[str, str] | None = None, *, length: str | None = ""
) -> bytes:
    """Put a response together; `length` replaces the right Content-Length, or leaves it out if None."""
    lines = [f"HTTP/1.1 {status} {_REASON}", "Content-Type: application/json"]
    if length is not None:
        lines.append(f"Content-Length: {length or len(body)}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if headers and "Content-Type" in headers:
        del lines[1]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _right_body(arrival: Arrival, **changes: Any) -> bytes:
    model = {**MODEL, **changes}
    listing = arrival.method == "GET" and arrival.path.endswith("/models")
    return json.dumps({"models": [model]} if listing else model).encode()


def healthy(peer: Peer) -> None:
    """Answer as the service does."""
    arrival = peer.read_request()
    peer.send(respond(200, _right_body(arrival)))


def responses(
    status: int, body: Any = None, *, acts: bool = False, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """Answer with an error, in the form that the service most likely uses unless a body is given."""
    content = body if body is not None else {"statusCode": status, "message": f"This is a {status}."}
    data = content if isinstance(content, bytes) else json.dumps(content).encode()

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        arrival.refused = not acts
        elsewhere = peer.server.elsewhere
        named = {name: value.format(elsewhere=elsewhere) for name, value in (headers or {}).items()}
        peer.send(respond(status, data, named))

    return behave


def succeeds_with(body: bytes, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer 200 with a body that is not what was promised."""
    return responses(200, body, acts=True, headers=headers)


def retry_after_date(status: int, *, acts: bool = False) -> Behaviour:
    """Ask for some seconds' patience by a date."""

    def behave(peer: Peer) -> None:
        later = email.utils.formatdate(time.time() + 3, usegmt=True)
        responses(status, acts=acts, headers={"Retry-After": later})(peer)

    return behave


def _raw(
    data: bytes | Callable[[Arrival], bytes], then: Literal["close", "reset", "stall", "go on"]
) -> Behaviour:
    """Read the request, send some bytes, and end."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        peer.send(data if isinstance(data, bytes) else data(arrival))
        if then == "close":
            peer.close()
        elif then == "reset":
            peer.reset()
        elif then == "stall":
            peer.stall()

    return behave


def _half_body(arrival: Arrival) -> bytes:
    body = _right_body(arrival)
    return respond(200, body[: len(body) // 2], length=str(len(body)))


def _chunked(*pieces: bytes, **headers: str) -> bytes:
    return respond(200, b"".join(pieces), {"Transfer-Encoding": "chunked", **headers}, length=None)


def _early_refusal(then: Literal["drain", "reset"]) -> Behaviour:
    """Refuse a request as too large while it is still being sent."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_head()
        arrival.refused = True
        body = b'{"statusCode": 413, "message": "Too large."}'
        peer.send(respond(413, body, {"Connection": "close"}))
        if then == "reset":
            peer.reset()
        else:
            peer.end_sending()
            peer.drain()

    return behave


def _reset_before_request(peer: Peer) -> None:
    peer.reset()


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


def _stall_upload(peer: Peer) -> None:
    peer.read_head()
    # What was sent and not read holds back the news that the client has gone: so wait until the fault ends.
    peer.server.recovered.wait(LONGEST_STALL)
    peer.drain()


def _drip_headers(peer: Peer) -> None:
    peer.read_request()
    peer.send(b"HTTP/1.1 200 OK\r\nX-Patience: ")
    peer.drip(b"a", interval=0.02)


def _drip_body(peer: Peer) -> None:
    peer.read_request()
    peer.send(respond(200, b'{"id": "', length="1000000"))
    peer.drip(b"a", interval=0.02)


def _drip_informational(peer: Peer) -> None:
    peer.read_request()
    peer.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n", interval=0.02)


def _padded(megabytes: int) -> Behaviour:
    """Answer rightly, but for a superfluous field of many megabytes."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        start, end = _right_body(arrival)[:-1] + b', "padding": "', b'"}'
        peer.send(respond(200, start, length=str(len(start) + megabytes * len(_MEGABYTE) + len(end))))
        for _ in range(megabytes):
            peer.send(_MEGABYTE)
        peer.send(end)

    return behave


def _padded_in_chunks(megabytes: int) -> Behaviour:
    """The same, without a word of how much it will be."""

    def behave(peer: Peer) -> None:
        start = _right_body(peer.read_request())[:-1] + b', "padding": "'
        peer.send(_chunked(b"%x\r\n%b\r\n" % (len(start), start)))
        for _ in range(megabytes):
            peer.send(b"%x\r\n%b\r\n" % (len(_MEGABYTE), _MEGABYTE))
        peer.send(b'2\r\n"}\r\n0\r\n\r\n')

    return behave


def _packed(megabytes: int) -> Behaviour:
    """The same, compressed, so that next to nothing is sent."""

    def behave(peer: Peer) -> None:
        body = gzip.compress(_right_body(peer.read_request())[:-1] + b', "padding": "')
        body += _packed_megabyte() * megabytes + gzip.compress(b'"}')
        peer.send(respond(200, body, {"Content-Encoding": "gzip"}))

    return behave


@cache
def _packed_megabyte() -> bytes:
    return gzip.compress(_MEGABYTE)


def _responses_twice(peer: Peer) -> None:
    arrival = peer.read_request()
    peer.send(
        respond(200, _right_body(arrival)) + respond(200, _right_body(arrival, id="of another request"))
    )


def _old_protocol(peer: Peer) -> None:
    arrival = peer.read_request()
    peer.send(b"HTTP/1.0 200 OK\r\n\r\n" + _right_body(arrival))
    peer.close()


def _hints_first(peer: Peer) -> None:
    arrival = peer.read_request()
    peer.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    peer.send(respond(200, _right_body(arrival)))


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
        renewable: Whether the token comes from a callable, which hands out another one each time.
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
    renewable: bool = False
    limit: float = 5.0

    @property
    def is_impatient(self) -> bool:
        """Whether the client waits for so short a time that the machine's load may make a difference."""
        return min(self.read_timeout, self.connect_timeout) < 1


_STALL = 0.2
_IMPATIENT = Wire(read_timeout=_STALL, max_retries=1)
_DEADLINE = Wire(deadline=0.3)
_ELSEWHERE = "{elsewhere}/api/v2/images/models"
_DEEP = b'{"models": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
_HTML = b"<!doctype html><html><body><h1>520: Web server is returning an unknown error</h1></body></html>"
_AS_HTML = {"Content-Type": "text/html; charset=UTF-8"}

_REFUSALS = (400, 401, 402, 403, 404, 405, 409, 413, 418, 422)
_FAILURES = (408, 500, 502, 503, 504, 520, 521, 522, 523, 524)
# Statuses after which nothing is repeated, and that say nothing of what was done.
_UNCLEAR = (501, 505, *range(507, 512), *range(525, 531), 561, 598, 599, 600, 999)

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
    "pool-exhausted": Wire(scenario="pool"),
    # Resets and closes.
    "reset-on-connect": Wire(on_connect=Peer.reset),
    "reset-before-request": Wire(_reset_before_request),
    "reset-in-request": Wire(_reset_in_request, upload=BIG),
    "reset-after-request": Wire(_raw(b"", "reset")),
    "reset-after-request-on-used-connection": Wire(_raw(b"", "reset"), warm=True),
    "reset-in-headers": Wire(_raw(b"HTTP/1.1 200 OK\r\nContent-Ty", "reset")),
    "reset-in-body": Wire(_raw(_half_body, "reset")),
    "closed-before-answer": Wire(_raw(b"", "close")),
    "closed-in-headers": Wire(_raw(b"HTTP/1.1 200 OK\r\nContent-Ty", "close")),
    "closed-while-idle": Wire(scenario="closed-while-idle", warm=True),
    # Stalls.
    "stalled-answer": replace(_IMPATIENT, behaviour=_raw(b"", "stall")),
    "stalled-headers": replace(_IMPATIENT, behaviour=_raw(b"HTTP/1.1 200 OK\r\nContent-Ty", "stall")),
    "stalled-body": replace(_IMPATIENT, behaviour=_raw(_half_body, "stall")),
    "stalled-upload": replace(_IMPATIENT, behaviour=_stall_upload, upload=BIG),
    "stalled-answer-until-deadline": replace(_DEADLINE, behaviour=_raw(b"", "stall")),
    "stalled-body-until-deadline": replace(_DEADLINE, behaviour=_raw(_half_body, "stall")),
    "stalled-upload-until-deadline": replace(_DEADLINE, behaviour=_stall_upload, upload=BIG),
    "stalled-connect-until-deadline": replace(_DEADLINE, scenario="backlog"),
    "dripping-headers": replace(_DEADLINE, behaviour=_drip_headers),
    "dripping-body": replace(_DEADLINE, behaviour=_drip_body),
    "dripping-hints": replace(_DEADLINE, behaviour=_drip_informational),
    # Responses that break HTTP.
    "truncated-body": Wire(_raw(_half_body, "close")),
    "length-too-long": replace(
        _IMPATIENT, behaviour=_raw(lambda a: respond(200, _right_body(a), length="9999"), "stall")
    ),
    "length-too-short": Wire(_raw(lambda a: respond(200, _right_body(a), length="20"), "go on")),
    "length-nonsense": Wire(_raw(lambda a: respond(200, _right_body(a), length="many"), "close")),
    "length-twice": Wire(_raw(lambda a: respond(200, _right_body(a), {"Content-Length": "3"}), "close")),
    "chunk-size-nonsense": Wire(_raw(_chunked(b"20\r\n" + b" " * 32 + b"\r\nmany\r\n{}\r\n"), "close")),
    "chunks-cut-short": Wire(_raw(_chunked(b"20\r\n" + b" " * 32 + b"\r\n"), "close")),
    "not-http": Wire(_raw(b"SSH-2.0-OpenSSH_9.6\r\n", "close")),
    "headers-without-end": Wire(_raw(b"HTTP/1.1 200 OK\r\n" + b"X-More: of the same\r\n" * 20_000, "close")),
    "header-nonsense": Wire(_raw(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}", "close")),
    "gzip-garbage": Wire(succeeds_with(b"this is not gzip", headers={"Content-Encoding": "gzip"})),
    "gzip-cut-short": Wire(
        succeeds_with(
            gzip.compress(json.dumps(dict(MODEL)).encode())[:-30], headers={"Content-Encoding": "gzip"}
        )
    ),
    "unknown-content-encoding": Wire(
        succeeds_with(b"\x8b\x02\x80garbage", headers={"Content-Encoding": "br"})
    ),
    "switching-protocols": Wire(
        _raw(b"HTTP/1.1 101 Now\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "stall")
    ),
    "old-protocol": Wire(_old_protocol),
    "hints-before-answer": Wire(_hints_first),
    "answered-twice": Wire(_responses_twice),
    # Answers with status 200 that are not what was promised.
    "large-answer": Wire(_padded(10)),
    "huge-answer": Wire(_padded(100), limit=15.0),
    "huge-answer-in-chunks": Wire(_padded_in_chunks(100), limit=15.0),
    "huge-answer-packed": Wire(_packed(100), limit=15.0),
    "html": Wire(succeeds_with(_HTML, headers=_AS_HTML)),
    "empty": Wire(succeeds_with(b"")),
    "broken-json": Wire(succeeds_with(b'{"models": [{"id": "m1", ')),
    "deep-json": Wire(succeeds_with(_DEEP)),
    "json-list": Wire(succeeds_with(b"[]")),
    "json-string": Wire(succeeds_with(b'"finished"')),
    "json-number": Wire(succeeds_with(b"1e400")),
    "json-null": Wire(succeeds_with(b"null")),
    "not-utf-8": Wire(succeeds_with(b'{"models": "\xff\xfe\xfd"}')),
    "echoes-token": Wire(
        succeeds_with(f"<pre>Authorization: Bearer {SECRET}</pre>".encode(), headers=_AS_HTML)
    ),
    # Refusals and failures by status.
    **{f"status-{status}": Wire(responses(status)) for status in _REFUSALS},
    **{
        f"status-{status}": Wire(
            responses(status, b"", headers={"Location": _ELSEWHERE}), scenario="redirect"
        )
        for status in (301, 307, 308)
    },
    **{
        f"status-{status}": Wire(
            responses(status, b"", acts=True, headers={"Location": _ELSEWHERE}), scenario="redirect"
        )
        for status in (302, 303)
    },
    "status-304": Wire(_raw(b"HTTP/1.1 304 Not Modified\r\n\r\n", "close")),
    "redirect-without-location": Wire(responses(302, b"", acts=True)),
    "redirect-to-nonsense": Wire(responses(302, b"", acts=True, headers={"Location": "http://[::1/"})),
    **{f"status-{status}": Wire(responses(status, acts=True)) for status in _FAILURES},
    **{f"status-{status}": Wire(responses(status, acts=True)) for status in _UNCLEAR},
    "status-429": Wire(responses(429)),
    "status-429-seconds": Wire(responses(429, headers={"Retry-After": "3"})),
    "status-429-date": Wire(retry_after_date(429)),
    "status-429-absurd": Wire(responses(429, headers={"Retry-After": str(ABSURD)})),
    "status-429-nonsense": Wire(responses(429, headers={"Retry-After": "soon"})),
    "status-503-seconds": Wire(responses(503, acts=True, headers={"Retry-After": "3"})),
    "status-503-date": Wire(retry_after_date(503, acts=True)),
    "status-401-callable": Wire(responses(401), renewable=True),
    "status-401-callable-once": Wire(responses(401), then=healthy, renewable=True),
    "status-401-echoes-token": Wire(responses(401, {"message": f"The token {SECRET} is not valid."})),
    "refused-then-ambiguous": Wire(responses(429), then=responses(500, acts=True)),
    "ambiguous-then-not-found": Wire(_raw(b"", "reset"), then=responses(404)),
    "too-large-early": Wire(_early_refusal("drain"), upload=BIG),
    "too-large-early-reset": Wire(_early_refusal("reset"), upload=BIG),
    # Error bodies that cannot be read.
    "error-html": Wire(responses(400, _HTML, headers=_AS_HTML)),
    "error-empty": Wire(responses(400, b"")),
    "error-list": Wire(responses(400, {"message": ["name is too long", "webhookUrl is not a URL"]})),
    "error-null": Wire(responses(400, b"null")),
    "error-deep": Wire(responses(400, _DEEP)),
    "error-not-utf-8": Wire(responses(400, b"\xff\xfe\xfd")),
    "error-gzip-garbage": Wire(responses(400, b"this is not gzip", headers={"Content-Encoding": "gzip"})),
    "error-cut-short": Wire(_raw(respond(400, b'{"mess', length="99"), "close")),
}
