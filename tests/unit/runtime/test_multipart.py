"""Multipart bodies, read by parsers that are not ours."""

from __future__ import annotations

import email.parser
import email.policy
import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_multipart.multipart import MultipartParser, parse_options_header

from templates.runtime._sync.upload import UploadStream
from templates.runtime.clock import Deadline
from templates.runtime.models.codecs import ANY, INT, STR, ListOf, MapOf
from templates.runtime.options import NOT_GIVEN
from templates.runtime.request.multipart import FileField, FormField, Multipart, escaped
from tests.support.clocks import ManualClock
from tests.support.file_arguments import Stream

NAME = re.compile(rb'^form-data; name="f"; filename="([^"]*)"$')


def sent(body: Multipart) -> tuple[bytes, str, int | None]:
    """Send a body to nowhere: its bytes, its boundary, the length that it promises."""
    body.inspect()
    payload = body.payload()
    assert payload.media_type is not None
    content = b"".join(UploadStream(payload, None, Deadline(None, ManualClock())))
    return content, payload.media_type.partition("boundary=")[2], payload.length


def parts(body: Multipart) -> list[tuple[dict[bytes, bytes], bytes]]:
    """The parts of a body as python-multipart reads them."""
    content, boundary, length = sent(body)
    found: list[tuple[dict[bytes, bytes], bytes]] = []
    state: dict[str, Any] = {}

    def begin() -> None:
        state.update(headers={}, name=b"", value=b"", data=b"")

    def end_header() -> None:
        state["headers"][state["name"].lower()] = state["value"]
        state.update(name=b"", value=b"")

    def collect(key: str) -> Any:
        return lambda data, start, end: state.update({key: state[key] + data[start:end]})

    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": begin,
            "on_part_end": lambda: found.append((state["headers"], state["data"])),
            "on_header_field": collect("name"),
            "on_header_value": collect("value"),
            "on_header_end": end_header,
            "on_part_data": collect("data"),
        },
    )
    parser.write(content)
    parser.finalize()
    assert length == len(content)
    return found


def disposition(headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
    return parse_options_header(headers[b"content-disposition"])[1]


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

    found = [(disposition(headers), headers.get(b"content-type"), data) for headers, data in parts(body)]

    assert found == [
        ({b"name": b"name"}, None, "Alex é".encode()),
        ({b"name": b"urls"}, None, b"u1"),
        ({b"name": b"urls"}, None, b"u2"),
        ({b"name": b"joined"}, None, b"u1,u2"),
        ({b"name": b"count"}, None, b"3"),
        ({b"name": b"object"}, b"application/json", b'{"a":[1]}'),
        ({b"name": b"files", b"filename": b"file-1.png"}, b"image/png", b"\x89PNG\r\n\x1a\n"),
        ({b"name": b"files", b"filename": "é.jpg".encode()}, b"image/jpeg", b"x"),
        ({b"name": b"files", b"filename": b"x"}, b"text/x", b"y"),
    ]


def test_each_attempt_has_a_boundary_of_its_own() -> None:
    """Boundaries are random, and long enough that no content has one."""
    body = Multipart((FileField("f", b"x"),))
    boundaries = {sent(body)[1] for _ in range(5)}

    assert len(boundaries) == 5
    assert all(len(each) >= 40 for each in boundaries)


@pytest.mark.parametrize("content", [b"", b"\r\n--+++--\r\n", b"\r\n--", b"x" * 65536, b"x" * 600_000])
def test_contents_arrive_as_they_are(content: bytes) -> None:
    """No content ends its own part."""
    assert [data for _, data in parts(Multipart((FileField("f", content),)))] == [content]


@pytest.mark.parametrize(
    "name",
    ['a"; filename="b', "a\r\nX-Bad: yes\r\n\r\nbody", "a\nb", "a\\", 'a\\"b', "é ü 漢", "a\x00b", "a;b=c"],
)
def test_names_inject_nothing(name: str) -> None:
    """A file name with quotes, line breaks or accents stays one name of one part."""
    (found,) = parts(Multipart((FileField("f", (name, b"x")),)))

    assert set(found[0]) == {b"content-disposition", b"content-type"}
    assert set(disposition(found[0])) == {b"name", b"filename"}
    assert found[1] == b"x"


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
@example([("a\r\nContent-Type: text/html\r\n\r\n", b"\r\n--", "image/png")])
@example([("a\\", b"--\r\n", "image/png")])
def test_any_files(files: list[tuple[str, bytes, str]]) -> None:
    """Whatever names and contents are, two independent parsers find the same parts."""
    body = Multipart((FileField("f", files, many=True),))
    content, boundary, _ = sent(body)
    head = f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + content)

    found = parts(body)
    names = [NAME.fullmatch(headers[b"content-disposition"]) for headers, _ in found]
    assert [unquote(name[1].decode()) for name in names if name] == [name for name, _, _ in files]
    assert [(data, headers[b"content-type"].decode()) for headers, data in found] == [
        (data, media_type) for _, data, media_type in files
    ]
    assert len(list(message.iter_parts())) == len(files)


@pytest.mark.parametrize(
    ("field", "error", "text"),
    [
        (lambda: FileField("f", [], many=True, min_items=1), ValueError, "f has 0 items; 1 or more"),
        (lambda: FileField("f", "a.jpg", many=True), TypeError, r"f must be a list, not str; .* give \[f\]"),
        (lambda: FileField("f", b"abc", many=True), TypeError, "f must be a list, not bytes"),
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
    """A field that does not say that it takes images takes any file."""
    text = b"a text that is longer than sixty-four characters, which no image would be" * 3
    Multipart((FileField("f", text),)).inspect()
    with pytest.raises(ValueError, match="f is text, not an image"):
        Multipart((FileField("f", text, images=True),)).inspect()
    with pytest.raises(ValueError, match="f is text, not an image"):
        Multipart((FileField("f", text, images=True, media_type="image/png"),)).inspect()
