"""Unpacking answers in bounded memory."""

from __future__ import annotations

import gzip
import json
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.runtime.json_limits import JSONLimitError, parse_json
from templates.runtime.response.content import (
    Content,
    GarbageError,
    TooLargeError,
)

DATA = b'{"a": 1}' * 1000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        (None, DATA),
        ("", DATA),
        ("identity", DATA),
        ("gzip", gzip.compress(DATA, mtime=0)),
        ("GZIP", gzip.compress(DATA, mtime=0)),
        ("x-gzip", gzip.compress(DATA, mtime=0)),
        ("deflate", zlib.compress(DATA)),
        ("deflate", raw_deflate(DATA)),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_unpacking(encoding: str | None, packed: bytes, step: int) -> None:
    """Each packing is unpacked, however it is cut into pieces."""
    content = Content(encoding, 100_000)
    for start in range(0, len(packed), step):
        content.feed(packed[start : start + step])

    assert content.finish() == DATA


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", b"no gzip at all"), ("deflate", b"\xff" * 20), ("gzip", gzip.compress(DATA, mtime=0)[:-10])],
)
def test_garbage(encoding: str, packed: bytes) -> None:
    """What cannot be unpacked, or ends too early, is told."""
    content = Content(encoding, 100_000)
    with pytest.raises(GarbageError):  # noqa: PT012 - either step may find out
        content.feed(packed)
        content.finish()


@pytest.mark.parametrize("encoding", ["br", "gzip, br", "zstd"])
def test_packings_that_were_not_asked_for(encoding: str) -> None:
    """An unknown packing is told by its name."""
    with pytest.raises(GarbageError, match="was not requested"):
        Content(encoding, 10)


def test_an_empty_packed_response() -> None:
    """An empty content is empty, whatever it says of its packing."""
    assert Content("gzip", 10).finish() == b""


def test_the_limit() -> None:
    """Exactly the limit is allowed, and one byte more is not."""
    content = Content(None, 10)
    content.feed(b"x" * 10)
    assert content.finish() == b"x" * 10
    with pytest.raises(TooLargeError):
        content.feed(b"x")


# Encoding; what comes first, and again and again after it; what is said of it.
ENDLESS = {
    "bomb": ("gzip", b"", gzip.compress(b"\0" * 50_000_000), TooLargeError, None),
    "behind gzip": ("gzip", gzip.compress(DATA), b"\0" * 65536, GarbageError, "follows the end"),
    "behind deflate": ("deflate", zlib.compress(DATA), b"\0" * 65536, GarbageError, "follows the end"),
    "members of gzip": ("gzip", b"", gzip.compress(DATA) * 2, GarbageError, "follows the end"),
    "empty blocks": ("deflate", b"\x78\x9c", b"\0\0\0\xff\xff" * 10_000, TooLargeError, None),
    "name of a file": ("gzip", b"\x1f\x8b\x08\x08\0\0\0\0\0\xff", b"a" * 65536, TooLargeError, None),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_packed_content_is_read_to_its_end_and_no_further(what: str) -> None:
    """What follows the end of packed content is refused, and so is packing that never comes to anything."""
    encoding, first, again, error, words = ENDLESS[what]
    content = Content(encoding, 1_000_000)
    content.feed(first)
    with pytest.raises(error, match=words):  # noqa: PT012 - any of them may be the one too many
        for _ in range(100):
            content.feed(again)


def test_the_body_of_an_error_is_cut() -> None:
    """The body of an error is read up to the limit, without a complaint."""
    content = Content(None, 10, cut=True)
    content.feed(b"x" * 25)

    assert content.full
    assert content.finish() == b"x" * 10


texts = st.text(alphabet='[]{}"\\,:ab\u00e9', max_size=6)
documents = st.recursive(
    texts | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def depth_of(value: object) -> int:
    """How deep a value is nested, by walking it."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(documents, st.booleans())
def test_the_depth_is_that_outside_of_strings(value: object, ascii_only: bool) -> None:
    """Brackets, quotes and backslashes in strings and keys do not change where JSON is too deep."""
    deep: object = value
    for _ in range(100 - depth_of(value)):
        deep = [deep]
    content = json.dumps(deep, ensure_ascii=ascii_only).encode()

    assert parse_json(content, 10_000) == deep
    with pytest.raises(JSONLimitError, match="nested more than 100 deep"):
        parse_json(b"[" + content + b"]", 10_000)


MANY = {
    "objects": b'{"models": [' + b"{}," * 4_000_000 + b"{}]}",
    "arrays": b'{"models": [' + b"[]," * 4_000_000 + b"[]]}",
    "numbers": b'{"models": [], "more": [' + b"1," * 4_000_000 + b"1]}",
    "keys": b"{" + b",".join(b'"%x":0' % number for number in range(600_000)) + b"}",
    "objects in UTF-16": ('{"models": [' + "{}," * 4_000_000 + "{}]}").encode("utf-16-le"),
}


@pytest.mark.parametrize("what", MANY)
def test_too_many_values_are_refused(what: str) -> None:
    """What would become gigabytes is refused before it is parsed."""
    began = time.process_time()
    with pytest.raises(JSONLimitError, match="more than the 1000000 values"):
        parse_json(MANY[what], 1_000_000)

    assert time.process_time() - began < 5.0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_values_are_counted_in_every_encoding(encoding: str) -> None:
    """Characters whose bytes look like quotes or commas hide no value, and are none."""
    many = '{"more": "\u2200", "models": [' + "{}," * 2000 + "{}]}"
    few = '{"more": "' + "\u2c2c" * 5000 + '", "models": []}'

    assert parse_json(few.encode(encoding), 1000) == json.loads(few)
    with pytest.raises(JSONLimitError, match="more than the 1000 values"):
        parse_json(many.encode(encoding), 1000)
