"""Multipart bodies, read by a parser that is not ours."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from templates.runtime._sync.upload import UploadStream
from templates.runtime.clock import Deadline
from templates.runtime.models.codecs import ANY, INT, STR, ListOf, MapOf
from templates.runtime.options import NOT_GIVEN
from templates.runtime.request.multipart import FileField, FormField, Multipart, escaped
from tests.support.clocks import ManualClock
from tests.support.file_arguments import Stream

NAME = re.compile(r'form-data; name="f"; filename="([^"]*)"')


class Part(NamedTuple):
    """A part of a body, as Werkzeug reads it."""

    name: str
    filename: str | None
    headers: dict[str, str]
    content: bytes


def sent(body: Multipart) -> tuple[bytes, str]:
    """Send a body to nowhere: its bytes, which are as many as it promises, and its boundary."""
    body.inspect()
    payload = body.payload()
    assert payload.media_type is not None
    content = b"".join(UploadStream(payload, None, Deadline(None, ManualClock())))
    assert payload.length == len(content)
    return content, payload.media_type.partition("boundary=")[2]


def parts(body: Multipart) -> list[Part]:
    """The parts of a body."""
    content, boundary = sent(body)
    decoder, found = MultipartDecoder(boundary.encode()), []
    decoder.receive_data(content)
    decoder.receive_data(None)
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            headers = {name.lower(): value for name, value in event.headers.items()}
            found.append(Part(event.name, getattr(event, "filename", None), headers, b""))
        elif isinstance(event, Data):
            found[-1] = found[-1]._replace(content=found[-1].content + event.data)
    return found


def test_fields_and_files() -> None:
    """Texts have a name alone, files have a name, a file name and a media type; the order stays."""
    body = Multipart(
        (
            FormField("name", "Alex é", STR),
            FormField("nothing", None, STR),
            FormField("nothing", NOT_GIVEN, STR),
            FormField("urls", ["u1", "u2"], ListOf(STR), explode=True),
            FormField("joined", ["u1", "u2"], ListOf(STR), explode=False),
            FormField("count", 3, INT),
            FormField("object", {"a": [1]}, MapOf(ANY)),
            FileField("files", [b"\x89PNG\r\n\x1a\n", ("é.jpg", b"x"), ("x", b"y", "text/x")], many=True),
        )
    )

    found = [
        (each.name, each.filename, each.headers.get("content-type"), each.content) for each in parts(body)
    ]

    assert found == [
        ("name", None, None, "Alex é".encode()),
        ("urls", None, None, b"u1"),
        ("urls", None, None, b"u2"),
        ("joined", None, None, b"u1,u2"),
        ("count", None, None, b"3"),
        ("object", None, "application/json", b'{"a":[1]}'),
        ("files", "file-1.png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("files", "é.jpg", "image/jpeg", b"x"),
        ("files", "x", "text/x", b"y"),
    ]


def test_each_attempt_has_a_boundary_of_its_own() -> None:
    """Boundaries are random, and long enough that no content has one."""
    body = Multipart((FileField("f", b"x"),))
    boundaries = {sent(body)[1] for _ in range(5)}

    assert len(boundaries) == 5
    assert all(len(each) >= 40 for each in boundaries)


def test_names_are_escaped_as_browsers_do() -> None:
    """The quote and line breaks are percent-encoded, all else is UTF-8."""
    assert escaped('a"b\r\nc') == b"a%22b%0D%0Ac"
    assert escaped("é%22") == "é%22".encode()
    assert escaped("\udcff.jpg") == b"\xff.jpg"


# Boundaries, line breaks and headers are what a content could use to end its own part.
CONTENTS = st.binary(max_size=200) | st.lists(
    st.sampled_from(
        [b"\r\n", b"--", b"\r\n--", b'Content-Disposition: form-data; name="f"', b"\r\n\r\n", b"x"]
    )
).map(b"".join)
# A percent sign would make the escapes ambiguous, as in every browser.
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%"), min_size=1, max_size=20)
TYPES = st.sampled_from(["image/png", "application/x-of-my-own"])


@given(st.lists(st.tuples(NAMES, CONTENTS, TYPES), min_size=1, max_size=5))
@example([('a"; filename="b', b"", "image/png")])
@example([("a\r\nX-Bad: yes\r\n\r\nbody", b"\r\n--", "image/png")])
@example([("a\\", b"--\r\n", "image/png"), ('a\\"b', b"x" * 65536, "image/png")])
@example([("a\x00b", b"\r\n--+++--\r\n", "image/png"), ("é ü 漢", b"x" * 600_000, "image/png")])
@example([("a;b=c", b"", "image/png"), ("a\nb", b"", "image/png")])
def test_any_files(files: list[tuple[str, bytes, str]]) -> None:
    """Whatever names and contents are, no name adds a header and no content ends its own part."""
    found = parts(Multipart((FileField("f", files, many=True),)))

    assert [set(each.headers) for each in found] == [{"content-disposition", "content-type"}] * len(files)
    names = [NAME.fullmatch(each.headers["content-disposition"]) for each in found]
    assert [unquote(name[1]) for name in names if name] == [name for name, _, _ in files]
    assert [(each.content, each.headers["content-type"]) for each in found] == [
        (content, media_type) for _, content, media_type in files
    ]


@pytest.mark.parametrize(
    ("field", "error", "text"),
    [
        (lambda: FileField("f", [], many=True, min_items=1), ValueError, "f has 0 items; 1 or more"),
        (lambda: FileField("f", [5], many=True, argument="the_files"), TypeError, r"the_files\[0\] must be"),
        (lambda: FormField("n", 5, STR), TypeError, "n must be a string, not int"),
        (lambda: FormField("n", "\ud800", STR), ValueError, "n contains a lone surrogate"),
        (lambda: FormField("n", ["a", None], ListOf(STR)), TypeError, r"n\[1\] must be a string"),
        (lambda: FormField("n", [], ListOf(STR), min_items=1), ValueError, "n has 0 items"),
    ],
)
def test_wrong_use(field: Any, error: type[Exception], text: str) -> None:
    """Wrong arguments are refused when the call is described, with their names."""
    with pytest.raises(error, match=text):
        Multipart((field(),))


def test_one_stream_twice() -> None:
    """A stream that cannot be rewound cannot be sent twice, and the message says which argument it is."""
    pipe = Stream(b"")
    with pytest.raises(ValueError, match=r"f\[1\] is the same stream"):
        Multipart((FileField("f", [pipe, pipe], many=True),)).inspect()


def test_texts_match_their_pattern() -> None:
    """A text, and each item of a list, must match the document's pattern; the message says where and what."""
    assert list(FormField("a", "AB1", STR, pattern="^[A-Z]+").texts()) == [("AB1", False)]
    with pytest.raises(ValueError, match=r"b must be text that matches \^\[A-Z\]\+\$, not 'ab'"):
        list(FormField("a", "ab", STR, pattern="^[A-Z]+$", argument="b").texts())
    with pytest.raises(ValueError, match=r"a\[1\] must be text that matches \^x, not 'y'"):
        list(FormField("a", ["x", "y"], ListOf(STR), pattern="^x").texts())


def test_files_have_a_least_length() -> None:
    """A file that is shorter than the document wants is refused before it is sent."""
    body = Multipart((FileField("f", b"abc", min_length=4),))
    with pytest.raises(ValueError, match="f has 3 bytes; 4 or more are required"):
        body.inspect()
    Multipart((FileField("f", b"abcd", min_length=4),)).inspect()


def test_only_images_are_looked_at() -> None:
    """A field that takes any file takes a text; that of images does not, whatever type the document gives."""
    text = b"a text that is longer than sixty-four characters, which no image would be" * 3
    Multipart((FileField("f", text),)).inspect()
    with pytest.raises(ValueError, match="f is text, not an image"):
        Multipart((FileField("f", text, images=True, media_type="image/png"),)).inspect()
