"""What a server sends costs the client no more than it should, in time and in memory."""

from __future__ import annotations

import gc
import gzip
import json
import pickle
import threading
import time
import tracemalloc
import zlib
from typing import Any

import pytest

import tryleap
from tests.support.fault_server import Peer
from tests.support.modes import BOTH, Mode
from tryleap._runtime.clock import Clock
from tryleap._runtime.drift import DriftLog
from tryleap._runtime.response import decode

from .hostile import failure, perform, response, server
from .wire import MODEL

PAGE = 256 * 1024
"""Bytes of an error's body that are read."""


def _repeated(text: str) -> str:
    return text * (PAGE // len(text))


PAGES = {
    "titles": _repeated("<title>"),
    "titles that do not end": _repeated("<title "),
    "titles that end otherwise": _repeated("<title></tit>"),
    "scripts": _repeated("<script>"),
    "ends of scripts": "<script>" * 1000 + _repeated("</script   "),
    "comments": _repeated("<!--"),
    "ends of comments": "<!--" + _repeated("--"),
    "tags": _repeated("<"),
    "entities": "<title>" + _repeated("&#0000"),
    "long entity": "<title>&" + _repeated("a"),
    "backslashes": _repeated("\\"),
    "percent signs": _repeated("%25"),
    "zeros of entities": "&#" + _repeated("0"),
    "spaces": _repeated(" "),
    "brackets": _repeated("["),
    "objects": '{"message": [' + _repeated("{},") + "{}]}",
    "nested messages": _repeated('{"message":'),
    "strings": "[" + _repeated('"%41",') + '""]',
    "strings with escapes": "[" + _repeated('"%41aaa",') + '""]',
    "lines": _repeated("a\n"),
}


@BOTH
@pytest.mark.parametrize("page", PAGES)
def test_the_work_on_an_error_page_is_in_proportion_to_its_size(mode: Mode, page: str) -> None:
    """Whatever a page of an error holds, its error is there at once."""
    served = response(PAGES[page].encode(), status="502 Bad", content_type="text/html")
    with server(served) as running:
        perform_time = -time.process_time()
        error: Any = failure(lambda: perform(mode, running.url, timeout=20.0))
        perform_time += time.process_time()

    assert error.status_code == 502
    # In seconds of CPU: many times what it takes, and far from what the square of the size would.
    assert perform_time < 3.0


MODEL_JSON = json.dumps(dict(MODEL)).encode()


class Endless:
    """Sends the beginning of a response, and the same piece after it until the client gives up.

    Attributes:
        sent: Bytes that were sent.
    """

    def __init__(self, head: bytes, piece: bytes) -> None:
        self._head = head
        self._piece = piece
        self.sent = 0

    def __call__(self, peer: Peer) -> None:
        """Answer a request."""
        peer.read_request()
        peer.send(self._head)
        while True:
            peer.send(self._piece)
            self.sent += len(self._piece)


def _packed_head(encoding: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()


GZIPPED = gzip.compress(MODEL_JSON)
MIB = 1024 * 1024
# The head and the piece of a response; what is said of it; bytes that may be sent until then.
ENDLESS: dict[str, tuple[bytes, bytes, str, int]] = {
    "behind the end of gzip": (_packed_head("gzip") + GZIPPED, b"\0" * 65536, "follows the end", 16 * MIB),
    "behind the end of deflate": (
        _packed_head("deflate") + zlib.compress(MODEL_JSON),
        b"\0" * 65536,
        "follows the end",
        16 * MIB,
    ),
    "members of gzip": (_packed_head("gzip"), GZIPPED * 100, "follows the end", 16 * MIB),
    "empty blocks": (
        _packed_head("deflate") + b"\x78\x9c",
        b"\0\0\0\xff\xff" * 10000,
        "more than the 67108864 bytes",
        96 * MIB,
    ),
    "name of a file in gzip": (
        _packed_head("gzip") + b"\x1f\x8b\x08\x08\0\0\0\0\0\xff",
        b"a" * 65536,
        "more than the 67108864 bytes",
        96 * MIB,
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_packed_content_is_read_to_its_end_and_no_further(mode: Mode, what: str) -> None:
    """What follows the end of packed content is refused, and so is packing that never comes to anything."""
    head, piece, words, most = ENDLESS[what]
    endless = Endless(head, piece)
    with server(endless) as running:
        began = time.process_time()
        error = failure(lambda: perform(mode, running.url, timeout=20.0))

    assert isinstance(error, tryleap.ResponseDecodeError)
    assert words in str(error)
    assert endless.sent < most
    # The server's own work, of 64 MiB at most, is in it.
    assert time.process_time() - began < 5.0


@pytest.mark.parametrize("status", [400, 502])
def test_an_error_without_an_end_is_read_to_its_limit_and_no_further(mode: Mode, status: int) -> None:
    """The beginning of its body is what there is to say, and the call ends with it."""
    head = b"HTTP/1.1 %d No\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" % status
    endless = Endless(head, b"a" * 65536)
    with server(endless) as running:
        error: Any = failure(lambda: perform(mode, running.url, timeout=20.0))

    assert isinstance(error, tryleap.APIStatusError)
    assert error.body == "a" * PAGE
    assert endless.sent < 16 * MIB


def _zipped(body: bytes) -> bytes:
    return response(gzip.compress(body), headers={"Content-Encoding": "gzip"})


MANY = {
    "objects": b'{"models": [' + b"{}," * 4_000_000 + b"{}]}",
    "arrays": b'{"models": [' + b"[]," * 4_000_000 + b"[]]}",
    "numbers": b'{"models": [], "more": [' + b"1," * 4_000_000 + b"1]}",
    "keys": b"{" + b",".join(b'"%x":0' % number for number in range(600_000)) + b"}",
    "objects in UTF-16": ('{"models": [' + "{}," * 4_000_000 + "{}]}").encode("utf-16-le"),
}


@BOTH
@pytest.mark.parametrize("what", MANY)
def test_an_response_of_too_many_values_is_refused(mode: Mode, what: str) -> None:
    """A few kilobytes that would become gigabytes are refused before they are parsed."""
    served = _zipped(MANY[what])
    with server(served) as running:
        began = time.process_time()
        error = failure(lambda: perform(mode, running.url, "list_all_models", timeout=20.0))

    assert isinstance(error, tryleap.ResponseDecodeError)
    assert "more than the 1000000 values" in str(error)
    assert time.process_time() - began < 5.0


@BOTH
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_values_are_counted_in_every_encoding(mode: Mode, encoding: str) -> None:
    """Characters whose bytes look like quotes or commas hide no value, and are none."""
    many = '{"more": "\u2200", "models": [' + "{}," * 2000 + "{}]}"
    few = '{"more": "' + "\u2c2c" * 5000 + '", "models": []}'

    def listed(text: str) -> Any:
        with server(response(text.encode(encoding))) as running:
            return perform(mode, running.url, "list_all_models", max_response_values=1000)

    assert listed(few).models == []
    with pytest.raises(tryleap.ResponseDecodeError, match="more than the 1000 values"):
        listed(many)


@BOTH
def test_many_values_that_are_allowed_do_not_take_long(mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a response within the limit whose every part is not as documented."""
    looked_at = 0
    is_new = DriftLog.is_new

    def count(*arguments: Any) -> bool:
        nonlocal looked_at
        looked_at += 1
        return is_new(*arguments)

    monkeypatch.setattr(DriftLog, "is_new", count)
    served = _zipped(b'{"models": [' + b"{}," * 100_000 + b"{}]}")
    with server(served) as running:
        began = time.process_time()
        listed = perform(mode, running.url, "list_all_models", timeout=20.0)

    assert len(listed.models) == 100_001
    assert 0 < looked_at <= 10_000
    assert time.process_time() - began < 12.0


@pytest.mark.parametrize(
    ("method", "moment"),
    [("list_all_models", "_parsed"), ("train_model", "_parsed"), ("list_all_models", "_decoded")],
)
def test_the_deadline_is_looked_at_while_an_response_is_decoded(
    mode: Mode, method: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A response that takes longer to decode than there is time for ends as one that came too late."""
    is_late = threading.Event()
    step: Any = getattr(decode, moment)

    def stepping(*arguments: Any) -> Any:
        # The time is up once the response is parsed, or once its decoding has begun.
        if moment == "_decoded":
            is_late.set()
        value = step(*arguments)
        is_late.set()
        return value

    late = staticmethod(lambda: time.monotonic() + 1000 * is_late.is_set())
    monkeypatch.setattr(decode, moment, stepping)
    monkeypatch.setattr(Clock, "monotonic", late)
    served = _zipped(b'{"id": "m1", "models": [' + b'{"a":[]},' * 1_000 + b"{}]}")
    with server(served) as running:
        error = failure(lambda: perform(mode, running.url, method, deadline=100.0))

    assert is_late.is_set()
    assert isinstance(error, tryleap.APITimeoutError)
    assert "deadline of 100 s" in str(error)
    assert error.may_have_been_processed


@BOTH
def test_both_limits_of_an_response_are_options(mode: Mode) -> None:
    """Whoever expects more, or less, says so."""
    listing = json.dumps({"models": [dict(MODEL)] * 10}).encode()
    with server(response(listing)) as running:
        for options, words in (
            ({"max_response_bytes": len(listing) - 1}, "bytes"),
            ({"max_response_values": 150}, "values"),
        ):
            error = failure(lambda options=options: perform(mode, running.url, "list_all_models", **options))
            assert isinstance(error, tryleap.ResponseDecodeError)
            assert f"more than the {next(iter(options.values()))} {words}" in str(error)
        limits = {"max_response_bytes": len(listing), "max_response_values": 170}
        assert len(perform(mode, running.url, "list_all_models", **limits).models) == 10


@pytest.mark.parametrize("option", ["max_response_bytes", "max_response_values"])
@pytest.mark.parametrize(
    ("value", "kind"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)]
)
def test_a_limit_that_is_none_is_refused(option: str, value: Any, kind: type[Exception]) -> None:
    """A limit is a whole number from 1, in the constructor and in a copy."""
    options: dict[str, Any] = {option: value}
    with pytest.raises(kind, match=option):
        tryleap.Leap("key-of-a-test", **options)
    with tryleap.Leap("key-of-a-test") as leap, pytest.raises(kind, match=option):
        leap.with_options(**options)


def _nested(depth: int, *, of: str) -> str:
    return ('{"a":' * depth + "0" + "}" * depth) if of == "objects" else "[" * depth + "]" * depth


@BOTH
@pytest.mark.parametrize("of", ["objects", "arrays"])
@pytest.mark.parametrize("depth", [99, 101, 300, 500, 700, 900, 980, 1_000, 5_000, 60_000])
def test_an_error_body_may_be_nested_at_any_depth(mode: Mode, of: str, depth: int) -> None:
    """A body that is nested too deeply is kept as text, and its error pickles and prints like any other."""
    body = f'{{"message": "no", "more": {_nested(depth - 1, of=of)}}}'
    for status in ("400 No", "200 OK"):
        with server(response(body.encode()[:PAGE], status=status)) as running:
            try:
                perform(mode, running.url)
            except tryleap.LeapError as error:
                reported: Any = error
            else:
                assert (status, depth) == ("200 OK", 99)
                continue
        assert isinstance(reported.body, dict if depth < 100 else str)
        assert repr(pickle.loads(pickle.dumps(reported)).body) == repr(reported.body)
        assert isinstance(
            reported, tryleap.ResponseDecodeError if status == "200 OK" else tryleap.BadRequestError
        )


@pytest.mark.parametrize("of", ["objects", "arrays"])
@pytest.mark.parametrize("depth", [99, 300, 500, 700, 900, 980, 1_000, 20_000])
def test_a_webhook_may_be_nested_at_any_depth(of: str, depth: int) -> None:
    """A body that is nested too deeply is one that the service does not send."""
    body = f'{{"id": "m1", "more": {_nested(depth - 1, of=of)}}}'
    if depth < 100:
        assert tryleap.webhooks.parse(body).id == "m1"
        return
    for each in (body, body.encode()):
        with pytest.raises(tryleap.webhooks.WebhookBodyError, match="nested"):
            tryleap.webhooks.parse(each)


@pytest.mark.parametrize("depth", [100, 2_000, 60_000])
def test_a_webhook_that_a_framework_parsed_may_be_nested_at_any_depth(depth: int) -> None:
    """Nor does a dictionary end in an error that nobody can foresee."""
    more: Any = {}
    for _ in range(depth):
        more = {"a": more}
    if depth < 400:
        assert tryleap.webhooks.parse({"id": "m1", "more": more}).id == "m1"
        return
    with pytest.raises(tryleap.webhooks.WebhookBodyError, match="nested"):
        tryleap.webhooks.parse({"id": "m1", "more": more})


@BOTH
def test_what_is_known_of_deviations_does_not_grow_with_free_keys(mode: Mode) -> None:
    """A service that makes up fields is told of a bounded number of times, in lines of bounded length."""
    events: list[Any] = []
    count = iter(range(10**9))

    def behave(peer: Peer) -> None:
        peer.read_request()
        fields = {f"field-{next(count)}-{'x' * 10_000}": 0 for _ in range(100)}
        peer.send(response(json.dumps({**MODEL, **fields}).encode()))

    with server(behave) as running:

        async def scenario() -> int:
            client = mode.client(
                access_token="key-of-a-test",
                base_url=running.url,
                on_drift=lambda event: events.append(event.kind),
            )
            tracemalloc.start()
            try:
                for _ in range(3):
                    await mode.settle(client.image_models.get_model("m1"))
                events.clear()
                gc.collect()
                before = tracemalloc.get_traced_memory()[0]
                for _ in range(20):
                    await mode.settle(client.image_models.get_model("m1"))
                gc.collect()
                return tracemalloc.get_traced_memory()[0] - before
            finally:
                tracemalloc.stop()
                await mode.close(client)

        grown = mode.run(scenario)

    assert len(events) < 600
    # 2,000 fields with names of ten kilobytes each were read meanwhile.
    assert grown < 1_000_000
