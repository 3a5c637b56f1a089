"""The base class of codecs, and the codecs of values without parts: strings, numbers, dates, sets of values.

A codec decodes JSON values of one type, and checks and encodes values to send. It passes a value that is not
as documented to the context, which either reports it, and the value is returned as it is, or raises.
"""
# ruff: noqa: ARG002 - every codec has the same methods with the same arguments

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from .decode_context import DecodeContext, Drift, Path, json_kind, quoted
from .encode import to_json

_LENGTH_OF_DATE: Final = len("2026-01-31")


class Codec:
    """Decodes and encodes values of one type. This one takes anything.

    Attributes:
        exact: The Python type whose values need no decoding, so that models and lists can skip it; or None.
        known: The values of that type for which this is so; None for all.
        expected: The type in words, for messages.
        is_nullable: Whether the document allows null.
    """

    exact: type | None = None
    known: frozenset[str] | None = None
    expected = "a value"
    is_nullable = False

    @property
    def without_null(self) -> Codec:
        """The codec of the same type without null; itself if the type does not include null."""
        return self

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """Decode a JSON value.

        Args:
            value: The value.
            context: Lenient or strict.
            path: The place of the value.

        Returns:
            The Python value. In a lenient context a value of another type is returned as it is.

        Raises:
            DecodeError: The context is strict, and the value is not as documented.
        """
        context.check_depth(value, path)
        # New lists and dictionaries, so that changing the result changes nothing else.
        return to_json(value)

    def _mismatch(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """Return a value that is not as documented as it is, or raise if the context is strict."""
        context.check_depth(value, path)
        expected = self.expected
        if value is None:
            context.mismatch("null", path, lambda _: f"is null where the document has {expected}")
            return None

        def detail(quote: Callable[[Any], str]) -> str:
            return f"is {json_kind(value)} ({quote(value)}) where the document has {expected}"

        context.mismatch("wrong_type", path, detail)
        return value

    def check(self, value: Any, where: str) -> Any:
        """Check a Python value to send, and encode it as a JSON value.

        Args:
            value: The value.
            where: The argument, for messages.

        Returns:
            The JSON value.

        Raises:
            TypeError: The value is of another type.
            ValueError: The value is of the right type, but not allowed.
        """
        return to_json(value)

    def text(self, value: Any, where: str) -> str:
        """Check a Python value to send outside JSON, and write it as text.

        Args:
            value: The value.
            where: The argument, for messages.

        Returns:
            The text.

        Raises:
            TypeError: The value is of another type.
            ValueError: The value is of the right type, but not allowed.
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

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        return value if type(value) is self.exact else self._mismatch(value, context, path)

    def check(self, value: Any, where: str) -> Any:
        # Subclasses are allowed, such as an enum of strings; but a boolean is not an integer.
        if isinstance(value, self._kind) and not (self._kind is int and isinstance(value, bool)):
            return to_json(value)
        raise self._refused(value, where)


class _Int(_Exact):
    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        # JSON does not distinguish 1.0 from 1.
        if type(value) is float and value.is_integer():
            return int(value)
        return super().decode(value, context, path)


class _Float(_Exact):
    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        return value if type(value) is int else super().decode(value, context, path)

    def check(self, value: Any, where: str) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        raise self._refused(value, where)


class _Null(_Exact):
    """Null. It has no exact type, so that a model notes that the field was null."""

    is_nullable = True

    def __init__(self) -> None:
        super().__init__(type(None), "null")
        self.exact = None

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        return None if value is None else self._mismatch(value, context, path)


class Parsed(Codec):
    """A string that is parsed to a value of another type.

    Args:
        kind: The type.
        expected: The type in words.
        parse: Parses the string, or raises ValueError.
    """

    def __init__(self, kind: type, expected: str, parse: Callable[[str], Any]) -> None:
        self._kind = kind
        self.expected = expected
        self._parse = parse

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if type(value) is not str:
            return self._mismatch(value, context, path)
        try:
            return self._parse(value)
        except ValueError:
            return self._mismatch(value, context, path)

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        # A datetime is a date to Python, but not on the wire.
        if not isinstance(value, self._kind) or (self._kind is dt.date and isinstance(value, dt.datetime)):
            raise self._refused(value, where)
        return to_json(value)


class Literals(Codec):
    """A closed set of values.

    Args:
        *values: The values.
    """

    def __init__(self, *values: str | float | bool) -> None:
        self.values = values
        self.expected = "one of " + ", ".join(map(repr, self.values))

    def _has(self, value: Any) -> bool:
        # True equals 1 in Python, and not in JSON.
        return any(
            value == each and isinstance(value, bool) == isinstance(each, bool) for each in self.values
        )

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if self._has(value):
            return value
        if value is None:
            return self._mismatch(value, context, path)
        context.check_depth(value, path)
        context.mismatch(
            "wrong_value", path, lambda quote: f"is {quote(value)}, and the document has {self.expected}"
        )
        return value

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        written = to_json(value)
        if self._has(written):
            return written
        raise ValueError(f"{where} must be {self.expected}, not {quoted(value)}")


class OpenLiterals(Codec):
    """An open set of strings: some values are documented, and any other is valid too.

    Args:
        *values: The documented values.
    """

    exact = str
    expected = "a string"

    def __init__(self, *values: str) -> None:
        self.known = frozenset(values)

    def decode(self, value: Any, context: DecodeContext, path: Path) -> Any:
        """See `Codec`."""
        if type(value) is not str:
            return self._mismatch(value, context, path)
        if self.known is not None and value not in self.known:
            known = ", ".join(map(repr, sorted(self.known)))
            context.report(
                Drift(
                    "unknown_value", path, lambda quote: f"is {quote(value)}, and the document knows {known}"
                )
            )
        return value

    def check(self, value: Any, where: str) -> Any:
        """See `Codec`."""
        return STR.check(value, where)


def _parse_datetime(text: str) -> dt.datetime:
    # Python parses a date alone as midnight. In a union of both, a date must stay a date.
    if len(text) <= _LENGTH_OF_DATE:
        raise ValueError(text)
    return dt.datetime.fromisoformat(text)


def as_datetime(text: str | None) -> dt.datetime | None:
    """Parse a date and time.

    Args:
        text: The date and time in ISO 8601, or None.

    Returns:
        The date and time, with a time zone if the string has one; None for None.

    Raises:
        ValueError: It is not a date and time in ISO 8601.
    """
    if text is None:
        return None
    try:
        return _parse_datetime(text)
    except (ValueError, TypeError):
        raise ValueError(f"{quoted(text)} is not a date and time in ISO 8601") from None


ANY: Final = Codec()
STR: Final = _Exact(str, "a string")
INT: Final = _Int(int, "an integer")
FLOAT: Final = _Float(float, "a number")
BOOL: Final = _Exact(bool, "a boolean")
NONE: Final = _Null()
DATE: Final = Parsed(dt.date, "a date", dt.date.fromisoformat)
DATETIME: Final = Parsed(dt.datetime, "a date and time", _parse_datetime)
