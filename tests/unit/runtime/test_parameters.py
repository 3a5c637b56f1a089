"""Paths, queries and headers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.runtime.models.codecs import ANY, BOOL, DATE, FLOAT, INT, STR, ListOf, MapOf, Nullable
from templates.runtime.models.uuids import UUID_
from templates.runtime.operations import Call, Operation
from templates.runtime.options import NOT_GIVEN
from templates.runtime.request.headers import checked_headers
from templates.runtime.request.parameters import HeaderField, QueryField, path_value, query_text
from tests.support.sample_api import Widget


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        # These would change the address.
        *((value, ValueError, "must not be") for value in ("", ".", "..")),
        *((value, TypeError, "must be a string") for value in (None, 5, b"x", ["x"], True)),
        (Widget(id="t1", state="new"), TypeError, "must be a string, not a Widget: give the id of it"),
        ("\ud800", ValueError, "contains a lone surrogate"),
    ],
)
def test_segments_that_are_refused(value: Any, error: type[Exception], text: str) -> None:
    """What cannot be a segment of a path is refused with the argument's name, and the way out."""
    with pytest.raises(error, match=f"widget_id {text}"):
        path_value("widget_id", value)


def test_a_segment_is_encoded_whole() -> None:
    """Nothing in a segment can end it."""
    assert path_value("widget_id", "a/b?c#d %") == "a%2Fb%3Fc%23d%20%25"
    assert path_value("widget_id", "%2e%2e") == "%252e%252e"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: text not in {".", ".."})
)
def test_any_segment_arrives_intact(value: str) -> None:
    """Decoding a segment gives the value back, and it has no character with a meaning."""
    found = path_value("widget_id", value)

    assert unquote(found) == value
    assert not set(found) & set("/?#\\ \r\n")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (QueryField("q", None, STR), ""),
        (QueryField("q", NOT_GIVEN, Nullable(STR)), ""),
        (QueryField("q", "a b&c=d", STR), "q=a%20b%26c%3Dd"),
        (QueryField("q", True, BOOL), "q=true"),
        (QueryField("q", 3, INT), "q=3"),
        (QueryField("q", 0.5, FLOAT), "q=0.5"),
        (QueryField("q", dt.date(2026, 1, 2), DATE), "q=2026-01-02"),
        (QueryField("q", UUID(int=1), UUID_), "q=00000000-0000-0000-0000-000000000001"),
        (QueryField("q", ["a", "b,c"], ListOf(STR)), "q=a&q=b%2Cc"),
        (QueryField("q", ["a", "b"], ListOf(STR), explode=False), "q=a%2Cb"),
        (QueryField("q", ["a", "b"], ListOf(STR), explode=False, style="pipeDelimited"), "q=a%7Cb"),
        (QueryField("q", ["a", "b"], ListOf(STR), explode=False, style="spaceDelimited"), "q=a%20b"),
        (QueryField("q", [], ListOf(STR)), ""),
        (QueryField("q", {"a": 1, "b": 2}, MapOf(INT)), "a=1&b=2"),
        (QueryField("q", {"a": 1, "b": 2}, MapOf(INT), explode=False), "q=a%2C1%2Cb%2C2"),
        (QueryField("q", {"a": 1}, MapOf(INT), style="deepObject"), "q%5Ba%5D=1"),
        (QueryField("q", {"a": [1]}, ANY, json=True), "q=%7B%22a%22%3A%5B1%5D%7D"),
    ],
)
def test_queries(field: QueryField, expected: str) -> None:
    """Each style of a parameter is written as the standard has it."""
    assert query_text((field,)) == expected


def test_the_argument_is_named() -> None:
    """A message names the argument as the caller knows it, and the item in it."""
    with pytest.raises(TypeError, match=r"the_list\[1\] must be a string, not int"):
        query_text((QueryField("theList", ["a", 5], ListOf(STR), argument="the_list"),))
    with pytest.raises(TypeError, match=r"the_list must be a list, not str; for a single one give \[the_"):
        query_text((QueryField("theList", "a", ListOf(STR), argument="the_list"),))


def test_headers_of_the_document() -> None:
    """A header parameter is one text."""
    assert HeaderField("X", ["a", "b"], ListOf(STR)).one_text() == "a,b"
    assert HeaderField("X", {"a": 1}, MapOf(INT)).one_text() == "a,1"
    assert HeaderField("X", {"a": 1}, MapOf(INT), json=True).one_text() == '{"a":1}'


@pytest.mark.parametrize("value", ["qq\nqz", "qq\rq", "q\r\nInjected: yes", "qq\x00z", "é", " qqz", "qqz "])
def test_header_values_that_cannot_be_sent(value: str) -> None:
    """A value with a line break is refused, and never quoted: it may be a secret."""
    with pytest.raises(ValueError, match="the value of the header X-Mine") as caught:
        checked_headers("extra_headers", {"X-Mine": value})
    assert value.strip() not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\n", "é", "Content-Length", "transfer-encoding"])
def test_header_names_that_cannot_be_sent(name: str) -> None:
    """A name that is none, or that the body decides, is refused."""
    with pytest.raises(ValueError, match="extra_headers"):
        checked_headers("extra_headers", {name: "x"})


def test_an_operation_without_placeholders_keeps_its_path() -> None:
    """The query follows the path, and messages show the path alone."""
    operation: Operation[Any] = Operation(id="x", name="x", method="get", path="/x", responses={})
    call = Call(operation, query=(QueryField("a", "b", STR),))

    assert call.target == "/x?a=b"
    assert call.path == "/x"
