"""The layout of a model: the key in JSON and the codec of each attribute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from .decode_context import DecodeContext, Path
from .scalars import ANY, Codec

if TYPE_CHECKING:
    from .base import Model

Decode: TypeAlias = "Callable[[Any, DecodeContext, Path], Any]"
_FIELD: Final = "json_key"
_OTHERS: Final = "other_keys"


def json_key(key: str, codec: Codec, *, deprecated: bool = False) -> dict[str, Any]:
    """Make the metadata of an attribute: its key in JSON, and how its value is decoded.

    Args:
        key: The key in JSON. The document requires it if the attribute has no default.
        codec: Decodes and encodes the value.
        deprecated: Whether the field is deprecated.

    Returns:
        The metadata, for `attrs.field`.
    """
    return {_FIELD: (key, codec, deprecated)}


def other_keys(codec: Codec) -> dict[str, Any]:
    """Make the metadata of the attribute with the values of all other keys.

    Args:
        codec: Decodes and encodes each value.

    Returns:
        The metadata, for `attrs.field`.
    """
    return {_OTHERS: codec}


class AdditionalProperties(dict[str, Any]):
    """The unknown fields of a decoded object, and which of its attributes were null rather than missing.

    `to_dict` needs both to encode the object as it was received. The second is stored here, so that it
    survives everything that copies a model by its attributes: pickle, `copy`, `attrs.evolve`.

    Attributes:
        nulls: The attributes that were null.
    """

    __slots__ = ("nulls",)
    nulls: frozenset[str]


class ModelField:
    """An attribute with a key in JSON.

    Args:
        name: Its name.
        key: Its key in JSON.
        codec: Decodes and encodes its values.
        required: Whether the document requires it.
        deprecated: Whether it is deprecated.
    """

    __slots__ = ("codec", "deprecated", "key", "name", "required")

    def __init__(self, name: str, key: str, codec: Codec, *, required: bool, deprecated: bool) -> None:
        self.name: str = name
        self.key: str = key
        self.codec: Codec = codec
        self.required: bool = required
        self.deprecated: bool = deprecated

    @property
    def is_null_unless_set(self) -> bool:
        """Whether None is encoded as null, in an object that was not decoded."""
        return self.required and self.codec.is_nullable


class ModelLayout:
    """The attributes of a model's class.

    Args:
        model: The class.

    Attributes:
        model: The class.
        fields: The attributes with a key in JSON.
        steps: What decoding needs of each of them: name, key, exact type and known values of its codec, the
            codec's method, whether it is required. Plain tuples are unpacked faster than six attributes are
            looked up.
        keys: Their keys.
        others: The attribute with the values of all other keys.
        others_codec: Decodes those values.
    """

    __slots__ = ("fields", "keys", "model", "others", "others_codec", "steps")

    def __init__(self, model: type[Model]) -> None:
        fields: list[ModelField] = []
        others, others_codec = "", ANY
        for each in attrs.fields(model):
            if _FIELD in each.metadata:
                key, codec, deprecated = each.metadata[_FIELD]
                required = each.default is attrs.NOTHING
                fields.append(ModelField(each.name, key, codec, required=required, deprecated=deprecated))
            elif _OTHERS in each.metadata:
                others, others_codec = each.name, each.metadata[_OTHERS]
        self.model: type[Model] = model
        self.fields: list[ModelField] = fields
        self.steps: list[tuple[str, str, type | None, frozenset[str] | None, Decode, bool]] = [
            (each.name, each.key, each.codec.exact, each.codec.known, each.codec.decode, each.required)
            for each in fields
        ]
        self.keys: frozenset[str] = frozenset(each.key for each in fields)
        self.others: str = others
        self.others_codec: Codec = others_codec


_LAYOUTS: Final[dict[type, ModelLayout]] = {}


def layout(model: type[Model]) -> ModelLayout:
    """Return the layout of a model's class."""
    found = _LAYOUTS.get(model)
    if found is None:
        found = _LAYOUTS[model] = ModelLayout(model)
    return found
