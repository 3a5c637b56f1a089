"""Write models as HTML tables for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, Final

_MAX_ROWS: Final = 100


def fields_table(title: str, fields: Mapping[str, Any]) -> str:
    """Write the fields of one model.

    Args:
        title: The name of its class.
        fields: Its fields, in plain values.

    Returns:
        HTML. Everything that comes from a response is escaped.
    """
    rows = (f"<tr><th>{escape(name)}</th>{_cell(value)}</tr>" for name, value in fields.items())
    return f"<table><caption>{escape(title)}</caption>{''.join(rows)}</table>"


def items_table(title: str, columns: Iterable[str], items: list[Mapping[str, Any]]) -> str:
    """Write models of one class, a row for each.

    Args:
        title: The name of the class that contains them.
        columns: The fields to show.
        items: The fields of each model, in plain values.

    Returns:
        HTML with the first 100 rows. Everything that comes from a response is escaped.
    """
    columns = list(columns)
    head = "".join(f"<th>{escape(each)}</th>" for each in columns)
    rows = (f"<tr>{''.join(_cell(item.get(each)) for each in columns)}</tr>" for item in items[:_MAX_ROWS])
    shown = f"{_MAX_ROWS} of {len(items)}" if len(items) > _MAX_ROWS else str(len(items))
    caption = f"<caption>{escape(title)}: {shown}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"<td>{escape(text)}</td>"
