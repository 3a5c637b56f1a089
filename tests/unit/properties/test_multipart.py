"""A training's body, read by parsers that have nothing to do with the one that wrote it."""

from __future__ import annotations

import io
import re
from typing import Any, NamedTuple
from urllib.parse import unquote

from hypothesis import example, given
from hypothesis import strategies as st
from python_multipart import MultipartParser

from .conftest import Sent

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
# Boundaries, line breaks and headers are what a content could use to end its own part.
CONTENTS = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [b"\r\n", b"--", b"\r\n--", b'Content-Disposition: form-data; name="name"', b"\r\n\r\n", b"x"]
        ),
        max_size=12,
    ).map(b"".join),
)
# A percent sign would make the escapes ambiguous, as in every browser.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%"), min_size=1, max_size=30)
TYPES = st.sampled_from(["image/png", "image/jpeg", "application/x-of-my-own"])
FILES = st.lists(st.tuples(NAMES, CONTENTS, TYPES), min_size=1, max_size=4)
_NAME = re.compile(rb'form-data; name="([^"]*)"(?:; filename="([^"]*)")?')


class Part(NamedTuple):
    """A part of a body."""

    name: str
    filename: str | None
    media_type: str | None
    content: bytes


def by_the_book(media_type: bytes, body: bytes) -> list[Part]:
    """Read a body as RFC 2046 has it: delimiters begin a line, and headers end at a blank one."""
    boundary = re.fullmatch(rb"multipart/form-data; boundary=([0-9A-Za-z'()+_,./:=? -]{1,70})", media_type)
    assert boundary is not None
    first, *raw, last = (b"\r\n" + body).split(b"\r\n--" + boundary[1])
    assert (first, last) == (b"", b"--\r\n")
    parts = []
    for each in raw:
        assert each.startswith(b"\r\n")
        head, content = each[2:].split(b"\r\n\r\n", 1)
        headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n"))
        match = _NAME.fullmatch(headers.pop(b"Content-Disposition"))
        assert match is not None
        kind = headers.pop(b"Content-Type", None)
        assert headers == {}
        filename = None if match[2] is None else match[2].decode()
        parts.append(Part(match[1].decode(), filename, None if kind is None else kind.decode(), content))
    return parts


def by_python_multipart(media_type: bytes, body: bytes) -> list[bytes]:
    """Read the contents with the parser that Starlette uses."""
    contents: list[bytearray] = []
    callbacks: Any = {
        "on_part_begin": lambda: contents.append(bytearray()),
        "on_part_data": lambda data, start, end: contents[-1].extend(data[start:end]),
    }
    parser = MultipartParser(media_type.split(b"boundary=")[1], callbacks)
    parser.write(body)
    parser.finalize()
    return [bytes(each) for each in contents]


@given(files=FILES, name=TEXTS, keyword=TEXTS)
@example(files=[('a"; filename="b', b"", "image/png")], name="\r\n", keyword='"')
@example(files=[("a\r\nContent-Type: text/html\r\n\r\n", b"\r\n--", "image/png")], name="", keyword="")
@example(files=[("a\\", b"--\r\n", "image/png")], name="--", keyword="\\")
def test_files_arrive_as_they_were_given(
    files: list[tuple[str, bytes, str]], name: str, keyword: str
) -> None:
    """Whatever names and contents hold, the parts are these, and none has ended another."""
    with Sent() as sent:
        sent.leap.image_models.train_model(name=name, subject_keyword=keyword, image_sample_files=files)
        media_type, body = sent.body()

    texts = [
        Part("name", None, None, name.encode()),
        Part("subjectKeyword", None, None, keyword.encode()),
    ]
    parts = [
        each._replace(filename=each.filename and unquote(each.filename))
        for each in by_the_book(media_type, body)
    ]
    given_files = [Part("imageSampleFiles", *(file[0], file[2], file[1])) for file in files]
    assert [part for part in parts if part.filename is not None] == given_files
    assert [part for part in parts if part.name in {"name", "subjectKeyword"}] == texts
    assert len(parts) == len(files) + len(texts) + sum(part.name == "subjectType" for part in parts)
    assert by_python_multipart(media_type, body) == [part.content for part in parts]
    assert sent.requests[-1].headers["Content-Length"] == str(len(body))


@given(urls=st.lists(TEXTS, min_size=1, max_size=5))
def test_urls_arrive_one_a_part(urls: list[str]) -> None:
    """The field is repeated, in the order given; nothing is joined or taken apart."""
    with Sent() as sent:
        sent.leap.image_models.train_model(image_sample_urls=urls)
        parts = by_the_book(*sent.body())

    assert [part.content.decode() for part in parts if part.name == "imageSampleUrls"] == urls


@given(content=CONTENTS)
def test_every_kind_of_file_says_the_same(content: bytes) -> None:
    """Bytes, a buffer, a file object, and one that cannot be rewound send the same content."""

    class Stream:
        """All that a file must have."""

        def __init__(self) -> None:
            self._file = io.BytesIO(content)

        def read(self, size: int = -1) -> bytes:
            return self._file.read(size)

    kinds: list[Any] = [content, bytearray(content), memoryview(content), io.BytesIO(content), Stream()]
    with Sent() as sent:
        sent.leap.image_models.train_model(image_sample_files=kinds)
        parts = by_the_book(*sent.body())

    assert [part.content for part in parts if part.filename is not None] == [content] * len(kinds)


def test_each_request_has_a_boundary_of_its_own() -> None:
    """A thousand requests, a thousand boundaries: nobody can foresee one."""
    with Sent() as sent:
        for _ in range(1000):
            sent.leap.image_models.train_model(image_sample_files=[b"x"])
        boundaries = {request.headers["Content-Type"] for request in sent.requests}

    assert len(boundaries) == 1000
    assert min(map(len, boundaries)) > len("multipart/form-data; boundary=") + 16
