"""Reading and writing models: generously, strictly, and there and back."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from templates.runtime.models.codecs import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    FLOAT,
    INT,
    NONE,
    STR,
    Codec,
    ListOf,
    Literals,
    MapOf,
    ModelOf,
    Nullable,
    OpenLiterals,
    UnionOf,
)
from templates.runtime.models.decode_context import LENIENT, STRICT, DecodeContext, DecodeError, path_text
from templates.runtime.models.uuids import UUID_
from templates.runtime.options import NOT_GIVEN
from tests.support.nesting import nested
from tests.support.sample_api import WIDGET, Complaint, Widget

WIDGET_CODEC = ModelOf(Widget)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def reported(codec: Codec, value: Any) -> list[tuple[str, str]]:
    """Kinds and places of what a generous reading tells."""
    found: list[tuple[str, str]] = []
    context = DecodeContext(report=lambda drift: found.append((drift.kind, path_text(drift.path))))
    codec.decode(value, context, None)
    return found


def refused(codec: Codec, value: Any) -> str | None:
    """The place that a strict reading refuses."""
    try:
        codec.decode(value, STRICT, None)
    except DecodeError as error:
        return error.path
    return None


@pytest.mark.parametrize(
    ("changed", "kinds", "place"),
    [
        ({}, [], None),
        ({"surprise": 1}, [("unknown_field", "surprise")], None),
        ({"theState": "sleeping"}, [("unknown_value", "theState")], None),
        ({"theState": None}, [("null", "theState")], "theState"),
        ({"theState": 5}, [("wrong_type", "theState")], "theState"),
        ({"id": NOT_GIVEN}, [("missing_field", "id")], "id"),
        ({"size": True}, [("wrong_type", "size")], "size"),
        ({"size": 1.5}, [("wrong_type", "size")], "size"),
        ({"size": 2.0}, [], None),
        ({"note": None}, [], None),
        ({"size": None}, [("null", "size")], "size"),
        ({"parts": [WIDGET, {"id": "x"}]}, [("missing_field", "parts[1].theState")], "parts[1].theState"),
        ({"parts": {}}, [("wrong_type", "parts")], "parts"),
        ({"parts": [None]}, [("null", "parts[0]")], "parts[0]"),
    ],
)
def test_deviations(changed: dict[str, Any], kinds: list[tuple[str, str]], place: str | None) -> None:
    """A departure is told with its place, refused where it is severe, and round-trips all the same."""
    source = {key: value for key, value in {**WIDGET, **changed}.items() if value is not NOT_GIVEN}
    before = copy.deepcopy(source)

    assert reported(WIDGET_CODEC, source) == kinds
    assert refused(WIDGET_CODEC, source) == place
    assert Widget.from_dict(source).to_dict() == source
    assert source == before


def test_missing_and_null() -> None:
    """Both read as None, and each is written as it was."""
    source = {"id": None, "note": None}
    widget = Widget.from_dict(source)

    assert (widget.id, widget.state, widget.note, widget.size) == (None, None, None, None)
    assert widget.to_dict() == source
    assert copy.copy(widget).to_dict() == source
    assert copy.deepcopy(widget).to_dict() == source
    assert pickle.loads(pickle.dumps(widget)).to_dict() == source


def test_tools_of_attrs() -> None:
    """`asdict` shows the attributes alone, and `evolve` keeps what was null apart from what was missing."""
    widget = Widget.from_dict({"id": None, "theState": "new", "more": [1]})

    assert attrs.asdict(widget) == {
        "id": None,
        "state": "new",
        "size": None,
        "note": None,
        "parts": None,
        "additional_properties": {"more": [1]},
    }
    assert attrs.evolve(widget, state="done").to_dict() == {"id": None, "theState": "done", "more": [1]}


def test_a_change_is_written() -> None:
    """What a caller sets after reading is written, also where it was missing or null."""
    widget = Widget.from_dict({"id": None})
    widget.id = "x"
    widget.size = 3
    widget.additional_properties["more"] = [1]

    assert widget.to_dict() == {"id": "x", "size": 3, "more": [1]}


def test_what_a_caller_makes() -> None:
    """None is left out where null is not allowed, and NOT_GIVEN always."""
    widget = Widget(id="x", state="new", size=None, note=NOT_GIVEN, parts=[Widget(id="y", state="done")])  # type: ignore[arg-type]

    assert widget.to_dict() == {"id": "x", "theState": "new", "parts": [{"id": "y", "theState": "done"}]}


def test_nothing_is_shared() -> None:
    """Changing what was read does not change what it was read from."""
    source = {**WIDGET, "more": {"a": [1]}, "parts": [dict(WIDGET)]}
    widget = Widget.from_dict(source)
    widget.additional_properties["more"]["a"].append(2)
    assert widget.parts is not None
    widget.parts.clear()

    assert source == {**WIDGET, "more": {"a": [1]}, "parts": [dict(WIDGET)]}
    widget.to_dict()["more"]["a"].append(3)
    assert widget.additional_properties["more"] == {"a": [1, 2]}


def test_equality_and_repr() -> None:
    """Two readings of the same are equal, whatever was null or missing, and show their fields."""
    assert Widget.from_dict(WIDGET) == Widget(id="t1", state="new")
    assert repr(Widget.from_dict(WIDGET)).startswith("Widget(id='t1', state='new', size=None")


def test_no_mapping() -> None:
    """What is no mapping is refused."""
    with pytest.raises(TypeError, match="takes a mapping, not list"):
        Widget.from_dict([])  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(["id", "theState", "size", "note", "parts", "x", "y"]), json_values))
@example({"id": True, "x": 1, "y": 1.0})
@example({"additional_properties": 1, "_nulls": 2, "_fields": 3, "__class__": 4})
def test_any_object_comes_back(source: dict[str, Any]) -> None:
    """Whatever an object holds, it is read generously and comes back as it was, with its types."""
    # An integer may be written as 1.0, so of widgets the types may differ.
    assert json.dumps(Complaint.from_dict(source).to_dict()) == json.dumps(source)
    for kind in (Widget, Complaint):
        model = kind.from_dict(source)
        assert model.to_dict() == source
        assert kind.from_dict(model.to_dict()) == model
        assert pickle.loads(pickle.dumps(model)) == model == copy.deepcopy(model)


@given(json_values)
def test_lenient_and_strict_agree(value: Any) -> None:
    """What is as documented is the same strictly and leniently; only of the rest something is told."""
    for codec in (WIDGET_CODEC, ListOf(STR), MapOf(INT), UnionOf(INT, STR, WIDGET_CODEC), Nullable(FLOAT)):
        severe = [
            kind for kind, _ in reported(codec, value) if kind not in ("unknown_field", "unknown_value")
        ]
        if severe:
            assert refused(codec, value) is not None
        else:
            assert codec.decode(value, STRICT, None) == codec.decode(value, LENIENT, None)


@pytest.mark.parametrize(
    ("codec", "value", "expected"),
    [
        (DATE, "2026-01-02", dt.date(2026, 1, 2)),
        (DATETIME, "2026-01-02T03:04:05Z", dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)),
        (UUID_, "00000000-0000-0000-0000-000000000001", UUID(int=1)),
        (INT, 3.0, 3),
        (FLOAT, 3, 3),
        (BOOL, True, True),
        (NONE, None, None),
        (ANY, {"a": [1]}, {"a": [1]}),
        (Literals("a", 1), "a", "a"),
        (MapOf(DATE), {"k": "2026-01-02"}, {"k": dt.date(2026, 1, 2)}),
        (UnionOf(INT, DATE), "2026-01-02", dt.date(2026, 1, 2)),
        (Nullable(DATE), None, None),
        (OpenLiterals("a"), "a", "a"),
    ],
)
def test_values(codec: Codec, value: Any, expected: Any) -> None:
    """Each codec reads what is as documented, also strictly, and writes it as it was."""
    found = codec.decode(value, STRICT, None)

    assert found == expected
    assert type(found) is type(expected)
    assert codec.check(found, "x") == value


@pytest.mark.parametrize(
    ("codec", "value", "kind"),
    [
        (DATE, "tomorrow", "wrong_type"),
        (UUID_, "x", "wrong_type"),
        (Literals("a", "b"), "c", "wrong_value"),
        (Literals(1, 2), True, "wrong_value"),
        (Literals("a"), None, "null"),
        (INT, "1", "wrong_type"),
        (STR, 1, "wrong_type"),
        (BOOL, 1, "wrong_type"),
        (UnionOf(INT, BOOL), "x", "wrong_type"),
    ],
)
def test_values_that_depart(codec: Codec, value: Any, kind: str) -> None:
    """A generous reading keeps what it cannot read, and tells."""
    assert reported(codec, value) == [(kind, "")]
    assert codec.decode(value, LENIENT, None) is value
    assert refused(codec, value) == ""


def test_known_values_in_a_list() -> None:
    """A list of strings of which only some are known is not taken as it is: the others are told."""
    assert reported(ListOf(OpenLiterals("a")), ["a", "b"]) == [("unknown_value", "[1]")]
    assert reported(ListOf(OpenLiterals("a")), ["a", "a"]) == []
    assert refused(ListOf(Literals("a")), ["a", "b"]) == "[1]"


@pytest.mark.parametrize("place", ["id", "theState", "note", "size", "unknown"])
def test_what_is_kept_as_it_is_may_be_nested_100_deep(place: str) -> None:
    """What encodes a value whose structure is not documented is recursive, so deeper ones are refused."""
    context = DecodeContext(limit_depth=True)
    WIDGET_CODEC.decode({**WIDGET, place: nested([], 98)}, context, None)

    for depth in (99, 2_000):
        with pytest.raises(DecodeError, match="nested more than 100 deep") as caught:
            WIDGET_CODEC.decode({**WIDGET, place: nested([], depth)}, context, None)
        assert caught.value.path == place


def test_models_in_models_may_be_nested_100_deep() -> None:
    """A widget in the parts of another one is two levels deeper."""
    value: dict[str, Any] = WIDGET
    for _ in range(49):
        value = {**WIDGET, "parts": [value]}
    WIDGET_CODEC.decode(value, DecodeContext(limit_depth=True), None)

    with pytest.raises(DecodeError, match="nested more than 100 deep"):
        WIDGET_CODEC.decode({**WIDGET, "parts": [value]}, DecodeContext(limit_depth=True), None)


@pytest.mark.parametrize("codec", [UnionOf(INT, ANY), UnionOf(INT, ListOf(ANY))])
def test_what_a_union_holds_may_be_nested_100_deep(codec: Codec) -> None:
    """A variant that takes anything takes nothing deeper."""
    context = DecodeContext(limit_depth=True)
    codec.decode([nested([], 98)], context, None)

    with pytest.raises(DecodeError, match="nested more than 100 deep"):
        codec.decode([nested([], 100)], context, None)


@pytest.mark.parametrize(
    "codec", [ListOf(WIDGET_CODEC), MapOf(WIDGET_CODEC), UnionOf(INT, ListOf(WIDGET_CODEC))]
)
def test_the_deadline_is_checked_between_items(codec: Codec) -> None:
    """A long list or map takes longer to decode than a deadline allows."""
    checks: list[None] = []
    items = dict.fromkeys(map(str, range(1_000)), WIDGET)
    value = items if isinstance(codec, MapOf) else list(items.values())
    codec.decode(value, DecodeContext(check_deadline=lambda: checks.append(None)), None)

    assert len(checks) == 4


def test_a_union_is_strict_inside() -> None:
    """A variant with a missing field does not win over one that fits."""
    codec = UnionOf(WIDGET_CODEC, ModelOf(Complaint))

    assert isinstance(codec.decode({"message": "x"}, LENIENT, None), Complaint)
    assert isinstance(codec.decode(WIDGET, LENIENT, None), Widget)


def test_additions_inside_a_union() -> None:
    """Of the variant that fits, additions are told with their places; of one that does not fit, none."""
    codec = ListOf(UnionOf(ModelOf(Complaint), WIDGET_CODEC))

    assert reported(
        codec, [{"message": 5, "id": "x", "theState": "sleeping", "parts": [{**WIDGET, "more": 1}]}]
    ) == [
        ("unknown_value", "[0].theState"),
        ("unknown_field", "[0].parts[0].more"),
        ("unknown_field", "[0].message"),
    ]


def test_a_discriminator_decides() -> None:
    """The property that tells variants apart decides, and the chosen one is read generously."""
    codec = UnionOf(ModelOf(Complaint), WIDGET_CODEC, discriminator="kind", mapping={"widget": WIDGET_CODEC})
    found = codec.decode({"kind": "widget", "id": "x"}, LENIENT, None)

    assert isinstance(found, Widget)
    assert refused(codec, {"kind": "widget", "id": "x"}) == "theState"


@pytest.mark.parametrize(
    ("codec", "value", "written"),
    [
        (ListOf(DATE), (dt.date(2026, 1, 2),), ["2026-01-02"]),
        (WIDGET_CODEC, Widget(id="x", state="new"), {"id": "x", "theState": "new"}),
        (WIDGET_CODEC, {"id": "x"}, {"id": "x"}),
        (UnionOf(INT, STR), "x", "x"),
        (OpenLiterals("a"), "b", "b"),
    ],
)
def test_what_is_sent(codec: Codec, value: Any, written: Any) -> None:
    """Values of the right type are written as JSON."""
    assert codec.check(value, "x") == written


@pytest.mark.parametrize(
    ("codec", "value", "error", "text"),
    [
        (STR, 5, TypeError, "x must be a string, not int"),
        (INT, True, TypeError, "x must be an integer, not bool"),
        (INT, "1", TypeError, "x must be an integer, not str"),
        (FLOAT, "1", TypeError, "x must be a number, not str"),
        (BOOL, 1, TypeError, "x must be a boolean, not int"),
        (DATE, dt.datetime(2026, 1, 2, tzinfo=dt.UTC), TypeError, "x must be a date, not datetime"),
        (ListOf(STR), "abc", TypeError, "x must be a list, not str"),
        (ListOf(STR), ["a", 1], TypeError, r"x\[1\] must be a string, not int"),
        (MapOf(STR), {"k": 1}, TypeError, r"x\['k'\] must be a string"),
        (MapOf(STR), {1: "v"}, TypeError, "x has the key 1"),
        (MapOf(STR), [], TypeError, "x must be a mapping"),
        (Literals("a", "b"), "c", ValueError, "x must be one of 'a', 'b', not 'c'"),
        (WIDGET_CODEC, 5, TypeError, "x must be Widget or a mapping, not int"),
        (UnionOf(INT, BOOL), "x", TypeError, "x must be an integer or a boolean, not str"),
        (OpenLiterals("a"), 5, TypeError, "x must be a string"),
    ],
)
def test_what_is_not_sent(codec: Codec, value: Any, error: type[Exception], text: str) -> None:
    """Values of the wrong type are refused by name."""
    with pytest.raises(error, match=text):
        codec.check(value, "x")
