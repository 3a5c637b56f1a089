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


def test_quoted_and_plain_keys_are_twins(tmp_path: Path) -> None:
    """A key that stands once quoted and once plain stands twice."""
    with pytest.raises(GenerationError, match="'200' stands twice in one mapping, first in line 1"):
        read(tmp_path, '200: a\n"200": b\n')


def test_duplicate_key_in_json(tmp_path: Path) -> None:
    """JSON has no lines of its own to tell, but the message names one."""
    with pytest.raises(GenerationError, match=r"document\.json:3: .*'a' stands twice"):
        read(tmp_path, '{\n"a": 1,\n"a": 2\n}', "document.json")


@pytest.mark.parametrize("written", [".inf", "-.inf", ".nan"])
def test_what_json_cannot_say(tmp_path: Path, written: str) -> None:
    """Numbers that JSON does not have are refused in their place."""
    with pytest.raises(GenerationError, match=r"document\.yaml:1: #/key: .* is not a JSON number"):
        read(tmp_path, f"key: {written}\n")


def test_nan_in_json(tmp_path: Path) -> None:
    """The JSON reader refuses NaN too, which Python would accept."""
    with pytest.raises(GenerationError, match="NaN is not a JSON value"):
        read(tmp_path, '{"a": NaN}', "document.json")


@pytest.mark.parametrize("written", ["!!python/object:os.system x", "!local x", "!!binary aGk="])
def test_tags_build_nothing(tmp_path: Path, written: str) -> None:
    """No tag makes the loader build anything but plain data: ours are refused, YAML's own stay text."""
    if written.startswith("!local"):
        with pytest.raises(GenerationError, match="the tag !local"):
            read(tmp_path, f"key: {written}\n")
    else:
        assert read(tmp_path, f"key: {written}\n") == {"key": written.partition(" ")[2]}


def test_alias_of_itself(tmp_path: Path) -> None:
    """An alias inside its own anchor is refused."""
    with pytest.raises(GenerationError, match="an alias that contains itself"):
        read(tmp_path, "key: &a [*a]\n")


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
