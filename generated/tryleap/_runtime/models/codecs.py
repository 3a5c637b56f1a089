"""Codecs of values with parts: lists, maps, models and unions. `scalars` has the others and their base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from .decode_context import (
    ITEMS_BETWEEN_CHECKS,
    DecodeContext,
    DecodeError,
    Drift,
    Path,
    is_mapping,
    is_object,
    quoted,
    type_name,
)
from .encode import to_json
from .layout import AdditionalProperties, ModelLayout, layout
from .scalars import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    FLOAT,
    INT,
    NONE,
    STR,
    Codec,
    Literals,
    OpenLiterals,
)

if TYPE_CHECKING:
    from .base import Model

_MISSING: Final = object()


class Nullable(Codec):
    """A type, or null.

    Args:
        inner: The type's codec.
    """

    is_nullable = True

    def __init__(self, inner: Codec) -> None:
        self.inner = inner
        self.expected = f"{inner.expected} or null"

    @property
    def without_null(self) -> Codec:
        """See `Codec`."""
        return self.inner

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        return None if value is None else self.inner.decode(value, context, path)

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        return None if value is None else self.inner.check(value, where)


class ListOf(Codec):
    """A list of one type.

    Args:
        item: The codec of its items.
    """

    def __init__(self, item: Codec) -> None:
        self.item = item
        self.expected = "an array"
        self._exact = item.exact if item.known is None else None

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if type(value) is not list:
            return self._mismatch(value, context, path)
        for each in value:
            if type(each) is not self._exact:
                break
        else:
            return value.copy()
        decode = self.item.decode
        found: list[Any] = []
        for start in range(0, len(value), ITEMS_BETWEEN_CHECKS):
            context.check_deadline()
            part = value[start : start + ITEMS_BETWEEN_CHECKS]
            found += [decode(each, context, (path, index)) for index, each in enumerate(part, start)]
        return found

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        return [
            self.item.check(each, f"{where}[{index}]") for index, each in enumerate(items_of(value, where))
        ]


class MapOf(Codec):
    """An object whose keys are free.

    Args:
        value: The codec of its values.
    """

    def __init__(self, value: Codec) -> None:
        self.value = value
        self.expected = "an object"

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if not is_object(value):
            return self._mismatch(value, context, path)
        found: dict[str, Any] = {}
        for index, (key, each) in enumerate(value.items()):
            if index % ITEMS_BETWEEN_CHECKS == 0:
                context.check_deadline()
            found[key] = self.value.decode(each, context, (path, key))
        return found

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        if not is_mapping(value):
            raise TypeError(f"{where} must be a mapping, not {type_name(value)}")
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{where} has the key {quoted(key)}, which is not a string")
        return {key: self.value.check(each, f"{where}[{key!r}]") for key, each in value.items()}


class ModelOf(Codec):
    """A model.

    Args:
        model: Its class; or a function that returns it, for a class that is not defined yet because it
            refers to itself.
    """

    def __init__(self, model: type[Model] | Callable[[], type[Model]]) -> None:
        self._source = model
        self._may_contain_itself = not isinstance(model, type)
        self._layout: ModelLayout | None = None

    @property
    def model(self) -> type[Model]:
        """The class."""
        return self._source if isinstance(self._source, type) else self._source()

    @property
    def expected(self) -> str:  # type: ignore[override]  # the class may not be defined yet
        """See `Codec`."""
        return f"an object ({self.model.__name__})"

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if not isinstance(value, dict):
            return self._mismatch(value, context, path)
        if self._may_contain_itself:
            context.check_path(path)
        source: dict[str, Any] = value
        shape = self._layout or self._find_layout()
        # The attributes are set one by one, because passing them to the class by name takes longer.
        model = object.__new__(shape.model)
        missing = False
        nulls: tuple[str, ...] = ()
        for name, key, exact, known, decode, is_required in shape.steps:
            found = source.get(key, _MISSING)
            if type(found) is not exact or (known is not None and found not in known):
                if found is _MISSING:
                    if is_required:
                        context.mismatch("missing_field", (path, key), _is_missing)
                    missing = True
                    found = None
                else:
                    found = decode(found, context, (path, key))
                    if found is None:
                        nulls += (name,)
            setattr(model, name, found)
        others: dict[str, Any] = {}
        if missing or nulls:
            others = AdditionalProperties(_decode_others(source, shape, context, path))
            others.nulls = frozenset(nulls)
        elif len(source) != len(shape.steps):
            others = _decode_others(source, shape, context, path)
        setattr(model, shape.others, others)
        return model

    def _find_layout(self) -> ModelLayout:
        self._layout = layout(self.model)
        return self._layout

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        if isinstance(value, self.model):
            return value.to_dict()
        if isinstance(value, Mapping):
            return to_json(value)
        raise TypeError(f"{where} must be {self.model.__name__} or a mapping, not {type(value).__name__}")


class UnionOf(Codec):
    """One of several types.

    Variants are decoded strictly: leniently, the first one would always match. If the value of a property
    names the variant, that one is used, and decoded like any other value.

    Args:
        *members: The codecs of the variants.
        discriminator: The property that names the variant, or None.
        mapping: The variants by the value of that property.
    """

    def __init__(
        self,
        *members: Codec,
        discriminator: str | None = None,
        mapping: Mapping[str, Codec] | None = None,
    ) -> None:
        self.members = members
        self._discriminator = discriminator
        self._mapping = mapping or {}

    @property
    def expected(self) -> str:  # type: ignore[override]  # asks the members, see `ModelOf`
        """See `Codec`."""
        return " or ".join(dict.fromkeys(each.expected for each in self.members)) or "a value"

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if self._discriminator is not None and is_object(value):
            name = value.get(self._discriminator)
            if isinstance(name, str) and name in self._mapping:
                return self._mapping[name].decode(value, context, path)
        for each in self.members:
            additions: list[Drift] = []
            try:
                found = each.decode(value, context.strictly(additions.append), path)
            except DecodeError:
                continue
            # Reported only now, because additions of variants that do not match do not count.
            for addition in additions:
                context.report(addition)
            return found
        return self._mismatch(value, context, path)

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        for each in self.members:
            try:
                return each.check(value, where)
            except (TypeError, ValueError):
                continue
        raise self._refused(value, where)


def _decode_others(
    source: dict[str, Any], shape: ModelLayout, context: DecodeContext, path: Path
) -> dict[str, Any]:
    """Decode what is under keys that the document does not know."""
    others: dict[str, Any] = {}
    for key, value in source.items():
        if key not in shape.keys:
            others[key] = shape.others_codec.decode(value, context, (path, key))
            context.report(_unknown_field((path, key), value))
    return others


def _unknown_field(path: Path, value: Any) -> Drift:
    return Drift("unknown_field", path, lambda quote: f"is not in the document ({quote(value)})")


def _is_missing(_: object) -> str:
    return "is missing, and the document requires it"


def items_of(value: Any, where: str) -> list[Any]:
    """Return the items of a list argument.

    Args:
        value: Any iterable but a string, bytes or a mapping.
        where: The argument, for messages.

    Returns:
        The items.

    Raises:
        TypeError: The value is not such an iterable; often it is a single item.
    """
    is_single = isinstance(value, str | bytes | bytearray | memoryview | Mapping)
    if is_single or not hasattr(value, "__iter__"):
        raise TypeError(f"{where} must be a list, not {type_name(value)}; for a single one give [{where}]")
    return list(value)


__all__ = [
    "ANY",
    "BOOL",
    "DATE",
    "DATETIME",
    "FLOAT",
    "INT",
    "NONE",
    "STR",
    "Codec",
    "ListOf",
    "Literals",
    "MapOf",
    "ModelOf",
    "Nullable",
    "OpenLiterals",
    "UnionOf",
    "items_of",
]
