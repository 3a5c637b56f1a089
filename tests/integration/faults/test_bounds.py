"""What a server sends costs the client no more than it should, in time and in memory."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from typing import Any

import pytest

import tryleap

from .driver import MODES
from .hostile import failure, perform, response, server
from .server import Behaviour, Peer
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
}


@pytest.mark.parametrize("mode", MODES[:2])
@pytest.mark.parametrize("page", PAGES)
def test_the_work_on_an_error_page_is_in_proportion_to_its_size(mode: str, page: str) -> None:
    """Whatever a page of an error holds, its error is there at once."""
    answer = response(PAGES[page].encode(), status="502 Bad", content_type="text/html")
    with server(answer) as running:
        perform_time = -time.process_time()
        error: Any = failure(lambda: perform(mode, running.url, timeout=20.0))
        perform_time += time.process_time()

    assert error.status_code == 502
    # In seconds of CPU: many times what it takes, and far from what the square of the size would.
    assert perform_time < 3.0


@pytest.mark.parametrize("mode", MODES[:2])
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<html><head><title>Bad &amp; gone</title></head><body>x</body></html>", "Bad & gone"),
        ("<TITLE lang=en>\n Bad\n gone </TITLE >", "Bad gone"),
        ("<p>Bad<script>a<b</script > and<!-- no > --> <b>gone</b><style>x", "Bad and gone"),
        ("<p>Bad < gone", "Bad"),
    ],
)
def test_an_error_page_is_quoted_by_its_title_or_its_text(mode: str, page: str, words: str) -> None:
    """A page of a proxy is quoted by its title; where it has none, by what a reader would see."""
    with server(response(page.encode(), status="502 Bad", content_type="text/html")) as running:
        error = failure(lambda: perform(mode, running.url))

    assert f"the server says {words!r}." in str(error)


MODEL_JSON = json.dumps(dict(MODEL)).encode()


def _without_end(head: bytes, piece: bytes) -> Behaviour:
    """Send the beginning of an answer, and the same piece after it until the client gives up."""

    def behave(peer: Peer) -> None:
        peer.read_request()
        peer.send(head)
        while True:
            peer.send(piece)

    return behave


def _packed_head(encoding: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()


GZIPPED = gzip.compress(MODEL_JSON)
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "behind the end of gzip": (_packed_head("gzip") + GZIPPED, b"\0" * 65536),
    "behind the end of deflate": (_packed_head("deflate") + zlib.compress(MODEL_JSON), b"\0" * 65536),
    "members of gzip": (_packed_head("gzip"), GZIPPED * 100),
    "empty blocks": (_packed_head("deflate") + b"\x78\x9c", b"\0\0\0\xff\xff" * 10000),
    "name of a file in gzip": (_packed_head("gzip") + b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", b"a" * 65536),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", ENDLESS)
def test_packed_content_is_read_to_its_end_and_no_further(mode: str, what: str) -> None:
    """What follows the end of packed content is refused, and so is packing that never comes to anything."""
    with server(_without_end(*ENDLESS[what])) as running:
        began = time.process_time()
        error = failure(lambda: perform(mode, running.url, timeout=20.0))

    assert isinstance(error, tryleap.ResponseDecodeError)
    # The server's own work, of 64 MiB at most, is in it.
    assert time.process_time() - began < 5.0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_packed_content_may_come_byte_by_byte(mode: str, pack: Any) -> None:
    """An end that comes alone is an end like any other."""
    name = "gzip" if pack is gzip.compress else "deflate"

    def behave(peer: Peer) -> None:
        peer.read_request()
        content = pack(MODEL_JSON)
        peer.send(
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {name}\r\n"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
        )
        for each in content:
            peer.send(bytes([each]))

    with server(behave) as running:
        assert perform(mode, running.url).id == "m1"
