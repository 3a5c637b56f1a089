"""Convert Python values to JSON values. Models are converted by their method `_encode`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any, cast

from .decode_context import is_mapping


def to_json(value: Any, *, by_alias: bool = True) -> Any:  # noqa: PLR0911 - a type each
    """Convert a value, and the values in it, to JSON values.

    Args:
        value: A JSON value, a model, a date, a date and time, a UUID, or a list or mapping of them.
        by_alias: Whether the fields of models have their keys in JSON, or the names of the attributes.

    Returns:
        Strings, numbers, booleans, None, and new lists and dictionaries of them. A value of another type
        stays as it is, and json.dumps will refuse it.
    """
    kind = value.__class__
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if isinstance(value, list | tuple):
        return [to_json(each, by_alias=by_alias) for each in cast("Sequence[Any]", value)]
    if is_mapping(value):
        return {key: to_json(each, by_alias=by_alias) for key, each in value.items()}
    encode = getattr(type(value), "_encode", None)
    if encode is not None:
        return encode(value, by_alias=by_alias)
    if isinstance(value, dt.datetime):
        text = value.isoformat()
        return f"{text[:-6]}Z" if text.endswith("+00:00") else text
    if isinstance(value, dt.date):
        return value.isoformat()
    # Importing uuid takes longer than importing all models. If it was not imported, there are no UUIDs.
    uuid = sys.modules.get("uuid")
    if uuid is not None and isinstance(value, uuid.UUID):
        return str(value)
    # An enum of strings or numbers, or another subclass of them.
    plain = getattr(value, "value", value)
    for base in (str, int, float):
        if isinstance(plain, base):
            return plain if type(plain) in (str, int, float, bool) else base(plain)
    return value
