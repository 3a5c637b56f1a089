"""Codecs: how a value is read from JSON, checked before it is sent, and written as text.

Here are those of values with parts; `scalars` has the others, and tells what a codec does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from .decode_context import Reading, is_array, is_mapping, is_object, join, quoted, type_name
from .json_values import to_json
from .scalars import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    FLOAT,
    INT,
    NONE,
    STR,
    UUID_,
    Codec,
    DepartureError,
    Literals,
    OpenLiterals,
)


class Nullable(Codec):
    """A type, or null.

    Args:
        inner: The type's codec.
    """

    def __init__(self, inner: Codec) -> None:
        self.inner = inner
        self.expected = f"{inner.expected} or null"

    def quick(self, value: Any, notes: set[object]) -> Any:
        """See `Codec`."""
        return None if value is None else self.inner.quick(value, notes)

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """See `Codec`."""
        return None if value is None else self.inner.decode(value, reading, path)

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

    def quick(self, value: Any, notes: set[object]) -> Any:
        """See `Codec`."""
        if not is_array(value):
            raise DepartureError
        exact = self.item.exact
        if exact is not None:
            for each in value:
                if type(each) is not exact:
                    raise DepartureError
            return list(value)
        # Past the codec of a model to the model itself, which in a long list is worth it.
        quick = self.item.model._quick if isinstance(self.item, ModelOf) else self.item.quick
        return [quick(each, notes) for each in value]

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """See `Codec`."""
        if not is_array(value):
            return self._departed(value, reading, path)
        decode = self.item.decode
        return [decode(each, reading, f"{path}[{index}]") for index, each in enumerate(value)]

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

    def quick(self, value: Any, notes: set[object]) -> Any:
        """See `Codec`."""
        if not is_object(value):
            raise DepartureError
        quick = self.value.quick
        return {key: quick(each, notes) for key, each in value.items()}

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """See `Codec`."""
        if not is_object(value):
            return self._departed(value, reading, path)
        return {key: self.value.decode(each, reading, join(path, key)) for key, each in value.items()}

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        if not is_mapping(value):
            raise TypeError(f"{where} must be a mapping, not {type_name(value)}")
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{where} has the key {quoted(key)}, which is no string")
        return {key: self.value.check(each, f"{where}[{key!r}]") for key, each in value.items()}


class ModelOf(Codec):
    """A model, by the name of its class. It is found at first use, so that models may refer to each other.

    Args:
        module: The full name of the module that has it.
        name: The name of the class.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self.name = name
        self._class: Any = None
        self.expected = f"an object ({name})"

    @property
    def model(self) -> Any:
        """The class."""
        if self._class is None:
            self._class = getattr(import_module(self._module), self.name)
        return self._class

    def quick(self, value: Any, notes: set[object]) -> Any:
        """See `Codec`."""
        return (self._class or self.model)._quick(value, notes)

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """See `Codec`."""
        if not is_object(value):
            return self._departed(value, reading, path)
        return self.model._decode(value, reading, path)

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        if isinstance(value, self.model):
            return value.to_dict()
        if isinstance(value, Mapping):
            return to_json(value)
        raise TypeError(f"{where} must be {self.name} or a mapping, not {type(value).__name__}")


class UnionOf(Codec):
    """One of several types.

    A variant is read strictly, or the first one would always win. Where a property tells them apart, that
    decides, and the chosen variant is read like anything else.

    Args:
        members: Their codecs.
        discriminator: The property whose value tells which one it is, or None.
        mapping: Names of model classes by the values of that property.
    """

    def __init__(
        self,
        members: Iterable[Codec],
        discriminator: str | None = None,
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        self.members = tuple(members)
        self._discriminator = discriminator
        by_name = {each.name: each for each in self.members if isinstance(each, ModelOf)}
        self._mapping = {value: by_name[name] for value, name in (mapping or {}).items() if name in by_name}
        self.expected = " or ".join(dict.fromkeys(each.expected for each in self.members)) or "a value"

    def _chosen(self, value: Any) -> Codec | None:
        if self._discriminator is None or not is_object(value):
            return None
        sign = value.get(self._discriminator)
        return self._mapping.get(sign) if isinstance(sign, str) else None

    def quick(self, value: Any, notes: set[object]) -> Any:
        """See `Codec`."""
        chosen = self._chosen(value)
        if chosen is not None:
            return chosen.quick(value, notes)
        for each in self.members:
            try:
                return each.quick(value, notes)
            except DepartureError:
                continue
        raise DepartureError

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """See `Codec`."""
        chosen = self._chosen(value)
        if chosen is not None:
            return chosen.decode(value, reading, path)
        # A mark of an unfit variant must not outlive it, so additions of the fitting one are told afresh.
        for each in self.members:
            try:
                each.quick(value, set())
            except DepartureError:
                continue
            return each.decode(value, reading, path)
        return self._departed(value, reading, path)

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        for each in self.members:
            try:
                return each.check(value, where)
            except (TypeError, ValueError):
                continue
        raise self._refused(value, where)


def items_of(value: Any, where: str) -> list[Any]:
    """Take the items of a list argument.

    Args:
        value: Any iterable but a string, bytes or a mapping.
        where: What the caller calls it.

    Returns:
        Its items.

    Raises:
        TypeError: It is something else; often a single value where a list of one is meant.
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
    "UUID_",
    "Codec",
    "DepartureError",
    "ListOf",
    "Literals",
    "MapOf",
    "ModelOf",
    "Nullable",
    "OpenLiterals",
    "UnionOf",
    "items_of",
]
