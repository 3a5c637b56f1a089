"""The two filters through which text of a document enters generated files."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.generator.render import text

HOSTILE = [
    '"""',
    "'''",
    '"',
    "'",
    "\\",
    '\\"',
    '\\"""',
    'x"""\nimport os\n"""',
    "line\nbreak",
    "carriage\rreturn",
    "nul\x00byte",
    "right\u202eto left",
    "\u2028separator",
    "{{ 7 * 7 }}{% raw %}#}",
    "tab\tand bell\a",
    "\ud800",
    "# noqa",
    "trailing \\",
    'trailing "',
]
_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner)
    ),
    max_leaves=8,
)


@given(value=_data)
def test_literal_has_the_value(value: Any) -> None:
    """A literal evaluates to the value that went in."""
    assert ast.literal_eval(text.literal(value)) == value


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_literal(value: str) -> None:
    """No text ends its literal, and nothing invisible stands in the code."""
    written = text.literal(value)

    assert ast.literal_eval(written) == value
    assert all(character.isprintable() for character in written)


@given(value=st.text(max_size=400))
def test_long_literal_has_the_value(value: str) -> None:
    """A literal over several lines has the same value."""
    assert ast.literal_eval(text.long_literal(value)) == value


@given(value=st.text(max_size=300))
@pytest.mark.parametrize("indent", [0, 4, 12])
def test_docstring_stays_one(value: str, indent: int) -> None:
    """Whatever stands in a description, the docstring around it is a single constant."""
    module = ast.parse(f'"""{text.paragraphs(value, indent=indent, hanging=4, first="name: ")}"""\n')

    assert len(module.body) == 1
    assert isinstance(module.body[0], ast.Expr)
    assert isinstance(module.body[0].value, ast.Constant)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_docstring(value: str) -> None:
    """No text ends its docstring, and nothing invisible is left in it."""
    written = text.paragraphs(value, indent=4)
    module = ast.parse(f'"""{written}"""\n')

    assert len(module.body) == 1
    assert all(character.isprintable() or character == "\n" for character in written)


def test_paragraphs_keep_lists() -> None:
    """Prose is wrapped, and a list keeps its lines."""
    written = text.paragraphs("One\nsentence.\n\n- first\n- second", indent=4)

    assert written == "One sentence.\n\n    - first\n    - second"


def test_other_types_are_refused() -> None:
    """What is no data has no literal."""
    with pytest.raises(TypeError, match="is not data"):
        text.literal(object())


def test_names_in_backticks_become_python_names() -> None:
    """Prose speaks of arguments by the names that they have in Python."""
    assert (
        text.with_python_names("`webhookUrl` or `other`", {"webhookUrl": "webhook_url"})
        == "`webhook_url` or `other`"
    )
