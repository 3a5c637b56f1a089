"""Random responses of a server: any status, headers of any bytes, any body, in any packing, broken anywhere.

Each case is made from its own seed, so that one that fails can be played again by its name alone.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.fault_server import Arrival, Peer

from .secrets import forms
from .wire import MODEL, SECRET

SAMPLE = 1200
"""How many are played where nobody says otherwise."""

_STATUSES = (
    *(
        200,
        201,
        202,
        204,
        206,
        301,
        302,
        303,
        304,
        307,
        308,
        400,
        401,
        402,
        403,
        404,
        405,
        408,
        409,
        413,
        422,
    ),
    *(429, 500, 501, 502, 503, 504, 505, 507, 520, 521, 522, 523, 524, 525, 530, 561, 598, 599, 600, 999),
)
_TYPES = (
    *("application/json", "application/json; charset=utf-8", "text/html; charset=UTF-8", "text/plain"),
    *("application/problem+json", "", "/", "application/json; charset=utf-16", "text/html; charset=rot13"),
    *('application/json; charset="idna"', "application/json; charset=unicode_escape", "image/png"),
)
_ENCODINGS = ("gzip", "deflate", "x-gzip", "br", "identity", "gzip, gzip", "", "zstd", "chunked")
_RETRY_AFTER = ("0", "1", "-1", "1e999", "9" * 400, "soon", "Wed, 21 Oct 2065 07:28:00 GMT", "\u0664", "0.5")
_NAMES = (
    *("X-Request-Id", "Set-Cookie", "Location", "Cf-Ray", "X-Message", "Server", "Via", "Content-Language"),
    *("Link", "Etag", "Trailer", "Upgrade", "Transfer-Encoding", "Content-Length", "Connection", "x" * 500),
)
_STEERING = frozenset({"Transfer-Encoding", "Content-Length", "Connection", "Upgrade", "Trailer"})
_TRAILING = (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"\0" * 10, b"\r\n\r\n", b"x" * 5000)


def is_refusal(status: int) -> bool:
    """Whether a status says that the server did nothing."""
    return (400 <= status < 500 and status != 408) or status in {301, 307, 308}


@dataclass
class Served:
    """One answer that was given.

    Attributes:
        method: Of the request.
        complete: Whether the whole request had arrived.
        status: The response's status; 0 where there was none.
        is_clean: Whether it was a response that every client can read to its end.
    """

    method: str
    complete: bool
    status: int
    is_clean: bool

    @property
    def acted(self) -> bool:
        """Whether the server may have done what the request asks for."""
        return self.complete and not is_refusal(self.status)


class Server:
    """Answers at random, and keeps what it did."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.served: list[Served] = []

    def __call__(self, peer: Peer, arrival: Arrival) -> None:
        """Answer a request whose head was read, or break off."""
        rng = self._rng
        served = Served(arrival.method, complete=False, status=0, is_clean=False)
        self.served.append(served)
        if rng.random() < 0.05:
            (peer.reset if rng.random() < 0.5 else peer.close)()
            return
        early = rng.random() < 0.05
        if not early:
            peer.read_body(arrival)
            served.complete = True
        made = response(rng, arrival.method, arrival.path)
        served.status, served.is_clean = made.status, made.is_clean and not early
        peer.send(made.data)
        if made.closes or early:
            (peer.reset if rng.random() < 0.3 and not made.is_clean else peer.close)()


@dataclass(frozen=True)
class Response:
    """Bytes to send.

    Attributes:
        data: All of them.
        status: The status in them.
        is_clean: See `Served`.
        closes: Whether the connection ends behind them.
    """

    data: bytes
    status: int
    is_clean: bool
    closes: bool


def response(rng: random.Random, method: str, path: str) -> Response:
    """Make a response."""
    status = rng.choice(_STATUSES) if rng.random() < 0.8 else rng.randrange(100, 1000)
    if rng.random() < 0.35:
        status = 201 if method == "POST" else 200
    body = _body(rng, method, path)
    lines, body, is_clean = _headers(rng, body)
    framed, is_framed = _framed(rng, body, lines)
    reason = rng.choice((b"OK", b"", b"Whatever", _bytes(rng, 8)))
    is_clean = is_clean and is_framed and status >= 200 and status not in {204, 304} and _is_text(reason)
    closes = not is_clean or rng.random() < 0.3
    if closes and is_clean:
        lines.append((b"Connection", b"close"))
    head = b"HTTP/1.1 %d %b\r\n" % (status, reason)
    data = head + b"".join(b"%b: %b\r\n" % line for line in lines) + b"\r\n" + framed
    if rng.random() < 0.1:
        hint = rng.choice((b"HTTP/1.1 100 Continue\r\n", b"HTTP/1.1 103 Early\r\nLink: <x>\r\n"))
        data = hint + b"\r\n" + data
    draw = rng.random()
    if draw > 0.25:
        return Response(data, status, is_clean, closes)
    if draw < 0.15:
        data = data[: rng.randrange(len(data))]
    elif draw < 0.2:
        data += rng.choice(_TRAILING)
    else:
        # Behind the status, which is what counts.
        at = data.rindex(head) + rng.randrange(13, len(head) + 100)
        data = data[:at] + _bytes(rng, 4) + data[at + 1 :]
    return Response(data, status, is_clean=False, closes=True)


def _headers(rng: random.Random, body: bytes) -> tuple[list[tuple[bytes, bytes]], bytes, bool]:
    """Make headers, pack the body if they say so; the third says whether every client can read both."""
    is_clean = True
    lines: list[tuple[bytes, bytes]] = []
    if rng.random() < 0.9:
        lines.append((b"Content-Type", rng.choice(_TYPES).encode()))
    if rng.random() < 0.2:
        encoding = rng.choice(_ENCODINGS)
        body, is_clean = _packed(rng, body, encoding), False
        lines.append((b"Content-Encoding", encoding.encode()))
    if rng.random() < 0.3:
        lines.append((b"Retry-After", rng.choice(_RETRY_AFTER).encode()))
    for _ in range(rng.choice((0, 0, 0, 1, 3, 40))):
        name, value = rng.choice(_NAMES), _value(rng)
        # What comes of a second length, or of an upgrade, is the HTTP library's affair.
        is_clean = is_clean and name not in _STEERING and _is_text(value)
        lines.append((name.encode(), value))
    return lines, body, is_clean


def _is_text(value: bytes) -> bool:
    return not any(each < 32 or each == 127 for each in value)


HEADER_SECRET = "header-secret-93c0e1f2"
"""What a header holds that the caller adds to each request."""


# Those that a header can hold: no two lines, of which each has a part of the secret.
_FORMS = [form for each in (SECRET, HEADER_SECRET) for form in forms(each).values() if "\n" not in form]


def planted(rng: random.Random) -> str:
    """One of the two secrets, in one of the forms in which a server may send it back."""
    return rng.choice(_FORMS)


def _bytes(rng: random.Random, size: int) -> bytes:
    """Bytes of any kind, but those that end a line."""
    return bytes(each for each in rng.randbytes(size) if each not in b"\r\n")


def _value(rng: random.Random) -> bytes:
    """The value of a header."""
    values: tuple[Callable[[], bytes], ...] = (
        lambda: _bytes(rng, rng.randrange(40)),
        lambda: "caf\u00e9 \u2014 \U0001f600".encode(rng.choice(("utf-8", "utf-16-le"))).replace(b"\n", b""),
        lambda: b"\xe9\xff",
        lambda: planted(rng).encode(),
        lambda: b"http://[::1/\x80",
        lambda: b"a" * 3000,
        lambda: b"",
    )
    return rng.choice(values)()


def _body(rng: random.Random, method: str, path: str) -> bytes:
    """The body of a response, before it is packed."""
    model: dict[str, Any] = dict(MODEL)
    listing = method == "GET" and path.endswith("/models")
    right = {"models": [model]} if listing else model
    bodies: tuple[Callable[[], bytes], ...] = (
        lambda: json.dumps(right).encode(),
        lambda: json.dumps({**right, "more": _json(rng, 3)}).encode(),
        lambda: json.dumps({"statusCode": 400, "message": planted(rng)}).encode(),
        lambda: b'{"message": "' + planted(rng).encode() + b'"}',
        lambda: json.dumps(_json(rng, 4)).encode(),
        lambda: json.dumps({key: _json(rng, 2) for key in model}).encode(),
        lambda: json.dumps(right).encode("utf-16"),
        lambda: json.dumps(right).encode()[: rng.randrange(40)],
        lambda: b"<html><title>" + planted(rng).encode() + b"</title><p>" + _bytes(rng, 50),
        lambda: b"",
        lambda: b" \n\t",
        lambda: rng.randbytes(rng.randrange(300)),
        lambda: b'{"message":' * rng.choice((5, 600, 3000)),
        lambda: b"[" * 990 + b"]" * 990,
        lambda: b'{"message": ["\\ud800", "\\u0000"], "id": 1e999, "name": NaN}',
        lambda: b'{"a": ' + b"9" * 5000 + b"}",
    )
    return bodies[0]() if rng.random() < 0.4 else rng.choice(bodies)()


def _json(rng: random.Random, depth: int) -> Any:
    """Any JSON value."""
    values: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: rng.random() < 0.5,
        lambda: rng.choice((0, -1, 2**70, 1.5, 1e300)),
        lambda: rng.choice(("", "x" * 300, "\u202e\x00\x1b[31m", "\ud800", planted(rng))),
        lambda: [_json(rng, depth - 1) for _ in range(rng.randrange(3))] if depth else [],
        lambda: {planted(rng) if rng.random() < 0.2 else "message": _json(rng, depth - 1)} if depth else {},
    )
    return rng.choice(values)()


def _packed(rng: random.Random, body: bytes, encoding: str) -> bytes:
    if rng.random() < 0.3:
        return body
    if "gzip" in encoding:
        made = gzip.compress(body)
        return made if rng.random() < 0.6 else made[: rng.randrange(len(made))] + _bytes(rng, 5)
    return zlib.compress(body) if rng.random() < 0.7 else zlib.compress(body)[2:-4]


def _framed(rng: random.Random, body: bytes, lines: list[tuple[bytes, bytes]]) -> tuple[bytes, bool]:
    """Say how long the body is, rightly or not; returns the body as sent, and whether all is right."""
    draw = rng.random()
    if draw < 0.6:
        lines.append((b"Content-Length", b"%d" % len(body)))
        return body, True
    if draw < 0.75:
        lines.append((b"Transfer-Encoding", b"chunked"))
        at = rng.randrange(len(body) + 1)
        pieces = [each for each in (body[:at], body[at:]) if each]
        return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n", True
    if draw < 0.85:
        wrong = rng.choice(
            (b"%d" % (len(body) + 5), b"%d" % (len(body) // 2), b"-1", b"many", b"9" * 30, b"1,1")
        )
        lines.append((b"Content-Length", wrong))
        return body, False
    if draw < 0.9:
        lines.append((b"Transfer-Encoding", rng.choice((b"chunked", b"gzip, chunked", b"nonsense"))))
        return rng.choice((b"xyz\r\n", b"5\r\nab", b"ffffffffffffffffff\r\n")) + body, False
    return body, False
