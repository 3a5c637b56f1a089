"""Unpacking answers in bounded memory."""

from __future__ import annotations

import gzip
import zlib

import pytest

from templates.runtime.response.content import Content, GarbageError, TooLargeError

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
    with pytest.raises(GarbageError, match="was not asked for"):
        Content(encoding, 10)


def test_an_empty_packed_answer() -> None:
    """An empty content is empty, whatever it says of its packing."""
    assert Content("gzip", 10).finish() == b""


def test_the_limit() -> None:
    """Exactly the limit is allowed, and one byte more is not."""
    content = Content(None, 10)
    content.feed(b"x" * 10)
    assert content.finish() == b"x" * 10
    with pytest.raises(TooLargeError):
        content.feed(b"x")


def test_a_bomb_is_not_unpacked() -> None:
    """A small packed content that would unpack to a gigabyte stops at the limit."""
    bomb = gzip.compress(b"\0" * 50_000_000)
    content = Content("gzip", 1000)
    with pytest.raises(TooLargeError):
        content.feed(bomb)


def test_the_body_of_an_error_is_cut() -> None:
    """The body of an error is read up to the limit, without a complaint."""
    content = Content(None, 10, cut=True)
    content.feed(b"x" * 25)

    assert content.full
    assert content.finish() == b"x" * 10
