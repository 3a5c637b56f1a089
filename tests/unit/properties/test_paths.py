"""An id in a path: it arrives as it was given, or nothing is sent."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from .conftest import Sent

PREFIX = "/api/v2/images/models/"
PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%")


@given(model_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example(model_id="../../admin")
@example(model_id="a/b?c=d#e")
@example(model_id="%2e%2e")
@example(model_id="\r\nX-Header: 1")
@example(model_id=" ")
@example(model_id="...")
@example(model_id=";a=b")
@pytest.mark.parametrize("method", ["get_model", "delete_model"])
def test_an_id_is_one_segment(method: str, model_id: str) -> None:
    """Whatever the id holds, the path has one segment more than the collection, and it decodes to the id."""
    with Sent() as sent:
        if model_id in {".", ".."}:
            with pytest.raises(ValueError, match="another address"):
                getattr(sent.leap.image_models, method)(model_id)
            assert sent.requests == []
            return
        getattr(sent.leap.image_models, method)(model_id)
        raw = sent.requests[-1].url.raw_path

    assert set(raw) <= PLAIN | {ord("/")}
    assert raw.decode().startswith(PREFIX)
    segment = raw.decode().removeprefix(PREFIX)
    assert "/" not in segment
    assert unquote(segment, errors="strict") == model_id


@given(st.tuples(st.text(), st.characters(categories=["Cs"]), st.text()).map("".join))
def test_half_a_character_is_refused(model_id: str) -> None:
    """A lone surrogate cannot be written in UTF-8: it is refused, and nothing is sent."""
    with Sent() as sent:
        with pytest.raises(ValueError, match="surrogate"):
            sent.leap.image_models.get_model(model_id)

        assert sent.requests == []
