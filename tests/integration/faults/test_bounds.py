"""What a server sends costs the client no more than it should, in time and in memory."""

from __future__ import annotations

import gc
import itertools
import json
import time
import tracemalloc
from typing import Any

import pytest

import tryleap
from tests.support.fault_server import FaultServer, Peer, response
from tests.support.modes import BOTH, Mode
from tests.support.nesting import nested, nested_text

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


@pytest.mark.parametrize("status", [400, 502])
def test_an_error_without_an_end_is_read_to_its_limit_and_no_further(mode: Mode, status: int) -> None:
    """The beginning of its body is what there is to say, and the call ends with it."""
    sent = itertools.count()
    head = response(status=status, content_type="text/plain", headers={"Connection": "close"}, length=None)

    def endless(peer: Peer) -> None:
        peer.read_request()
        peer.send(head)
        while next(sent) < 10_000:
            peer.send(b"a" * 65536)

    error = failure(mode, endless, timeout=20.0)

    assert isinstance(error, tryleap.APIStatusError)
    assert error.body == "a" * PAGE
    assert next(sent) * 65536 < 16 * 1024 * 1024


@pytest.mark.parametrize("depth", [98, 101, 500, 980, 20_000])
@pytest.mark.parametrize("kind", ["objects", "arrays", "parsed"])
def test_a_webhook_may_be_nested_at_any_depth(depth: int, kind: str) -> None:
    """A body, or what a framework made of it, that is nested too deeply is none that the service sends."""
    if kind == "parsed":
        bodies: list[Any] = [{"id": "m1", "more": nested("", depth)}]
    else:
        body = f'{{"id": "m1", "more": {nested_text(depth, kind)}}}'
        bodies = [body, body.encode()]
    for each in bodies:
        if depth < 100:
            assert tryleap.webhooks.parse(each).id == "m1"
        else:
            with pytest.raises(tryleap.webhooks.WebhookBodyError, match="nested"):
                tryleap.webhooks.parse(each)


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
