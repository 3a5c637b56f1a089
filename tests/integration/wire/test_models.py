"""Leap's models: what was read is written back as it was; a strict client reads what is documented."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.support.models import MODEL
from tryleap._runtime.models.codecs import ListOf, ModelOf
from tryleap._runtime.models.decode_context import STRICT, DecodeError
from tryleap.models import ListModelsV2Response, ModelV2Entity


def test_what_is_documented_is_typed() -> None:
    """Every attribute of a model is what the document says; and all is written as it was read."""
    source = {**MODEL, "more": [1, None]}
    model = ModelV2Entity.from_dict(source)

    texts = (model.id, model.name, model.created_at, model.subject_keyword, model.subject_type, model.status)
    assert [*texts, model.image_samples] == list(MODEL.values())
    assert model.additional_properties == {"more": [1, None]}
    assert model.to_dict() == source


@pytest.mark.parametrize("key", MODEL)
def test_what_the_document_requires(key: str) -> None:
    """A strict client refuses a model without one of its fields, and a field that is null or a number."""
    for changes in ({key: None}, {key: 5}, {}):
        source = {**{name: value for name, value in MODEL.items() if name != key}, **changes}
        with pytest.raises(DecodeError) as caught:
            ListOf(ModelOf(ModelV2Entity)).decode([MODEL, source], STRICT, None)
        assert caught.value.path == f"[1].{key}"


def test_a_list_is_a_sequence() -> None:
    """Length, iteration and indexing work on the models of a list; None and nonsense count as none."""
    listed = ListModelsV2Response.from_dict({"models": [MODEL, {**MODEL, "id": "other"}]})

    assert (len(listed), [each.id for each in listed]) == (2, [MODEL["id"], "other"])
    assert (listed[-1].id, [each.id for each in listed[:1]]) == ("other", [MODEL["id"]])
    assert listed.models[0] in listed
    with pytest.raises(IndexError):
        listed[2]
    for empty in ({}, {"models": None}, {"models": []}, {"models": 5}):
        nothing = ListModelsV2Response.from_dict(empty)
        assert (len(nothing), list(nothing), bool(nothing)) == (0, [], False)


def test_repr_is_short() -> None:
    """A model shows its id, name and status; a list its first five models and how many there are."""
    listed = ListModelsV2Response.from_dict({"models": [MODEL] * 7, "more": 1})
    one = f"ModelV2Entity(id={MODEL['id']!r}, name={MODEL['name']!r}, status={MODEL['status']!r})"

    assert repr(listed[0]) == one
    assert repr(listed) == f"ListModelsV2Response(models=[{', '.join([one] * 5)}, ... 7 in all])"
    assert repr(ListModelsV2Response(models=listed[:2])) == f"ListModelsV2Response(models=[{one}, {one}])"
    assert repr(ListModelsV2Response.from_dict({})) == "ListModelsV2Response(models=None)"


def test_notebooks_show_tables() -> None:
    """A list is a table with a row a model, a model one with a row a field; values are escaped."""
    hostile = {**MODEL, "name": "<script>alert(1)</script>", "<b>": "<i>"}
    listed = ListModelsV2Response.from_dict({"models": [hostile] * 150})
    table, card = listed._repr_html_(), listed[0]._repr_html_()

    assert "<th>id</th><th>name</th><th>status</th>" in table
    assert "100 of 150" in table
    assert table.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 100
    assert "<th>created_at</th>" in card
    assert "<th>&lt;b&gt;</th><td>&lt;i&gt;</td>" in card
    assert "<script>" not in table + card
    assert "0" in ListModelsV2Response.from_dict({"models": [5, None]})._repr_html_()


def test_dates_of_models() -> None:
    """`created_at` stays the string that it was, and can be had as a date and time."""
    model = ModelV2Entity.from_dict({**MODEL, "createdAt": "2026-01-31T12:00:00.000Z"})

    assert model.created_at == "2026-01-31T12:00:00.000Z"
    assert model.created_at_datetime == dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)
    assert ModelV2Entity.from_dict({}).created_at_datetime is None
    for wrong in ("yesterday", "2026-01-31", 5):
        with pytest.raises(ValueError, match="is not a date and time in ISO 8601"):
            _ = ModelV2Entity.from_dict({**MODEL, "createdAt": wrong}).created_at_datetime


def test_dictionaries_with_the_names_of_attributes() -> None:
    """`by_alias=False` names known fields as Python does, at any depth, and loses no unknown one."""
    listed = ListModelsV2Response.from_dict({"models": [{**MODEL, "moreToCome": 1, "status": None}]})
    (written,) = listed.to_dict(by_alias=False)["models"]

    assert written["created_at"] == MODEL["createdAt"]
    assert (written["moreToCome"], written["status"]) == (1, None)
    assert "createdAt" not in written
    # An unknown field that is called like an attribute does not hide it.
    twin = ModelV2Entity.from_dict({**MODEL, "created_at": "other"})
    assert twin.to_dict(by_alias=False)["created_at"] == MODEL["createdAt"]
    assert twin.to_dict() == {**MODEL, "created_at": "other"}
