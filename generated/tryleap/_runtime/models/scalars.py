"""Codecs of values without parts: strings, numbers, dates, closed and open sets. `codecs` has the others.

Each codec reads in two ways. `quick` is for an answer that is as documented: it keeps no paths and gives up
with `DepartureError` at the first surprise. `decode` then reads again, knows where it is, and tells of each
departure or refuses it. So what costs time is paid for only where there is something to tell.
"""
# ruff: noqa: ARG002 - every codec has the same methods with the same arguments

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from .decode_context import Reading, json_kind, quoted
from .json_values import to_json

_LENGTH_OF_DATE: Final = len("2026-01-31")


class DepartureError(Exception):
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
            DepartureError: The value is not as documented.
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
            UnreadableError: The reading is strict, and the value departs from the document.
        """
        try:
            return self.quick(value, set())
        except DepartureError:
            return self._departed(value, reading, path)

    def _departed(self, value: Any, reading: Reading, path: str) -> Any:
        if value is None:
            reading.depart("null", path, f"is null where the document has {self.expected}")
        else:
            found = f"{json_kind(value)} ({reading.quoted(value)})"
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
        """Check a Python value that is to be sent outside of JSON, and write it as text.

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
        self._kind = exact
        self.expected = expected

    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is self.exact:
            return value
        raise DepartureError

    def check(self, value: Any, where: str) -> Any:
        # A subclass is welcome, such as an enum of strings; a boolean is no number.
        if isinstance(value, self._kind) and not (self._kind is int and isinstance(value, bool)):
            return to_json(value)
        raise self._refused(value, where)


class _Int(_Exact):
    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is int:
            return value
        # JSON does not tell 1.0 from 1.
        if type(value) is float and value.is_integer():
            return int(value)
        raise DepartureError


class _Float(_Exact):
    def quick(self, value: Any, notes: set[object]) -> Any:
        if type(value) is float or type(value) is int:
            return value
        raise DepartureError

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
            raise DepartureError
        try:
            return self._parse(value)
        except ValueError as problem:
            raise DepartureError from problem

    def check(self, value: Any, where: str) -> Any:
        # A datetime is a date to Python, but not on the wire.
        if not isinstance(value, self._kind) or (self._kind is dt.date and isinstance(value, dt.datetime)):
            raise self._refused(value, where)
        return to_json(value)


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
        return any(
            value == each and isinstance(value, bool) == isinstance(each, bool) for each in self.values
        )

    def quick(self, value: Any, notes: set[object]) -> Any:
        """See `Codec`."""
        if self._has(value):
            return value
        raise DepartureError

    def _departed(self, value: Any, reading: Reading, path: str) -> Any:
        if value is None:
            return super()._departed(value, reading, path)
        reading.depart(
            "wrong_value", path, f"is {reading.quoted(value)}, and the document has {self.expected}"
        )
        return value

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
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
        """See `Codec`."""
        if type(value) is not str:
            raise DepartureError
        if value not in self.values:
            notes.add(self._mark)
        return value

    def decode(self, value: Any, reading: Reading, path: str) -> Any:
        """See `Codec`."""
        if type(value) is not str:
            return self._departed(value, reading, path)
        if value not in self.values:
            known = ", ".join(map(repr, sorted(self.values)))
            reading.note("unknown_value", path, f"is {reading.quoted(value)}, and the document knows {known}")
        return value

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        return STR.check(value, where)


def _moment(text: str) -> dt.datetime:
    # A date alone is none, though Python reads it as midnight: where either may come, a date stays a date.
    if len(text) <= _LENGTH_OF_DATE:
        raise ValueError(text)
    return dt.datetime.fromisoformat(text)


ANY: Final = Codec()
STR: Final = _Exact(str, "a string")
INT: Final = _Int(int, "an integer")
FLOAT: Final = _Float(float, "a number")
BOOL: Final = _Exact(bool, "a boolean")
NONE: Final = _Exact(type(None), "null")
DATE: Final = _Parsed(dt.date, "a date", dt.date.fromisoformat)
DATETIME: Final = _Parsed(dt.datetime, "a date and time", _moment)
UUID_: Final = _Parsed(UUID, "a UUID", UUID)
