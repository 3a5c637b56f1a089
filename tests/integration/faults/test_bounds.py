"""What a server sends costs the client no more than it should, in time and in memory."""

from __future__ import annotations

import gc
import gzip
import itertools
import json
import time
import tracemalloc
import zlib
from typing import Any

import pytest

import tryleap
from tests.support.fault_server import FaultServer, Peer, response
from tests.support.modes import BOTH, Mode

from .calls import failure
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
    began = time.process_time()
    error = failure(mode, response(PAGES[page].encode(), status=502, content_type="text/html"), timeout=20.0)

    assert error.status_code == 502
    # In seconds of CPU: many times what it takes, and far from what the square of the size would.
    assert time.process_time() - began < 3.0


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


def _head(encoding: str, content_type: str = "application/json", status: int = 200) -> bytes:
    headers = {"Content-Encoding": encoding, "Connection": "close"}
    return response(status=status, content_type=content_type, headers=headers, length=None)


GZIPPED = gzip.compress(MODEL_JSON)
ZIPPED = zlib.compress(MODEL_JSON)
MIB = 1024 * 1024
TOO_MANY = "more than the 67108864 bytes"
# The head and the piece of a response; what is said of it; bytes that may be sent until then.
ENDLESS: dict[str, tuple[bytes, bytes, str, int]] = {
    "behind gzip": (_head("gzip") + GZIPPED, b"\0" * 65536, "follows the end", 16 * MIB),
    "behind deflate": (_head("deflate") + ZIPPED, b"\0" * 65536, "follows the end", 16 * MIB),
    "members of gzip": (_head("gzip"), GZIPPED * 100, "follows the end", 16 * MIB),
    "empty blocks": (_head("deflate") + b"\x78\x9c", b"\0\0\0\xff\xff" * 10000, TOO_MANY, 96 * MIB),
    "name of a file": (_head("gzip") + b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", b"a" * 65536, TOO_MANY, 96 * MIB),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_packed_content_is_read_to_its_end_and_no_further(mode: Mode, what: str) -> None:
    """What follows the end of packed content is refused, and so is packing that never comes to anything."""
    head, piece, words, most = ENDLESS[what]
    endless, began = Endless(head, piece), time.process_time()
    error = failure(mode, endless, timeout=20.0)

    assert isinstance(error, tryleap.ResponseDecodeError)
    assert words in str(error)
    assert endless.sent < most
    # The server's own work, of 64 MiB at most, is in it.
    assert time.process_time() - began < 5.0


@pytest.mark.parametrize("status", [400, 502])
def test_an_error_without_an_end_is_read_to_its_limit_and_no_further(mode: Mode, status: int) -> None:
    """The beginning of its body is what there is to say, and the call ends with it."""
    endless = Endless(_head("identity", "text/plain", status), b"a" * 65536)
    error = failure(mode, endless, timeout=20.0)

    assert isinstance(error, tryleap.APIStatusError)
    assert error.body == "a" * PAGE
    assert endless.sent < 16 * MIB


def _nested(depth: int, *, of: str) -> str:
    return ('{"a":' * depth + "0" + "}" * depth) if of == "objects" else "[" * depth + "]" * depth


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
    count = itertools.count()

    def behave(peer: Peer) -> None:
        peer.read_request()
        fields = {f"field-{next(count)}-{'x' * 10_000}": 0 for _ in range(100)}
        peer.send(response(json.dumps({**MODEL, **fields}).encode()))

    async def grown(client: Any) -> int:
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

    with FaultServer(behave) as running:
        options = {"base_url": running.url, "on_drift": lambda event: events.append(event.kind)}
        # 2,000 fields with names of ten kilobytes each are read meanwhile.
        assert mode.use(lambda: mode.client(access_token="key-of-a-test", **options), grown) < 1_000_000

    assert len(events) < 600
