"""The base class of all models: decoding from and encoding to dictionaries, by the metadata of attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import attrs

from ..options import NOT_GIVEN
from .codecs import ModelOf
from .decode_context import LENIENT, is_object
from .encode import to_json
from .html_table import fields_table, items_table
from .layout import AdditionalProperties, layout
from .sequence import ItemSequence


class Model:
    """An object of the API. Its subclasses are classes of attrs."""

    __slots__ = ()
    __attrs_attrs__: ClassVar[Any]  # which attrs sets

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Self:
        """Decode an object leniently.

        Unknown fields are kept, a field that is missing or null becomes None, and a value of another type
        than documented stays as it is.

        Args:
            source: The object, as parsed from JSON. It is not changed, and the model keeps no reference to
            it.

        Returns:
            The model.

        Raises:
            TypeError: `source` is not a mapping.
        """
        given: Any = source
        if not isinstance(given, Mapping):
            raise TypeError(f"{cls.__name__}.from_dict takes a mapping, not {type(source).__name__}")
        decode = ModelOf(cls).decode
        found: Self = decode(source if is_object(source) else to_json(source), LENIENT, None)
        return found

    def to_dict(self, *, by_alias: bool = True) -> dict[str, Any]:
        """Encode the object as JSON values.

        A decoded object is encoded as it was received: null stays null, a missing field is left out, and
        unknown fields are included.

        Args:
            by_alias: Whether to use the keys of the JSON, which `from_dict` decodes. With False the keys are
                the names of the attributes, for tables and for JSON of your own.

        Returns:
            A new dictionary of JSON values.
        """
        return self._encode(by_alias=by_alias)

    def _repr_html_(self) -> str:
        """Return HTML for notebooks: a table of the fields, or of the items of a sequence."""
        title = type(self).__name__
        if not isinstance(self, ItemSequence):
            return fields_table(title, self._encode(by_alias=False))
        items = list(self)
        columns = dict.fromkeys(name for each in items if isinstance(each, Model) for name in _shown(each))
        encoded = [to_json(each, by_alias=False) for each in items if isinstance(each, Model)]
        return items_table(title, columns, encoded)

    def _encode(self, *, by_alias: bool) -> dict[str, Any]:
        """Encode the object; see `to_dict`, whose name a field of the document may have."""
        shape = layout(type(self))
        others: dict[str, Any] = getattr(self, shape.others)
        nulls = others.nulls if isinstance(others, AdditionalProperties) else None
        encoded: dict[str, Any] = {}
        for field in shape.fields:
            key = field.key if by_alias else field.name
            value = getattr(self, field.name)
            if value is None:
                if field.is_null_unless_set if nulls is None else field.name in nulls:
                    encoded[key] = None
            elif value is not NOT_GIVEN:
                encoded[key] = to_json(value, by_alias=by_alias)
        for key, value in others.items():
            if key not in shape.keys and key not in encoded:
                encoded[key] = to_json(value, by_alias=by_alias)
        return encoded


def _shown(model: Model) -> list[str]:
    """Return the fields that the `repr` of a model shows."""
    names = {field.name for field in layout(type(model)).fields}
    return [each.name for each in attrs.fields(type(model)) if each.repr and each.name in names]
