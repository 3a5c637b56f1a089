"""load: scalars as YAML 1.2's core schema and JSON have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.generator.document.load import load
from scripts.generator.document.problems import GenerationError

SCALARS: list[tuple[str, Any]] = [
    ("no", "no"),
    ("Yes", "Yes"),
    ("on", "on"),
    ("2024-01-01", "2024-01-01"),
    ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
    ("12:30:45", "12:30:45"),
    ("1_000", "1_000"),
    ("012", 12),
    ("0o14", 12),
    ("0xC", 12),
    ("-7", -7),
    ("+7", 7),
    ("1e3", 1000.0),
    (".5", 0.5),
    ("true", True),
    ("False", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("'true'", "true"),
    ('"12"', "12"),
    ("=", "="),
]


def read(tmp_path: Path, text: str, name: str = "document.yaml") -> Any:
    """Load a text as a document."""
    path = tmp_path / name
    path.write_text(text)
    return load(path).data


@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_scalars(tmp_path: Path, written: str, value: Any) -> None:
    """A scalar has the value that YAML 1.2's core schema gives it, and its type."""
    found = read(tmp_path, f"key: {written}\n")["key"]

    assert found == value
    assert type(found) is type(value)


def test_keys_are_strings(tmp_path: Path) -> None:
    """A status that is not quoted is the same key as one that is."""
    assert read(tmp_path, "200: a\ntrue: b\nnull: c\n1.0: d\n") == {
        "200": "a",
        "true": "b",
        "null": "c",
        "1.0": "d",
    }


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("document.yaml", '200: a\n"200": b\n', "'200' is used twice in one mapping, first in line 1"),
        # JSON has no lines of its own to tell, but the message names one.
        ("document.json", '{\n"a": 1,\n"a": 2\n}', r"document\.json:3: .*'a' is used twice"),
        *(
            ("document.yaml", f"key: {number}\n", r"document\.yaml:1: #/key: .* is not a JSON number")
            for number in (".inf", "-.inf", ".nan")
        ),
        ("document.json", '{"a": NaN}', "NaN is not a JSON value"),
        ("document.yaml", "key: !local x\n", "the tag !local"),
        ("document.yaml", "key: &a [*a]\n", "an alias that contains itself"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    """Keys that stand twice, values that JSON cannot have, and what has no end are refused in their place."""
    with pytest.raises(GenerationError, match=said):
        read(tmp_path, text, name)


@pytest.mark.parametrize("written", ["!!python/object:os.system x", "!!binary aGk="])
def test_tags_build_nothing(tmp_path: Path, written: str) -> None:
    """No tag of YAML's makes the loader build anything but plain data: its value stays text."""
    assert read(tmp_path, f"key: {written}\n") == {"key": written.partition(" ")[2]}


def test_aliases_are_followed(tmp_path: Path) -> None:
    """An alias stands for what it names."""
    assert read(tmp_path, "a: &x {n: 1}\nb: *x\n") == {"a": {"n": 1}, "b": {"n": 1}}


# JSON writes characters beyond the first plane as two escapes, which YAML reads as two broken ones.
_text = st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF), max_size=8)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner, max_size=4),
    max_leaves=12,
)


@given(document=st.dictionaries(_text, _json, min_size=1, max_size=4))
def test_json_means_the_same_in_both_readers(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    """A document in ASCII JSON has the same content whether it is read as JSON or as YAML."""
    folder = tmp_path_factory.mktemp("load")
    text = json.dumps(document)

    assert read(folder, text, "document.json") == document
    assert read(folder, text, "document.yaml") == document
