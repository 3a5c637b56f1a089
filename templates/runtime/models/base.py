"""The base of all models: from and to dictionaries, as the metadata of the attributes say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Self

import attrs

from ..options import NOT_GIVEN
from .codecs import Codec, Nullable
from .decode_context import LENIENT, DecodeContext, Drift, Path, is_object
from .html_table import fields_table, items_table
from .json_values import to_json
from .scalars import ANY, NONE
from .sequence import ItemSequence

_MISSING: Final = object()
_FIELD: Final = "json_key"
_OTHERS: Final = "other_keys"


def json_key(key: str, codec: Codec, *, deprecated: bool = False) -> dict[str, Any]:
    """Make the metadata of an attribute: where its value is in JSON, and how it is decoded.

    Args:
        key: The key in JSON. It is required where the attribute has no default.
        codec: Decodes and encodes the value.
        deprecated: Whether the document advises against it.

    Returns:
        The metadata, for `attrs.field`.
    """
    return {_FIELD: (key, codec, deprecated)}


def other_keys(codec: Codec) -> dict[str, Any]:
    """Make the metadata of the attribute that holds what is under all other keys.

    Args:
        codec: Decodes and encodes each value.

    Returns:
        The metadata, for `attrs.field`.
    """
    return {_OTHERS: codec}


class AdditionalProperties(dict[str, Any]):
    """The unknown fields of a decoded object, and which of the known ones were null rather than missing.

    Both are kept only to be written back as they came. The second is here so that it survives whatever copies
    a model by its attributes: pickle, `copy`, `attrs.evolve`.

    Attributes:
        nulls: The attributes that were null.
    """

    __slots__ = ("nulls",)
    nulls: frozenset[str]


@attrs.frozen
class ModelField:
    """An attribute with a key in JSON.

    Args:
        name: Its name.
        key: Its key in JSON.
        codec: Decodes and encodes its values.
        required: Whether the document requires it.
        deprecated: Whether the document advises against it.
    """

    name: str
    key: str
    codec: Codec
    required: bool
    deprecated: bool

    @property
    def is_null_unless_set(self) -> bool:
        """Whether None means null, in an object that was not decoded."""
        return self.required and (isinstance(self.codec, Nullable) or self.codec is NONE)


@attrs.frozen
class ModelLayout:
    """The attributes of a model.

    Args:
        fields: Those with a key in JSON.
        steps: What decoding needs of each: name, key, exact type, the codec's method, whether it is required.
            Plain tuples are unpacked so fast that a list of models is decoded in three quarters of the time.
        keys: Their keys.
        others: The attribute that holds what is under all other keys.
        others_codec: Decodes what is there.
    """

    fields: tuple[ModelField, ...]
    steps: tuple[tuple[str, str, type | None, Callable[[Any, DecodeContext, Path], Any], bool], ...]
    keys: frozenset[str]
    others: str
    others_codec: Codec


_LAYOUTS: Final[dict[type, ModelLayout]] = {}


def layout(model: type[Model]) -> ModelLayout:
    """Return the layout of a model's class.

    Args:
        model: The class.

    Returns:
        Its layout.
    """
    found = _LAYOUTS.get(model)
    if found is None:
        found = _LAYOUTS[model] = _layout(model)
    return found


def _layout(model: type[Model]) -> ModelLayout:
    fields: list[ModelField] = []
    others, others_codec = "", ANY
    for each in attrs.fields(model):
        if _FIELD in each.metadata:
            key, codec, deprecated = each.metadata[_FIELD]
            fields.append(ModelField(each.name, key, codec, each.default is attrs.NOTHING, deprecated))
        elif _OTHERS in each.metadata:
            others, others_codec = each.name, each.metadata[_OTHERS]
    return ModelLayout(
        fields=tuple(fields),
        steps=tuple(
            (each.name, each.key, each.codec.exact, each.codec.decode, each.required) for each in fields
        ),
        keys=frozenset(each.key for each in fields),
        others=others,
        others_codec=others_codec,
    )


@attrs.define(kw_only=True)
class Model:
    """An object of the API."""

    @classmethod
    def from_dict(cls, source: Mapping[str, Any]) -> Self:
        """Decode an object leniently.

        An unknown field is kept; a field that is missing or null becomes None; a value of another type stays
        as it is.

        Args:
            source: The object, as JSON has it. It is not changed, and nothing in the result refers to it.

        Returns:
            The model.

        Raises:
            TypeError: `source` is no mapping.
        """
        given: Any = source
        if not isinstance(given, Mapping):
            raise TypeError(f"{cls.__name__}.from_dict takes a mapping, not {type(source).__name__}")
        return cls._decode(source if is_object(source) else to_json(source), LENIENT, None)

    def to_dict(self, *, by_alias: bool = True) -> dict[str, Any]:
        """Encode the object as JSON values.

        What was decoded comes back as it was: a null is null, a missing field is missing, an unknown one is
        there.

        Args:
            by_alias: Whether fields are under their keys in JSON, which `from_dict` reads. False puts them
                under the names of the attributes, for tables and for JSON of your own.

        Returns:
            A fresh dictionary of JSON values.
        """
        return self._encode(by_alias=by_alias)

    def _repr_html_(self) -> str:
        """Show the object in a notebook: as a table of its fields, or of its items."""
        title = type(self).__name__
        if not isinstance(self, ItemSequence):
            return fields_table(title, self._encode(by_alias=False))
        items = list(self)
        columns = dict.fromkeys(name for each in items if isinstance(each, Model) for name in _shown(each))
        encoded = [to_json(each, by_alias=False) for each in items if isinstance(each, Model)]
        return items_table(title, columns, encoded)

    def _encode(self, *, by_alias: bool) -> dict[str, Any]:
        """Do what `to_dict` does. The document may have a field of that name, and none of this."""
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

    @classmethod
    def _decode(cls, source: dict[str, Any], context: DecodeContext, path: Path) -> Self:
        """Decode an object; see `Codec.decode`."""
        context.enter()
        shape = layout(cls)
        values: dict[str, Any] = {}
        missing: list[str] = []
        nulls: list[str] = []
        for name, key, exact, decode, is_required in shape.steps:
            value = source.get(key, _MISSING)
            if type(value) is not exact:
                if value is _MISSING:
                    if is_required:
                        context.mismatch("missing_field", (path, key), _is_missing)
                    missing.append(name)
                    continue
                value = decode(value, context, (path, key))
                if value is None:
                    nulls.append(name)
            values[name] = value
        others = cls._decode_others(source, context, path) if len(values) != len(source) else {}
        if missing or nulls:
            values |= dict.fromkeys(missing)
            others = AdditionalProperties(others)
            others.nulls = frozenset(nulls)
        values[shape.others] = others
        return cls(**values)

    @classmethod
    def _decode_others(cls, source: dict[str, Any], context: DecodeContext, path: Path) -> dict[str, Any]:
        """Decode what is under keys that the document does not know."""
        shape = layout(cls)
        others: dict[str, Any] = {}
        for key, value in source.items():
            if key not in shape.keys:
                context.report(_unknown_field((path, key), value))
                others[key] = shape.others_codec.decode(value, context, (path, key))
        return others


def _is_missing(_: object) -> str:
    return "is missing, and the document requires it"


def _unknown_field(path: Path, value: Any) -> Drift:
    return Drift("unknown_field", path, lambda quote: f"is not in the document ({quote(value)})")


def _shown(model: Model) -> list[str]:
    """The fields that the `repr` of a model shows."""
    names = {field.name for field in layout(type(model)).fields}
    return [each.name for each in attrs.fields(type(model)) if each.repr and each.name in names]
