"""Codecs: how a value of the document's types is read from JSON, checked before it is sent, and written as text.

Each codec reads in two ways. `quick` is for an answer that is as documented: it keeps no paths and gives up with
`Departure` at the first surprise. `decode` then reads again, knows where it is, and tells of each departure or
refuses it. So what costs time is paid for only where there is something to tell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Final
from uuid import UUID

from .plain import to_json
from .reading import Reading, Unreadable, join, json_kind, quoted


class Departure(Exception):
    """The quick way of reading met something that is not as documented."""


class Codec:
    """Reads and writes values of one type. This one takes anything.

    Attributes:
        exact: The Python type whose values `quick` returns unchanged, or None.
        expected: The type in words, for messages.
    """

    exact: type | None = None
    expected = "a value"

    def quick(self, value: Any, notes: set[object]) -> Any:
        """Read a JSON value that is as documented.

        Args:
            value: The value.
            notes: Marks of additions (unknown fields, unknown values of open sets) are put here.

        Returns:
            The Python value.

        Raises:
            Departure: The value is not as documented.
        """
        # Fresh lists and dictionaries, so that changing what was read changes nothing else.
        return to_json(value)

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """Read any JSON value.

        Args:
            value: The value.
            reading: Generous or strict, and who is told.
            path: Where the value is.

        Returns:
            The Python value; where it is not of the type, a generous reading returns it as it is.

        Raises:
            Unreadable: The reading is strict, and the value departs from the document.
        """
        try:
            return self.quick(value, set())
        except Departure:
            return self._departed(value, reading, path)

    def _departed(self, value: Any, reading: Reading, path: str) -> Any:
        if value is None:
            reading.depart("null", path, f"is null where the document has {self.expected}")
        else:
            found = f"{json_kind(value)} ({quoted(value)})"
            reading.depart("wrong_type", path, f"is {found} where the document has {self.expected}")
        return value

    def check(self, value: Any, where: str) -> Any:
        """Check a Python value that is to be sent, and write it as JSON.

        Args:
            value: The value.
            where: What the caller calls it.

        Returns:
            The JSON value.

        Raises:
            TypeError: It is of another type.
            ValueError: It is of the type, and not allowed.
        """
        return to_json(value)

    def text(self, value: Any, where: str) -> str:
        """Check a Python value that is to be sent in a path, a query, a header or a form, and write it as text.

        Args:
            value: The value.
            where: What the caller calls it.

        Returns:
            The text.

        Raises:
            TypeError: It is of another type.
            ValueError: It is of the type, and not allowed.
        """
        written = self.check(value, where)
        if isinstance(written, str):
            return written
        if isinstance(written, bool):
            return "true" if written else "false"
        if isinstance(written, int | float):
            return repr(written)
        raise TypeError(f"{where} is {type(value).__name__}, which cannot be written as text")

    def _refused(self, value: Any, where: str) -> TypeError:
        return TypeError(f"{where} must be {self.expected}, not {type(value).__name__}")


class _Exact(Codec):
    """A JSON scalar that Python has as well."""

    def __init__(self, exact: type, expected: str) -> None:
        self.exact = exact
        self.expected = expected

    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is self.exact:
            return value
        raise Departure

    def check(self, value: Any, where: str) -> Any:
        # A subclass is welcome, such as an enum of strings; a boolean is no number.
        if isinstance(value, self.exact) and not (self.exact is int and isinstance(value, bool)):
            return to_json(value)
        raise self._refused(value, where)


class _Int(_Exact):
    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is int:
            return value
        # JSON does not tell 1.0 from 1.
        if type(value) is float and value.is_integer():
            return int(value)
        raise Departure


class _Float(_Exact):
    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is float or type(value) is int:
            return value
        raise Departure

    def check(self, value: Any, where: str) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        raise self._refused(value, where)


class _Parsed(Codec):
    """A string that stands for a value of another type.

    Args:
        kind: The type.
        expected: The type in words.
        parse: Makes a value of it, or raises ValueError.
    """

    def __init__(self, kind: type, expected: str, parse: Callable[[str], Any]) -> None:
        self._kind = kind
        self.expected = expected
        self._parse = parse

    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is not str:
            raise Departure
        try:
            return self._parse(value)
        except ValueError as problem:
            raise Departure from problem

    def check(self, value: Any, where: str) -> Any:
        # A datetime is a date to Python, but not on the wire.
        if not isinstance(value, self._kind) or (self._kind is dt.date and isinstance(value, dt.datetime)):
            raise self._refused(value, where)
        return to_json(value)


class Nullable(Codec):
    """A type, or null.

    Args:
        inner: The type's codec.
    """

    def __init__(self, inner: Codec) -> None:
        self.inner = inner
        self.expected = f"{inner.expected} or null"

    def quick(self, value: Any, notes: set[object]) -> Any:
        return None if value is None else self.inner.quick(value, notes)

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        return None if value is None else self.inner.decode(value, reading, path)

    def check(self, value: Any, where: str) -> Any:
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
        if type(value) is not list:
            raise Departure
        exact = self.item.exact
        if exact is not None:
            for each in value:
                if type(each) is not exact:
                    raise Departure
            return list(value)
        quick = self.item.quick
        return [quick(each, notes) for each in value]

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        if not isinstance(value, list):
            return self._departed(value, reading, path)
        decode = self.item.decode
        return [decode(each, reading, f"{path}[{index}]") for index, each in enumerate(value)]

    def check(self, value: Any, where: str) -> Any:
        return [self.item.check(each, f"{where}[{index}]") for index, each in enumerate(items_of(value, where))]


class MapOf(Codec):
    """An object whose keys are free.

    Args:
        value: The codec of its values.
    """

    def __init__(self, value: Codec) -> None:
        self.value = value
        self.expected = "an object"

    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is not dict:
            raise Departure
        quick = self.value.quick
        return {key: quick(each, notes) for key, each in value.items()}

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        if not isinstance(value, dict):
            return self._departed(value, reading, path)
        return {key: self.value.decode(each, reading, join(path, key)) for key, each in value.items()}

    def check(self, value: Any, where: str) -> Any:
        if not isinstance(value, Mapping):
            raise TypeError(f"{where} must be a mapping, not {type(value).__name__}")
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{where} has the key {quoted(key)}, which is no string")
        return {key: self.value.check(each, f"{where}[{key!r}]") for key, each in value.items()}


class Literals(Codec):
    """A closed set of values.

    Args:
        values: The values.
    """

    def __init__(self, values: Iterable[str | int | float | bool]) -> None:
        self.values = tuple(values)
        self.expected = "one of " + ", ".join(map(repr, self.values))

    def _has(self, value: Any) -> bool:
        # True equals 1 in Python, and not in JSON.
        return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in self.values)

    def quick(self, value: Any, notes: set[object]) -> Any:
        if self._has(value):
            return value
        raise Departure

    def _departed(self, value: Any, reading: Reading, path: str) -> Any:
        if value is None:
            return super()._departed(value, reading, path)
        reading.depart("wrong_value", path, f"is {quoted(value)}, and the document has {self.expected}")
        return value

    def check(self, value: Any, where: str) -> Any:
        written = to_json(value)
        if self._has(written):
            return written
        raise ValueError(f"{where} must be {self.expected}, not {quoted(value)}")


class OpenLiterals(Codec):
    """An open set of strings: the known ones help the reader, and any other is as good.

    Args:
        values: The known values.
    """

    expected = "a string"

    def __init__(self, values: Iterable[str]) -> None:
        self.values = frozenset(values)
        self._mark = ("unknown_value", id(self))

    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is not str:
            raise Departure
        if value not in self.values:
            notes.add(self._mark)
        return value

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        if type(value) is not str:
            return self._departed(value, reading, path)
        if value not in self.values:
            known = ", ".join(map(repr, sorted(self.values)))
            reading.note("unknown_value", path, f"is {quoted(value)}, and the document knows {known}")
        return value

    def check(self, value: Any, where: str) -> Any:
        return STR.check(value, where)


class ModelOf(Codec):
    """A model, by the name of its class. It is found at first use, so that models may refer to each other.

    Args:
        module: The full name of the module that has it.
        name: The name of the class.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name
        self._class: Any = None
        self.expected = f"an object ({name})"

    @property
    def model(self) -> Any:
        """The class."""
        if self._class is None:
            self._class = getattr(import_module(self._module), self._name)
        return self._class

    def quick(self, value: Any, notes: set[object]) -> Any:
        return (self._class or self.model)._quick(value, notes)  # noqa: SLF001 - hidden from the caller, not from us

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        if not isinstance(value, dict):
            return self._departed(value, reading, path)
        return self.model._decode(value, reading, path)  # noqa: SLF001 - as above

    def check(self, value: Any, where: str) -> Any:
        if isinstance(value, self.model):
            return value.to_dict()
        if isinstance(value, Mapping):
            return to_json(value)
        raise TypeError(f"{where} must be {self._name} or a mapping, not {type(value).__name__}")


class UnionOf(Codec):
    """One of several types.

    A variant is read strictly, or the first one would always win. Where a property tells them apart, that decides,
    and the chosen variant is read like anything else.

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
        by_name = {each._name: each for each in self.members if isinstance(each, ModelOf)}  # noqa: SLF001 - same module
        self._mapping = {value: by_name[name] for value, name in (mapping or {}).items() if name in by_name}
        self.expected = " or ".join(dict.fromkeys(each.expected for each in self.members)) or "a value"

    def _chosen(self, value: Any) -> Codec | None:
        if self._discriminator is None or not isinstance(value, dict):
            return None
        sign = value.get(self._discriminator)
        return self._mapping.get(sign) if isinstance(sign, str) else None

    def quick(self, value: Any, notes: set[object]) -> Any:
        chosen = self._chosen(value)
        if chosen is not None:
            return chosen.quick(value, notes)
        for each in self.members:
            try:
                return each.quick(value, notes)
            except Departure:
                continue
        raise Departure

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        chosen = self._chosen(value)
        if chosen is not None:
            return chosen.decode(value, reading, path)
        # A mark of an unfit variant must not outlive it, so additions of the fitting one are told afresh.
        for each in self.members:
            try:
                each.quick(value, set())
            except Departure:
                continue
            return each.decode(value, reading, path)
        return self._departed(value, reading, path)

    def check(self, value: Any, where: str) -> Any:
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
    if isinstance(value, str | bytes | bytearray | memoryview | Mapping) or not isinstance(value, Iterable):
        raise TypeError(f"{where} must be a list, not {type(value).__name__}; for a single one give [{where}]")
    return list(value)


def read(codec: Codec, value: Any, reading: Reading) -> Any:
    """Read a JSON value, generously or strictly; the quick way first.

    Args:
        codec: The codec of its type.
        value: The value.
        reading: The way of reading.

    Returns:
        The Python value.

    Raises:
        Unreadable: The reading is strict, and the value departs from the document.
    """
    try:
        return codec.quick(value, set())
    except Departure:
        return codec.decode(value, reading, "")


ANY: Final = Codec()
STR: Final = _Exact(str, "a string")
INT: Final = _Int(int, "an integer")
FLOAT: Final = _Float(float, "a number")
BOOL: Final = _Exact(bool, "a boolean")
NONE: Final = _Exact(type(None), "null")
DATE: Final = _Parsed(dt.date, "a date", dt.date.fromisoformat)
DATETIME: Final = _Parsed(dt.datetime, "a date and time", dt.datetime.fromisoformat)
UUID_: Final = _Parsed(UUID, "a UUID", UUID)

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
    "Departure",
    "ListOf",
    "Literals",
    "MapOf",
    "ModelOf",
    "Nullable",
    "OpenLiterals",
    "UnionOf",
    "Unreadable",
    "items_of",
    "read",
]
