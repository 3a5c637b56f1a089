"""How an answer is read: generously or strictly, and who is told of departures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeGuard

from ..drift import DriftKind
from ..redaction import cleaned

Tell: TypeAlias = Callable[[DriftKind, str, str], None]
_LONGEST_QUOTE: Final = 60


class UnreadableError(Exception):
    """A value cannot be read: at all, or by a strict reading.

    Args:
        path: Where it stands, such as "things[3].name".
        detail: What is wrong with it, to follow the path in a sentence.
    """

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path or 'the answer'} {detail}")
        self.path = path
        self.detail = detail


class Reading:
    """A way of reading.

    Args:
        strict: Whether a departure raises.
        tell: Told of each departure that does not raise, or None.
        secrets: What must not be told, from `redaction.secret_forms`.
    """

    __slots__ = ("_secrets", "_tell", "strict")

    def __init__(
        self, *, strict: bool = False, tell: Tell | None = None, secrets: Sequence[str] = ()
    ) -> None:
        self.strict = strict
        self._tell = tell
        self._secrets = secrets

    def quoted(self, value: Any) -> str:
        """Write a value of the answer for a message: shortened, and without secrets."""
        return _shortened(cleaned(repr(value), self._secrets), _LONGEST_QUOTE)

    def depart(self, kind: DriftKind, path: str, detail: str) -> None:
        """Meet a departure that a strict reading refuses.

        Args:
            kind: Its kind.
            path: Where it is.
            detail: What is wrong.

        Raises:
            UnreadableError: The reading is strict.
        """
        if self.strict:
            raise UnreadableError(cleaned(path, self._secrets), cleaned(detail, self._secrets))
        self.note(kind, path, detail)

    def note(self, kind: DriftKind, path: str, detail: str) -> None:
        """Meet an addition, which no reading refuses.

        Args:
            kind: Its kind.
            path: Where it is.
            detail: What was added.
        """
        if self._tell is not None:
            self._tell(kind, cleaned(path, self._secrets), cleaned(detail, self._secrets))


SILENT: Final = Reading()


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a JSON value is an array."""
    return isinstance(value, list)


def is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Tell whether a value of a caller's is a mapping."""
    return isinstance(value, Mapping)


def is_tuple(value: Any) -> TypeGuard[tuple[Any, ...]]:
    """Tell whether a value of a caller's is a tuple."""
    return isinstance(value, tuple)


def join(path: str, key: str) -> str:
    """Append a key to a path."""
    return f"{path}.{key}" if path else key


def json_kind(value: Any) -> str:
    """Name the JSON type of a value in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return (
        "an object"
        if isinstance(value, dict)
        else "an array"
        if isinstance(value, list)
        else type(value).__name__
    )


def type_name(value: Any) -> str:
    """Name the Python type of a value."""
    name: str = value.__class__.__name__
    return name


def quoted(value: Any, longest: int = _LONGEST_QUOTE) -> str:
    """Write a value for a message, shortened."""
    return _shortened(repr(value), longest)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}..."
