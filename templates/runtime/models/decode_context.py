"""How a response is decoded: leniently or strictly, and where drift from the document is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeGuard

from ..drift import DriftKind
from ..json_limits import MAX_DEPTH, TOO_DEEP, is_too_deep
from ..redaction import cleaned

# The place of a value: the path of its container, and its key or index there; None for the response itself.
# A pair costs almost nothing. It is only written as text if there is drift to report.
Path: TypeAlias = "tuple[Path, str | int] | None"
# Describes what is wrong with a value. Its argument quotes a value for a message.
Detail: TypeAlias = Callable[[Callable[[Any], str]], str]
# Characters of a value that a message quotes.
_LONGEST_QUOTE: Final = 60
# Items of a list or map between two checks of the deadline: one for each would cost a tenth of decoding it.
ITEMS_BETWEEN_CHECKS: Final = 256
# Reports for one response; further ones would say nothing new.
_MAX_REPORTS: Final = 10_000


class DecodeError(Exception):
    """A value cannot be decoded at all, or not strictly.

    Args:
        path: Its place, for example "things[3].name"; empty for the response itself.
        detail: What is wrong with it, as the end of a sentence that begins with the path.
    """

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path or 'the response'} {detail}")
        self.path = path
        self.detail = detail


class Drift:
    """A value that is not as documented.

    Args:
        kind: The kind of difference.
        path: Its place.
        detail: Describes the difference. It is only called if the text is needed.
    """

    def __init__(self, kind: DriftKind, path: Path, detail: Detail) -> None:
        self.kind: DriftKind = kind
        self.path = path
        self.detail = detail

    def place(self, secrets: Sequence[str]) -> str:
        """Return the path as text, without secrets."""
        return cleaned(path_text(self.path), secrets)

    def text(self, secrets: Sequence[str]) -> str:
        """Return the detail as text, without secrets."""
        return cleaned(self.detail(lambda value: quoted(value, secrets=secrets)), secrets)


class DecodeContext:
    """How values are decoded.

    Args:
        strict: Whether a mismatch raises.
        report: Called with each addition, and with each mismatch that does not raise; or None.
        check_deadline: Called once in `ITEMS_BETWEEN_CHECKS` items; raises if the deadline has passed.
        limit_depth: Whether to refuse what is nested more than 100 deep.
        secrets: The texts that must not be shown, from `redaction.secret_forms`.
    """

    __slots__ = ("_check_deadline", "_limit_depth", "_report", "_reports", "_secrets", "strict")

    def __init__(
        self,
        *,
        strict: bool = False,
        report: Callable[[Drift], object] | None = None,
        check_deadline: Callable[[], object] | None = None,
        limit_depth: bool = False,
        secrets: Sequence[str] = (),
    ) -> None:
        self.strict = strict
        self._report = report
        self._check_deadline = check_deadline
        self._limit_depth = limit_depth
        self._secrets = secrets
        self._reports = 0

    def strictly(self, report: Callable[[Drift], object]) -> DecodeContext:
        """Return a strict context with the same limits, whose additions go to `report`."""
        return DecodeContext(
            strict=True, report=report, check_deadline=self._check_deadline, limit_depth=self._limit_depth
        )

    def check_deadline(self) -> None:
        """Check the deadline. Called once in `ITEMS_BETWEEN_CHECKS` items of a list or map."""
        if self._check_deadline is not None:
            self._check_deadline()

    def check_depth(self, value: Any, path: Path) -> None:
        """Refuse a value of undocumented structure that is nested too deeply.

        Args:
            value: The value, which will be kept as it is.
            path: Its place.

        Raises:
            DecodeError: It is nested too deeply.
        """
        if self._limit_depth and isinstance(value, list | dict) and is_too_deep(value, _depth(path)):
            raise DecodeError(cleaned(path_text(path), self._secrets), TOO_DEEP)

    def check_path(self, path: Path) -> None:
        """Refuse an object that contains itself too many times.

        Args:
            path: Its place.

        Raises:
            DecodeError: It is nested too deeply.
        """
        if self._limit_depth and _depth(path) >= MAX_DEPTH:
            raise DecodeError("", TOO_DEEP)

    def mismatch(self, kind: DriftKind, path: Path, detail: Detail) -> None:
        """Report a value that is not as documented; raise if strict.

        Args:
            kind: The kind of difference.
            path: Its place.
            detail: Describes the difference.

        Raises:
            DecodeError: The context is strict.
        """
        if self.strict:
            drift = Drift(kind, path, detail)
            raise DecodeError(drift.place(self._secrets), drift.text(self._secrets))
        if self._report is not None:
            self.report(Drift(kind, path, detail))

    def report(self, drift: Drift) -> None:
        """Report drift that never raises: unknown fields, and unknown values of open sets.

        Args:
            drift: The drift.
        """
        if self._report is not None:
            self._report(drift)
            self._reports += 1
            if self._reports >= _MAX_REPORTS:
                self._report = None


LENIENT: Final = DecodeContext()
STRICT: Final = DecodeContext(strict=True)


def path_text(path: Path, *, with_indexes: bool = True) -> str:
    """Return a path as text.

    Args:
        path: The path.
        with_indexes: Whether to include indexes. Without them all items of a list have the same text.

    Returns:
        For example "things[3].name", or "things[].name" without indexes.
    """
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    text = ""
    for step in reversed(steps):
        if isinstance(step, int):
            text += f"[{step}]" if with_indexes else "[]"
        else:
            text += f".{step}" if text else step
    return text


def _depth(path: Path) -> int:
    """Return in how many arrays and objects the value at a path is."""
    depth = 0
    while path is not None:
        path, _ = path
        depth += 1
    return depth


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Return whether a JSON value is an array."""
    return isinstance(value, list)


def is_mapping(value: Any) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether a value is a mapping."""
    return isinstance(value, Mapping)


def is_tuple(value: Any) -> TypeGuard[tuple[Any, ...]]:
    """Return whether a value is a tuple."""
    return isinstance(value, tuple)


def json_kind(value: Any) -> str:
    """Return the JSON type of a value in words."""
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
    """Return the name of the Python type of a value."""
    name: str = value.__class__.__name__
    return name


def quoted(value: Any, longest: int = _LONGEST_QUOTE, secrets: Sequence[str] = ()) -> str:
    """Quote a value for a message, without secrets, and shortened."""
    text = cleaned(repr(value), secrets)
    return text if len(text) <= longest else f"{text[:longest]}..."
