"""Drift: differences between responses and the document. Each kind of difference is reported once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

from .log import logger

# The first two are additions, which a strict client accepts too.
DriftKind: TypeAlias = Literal[
    "unknown_field",
    "unknown_value",
    "missing_field",
    "null",
    "wrong_type",
    "wrong_value",
    "undocumented_status",
    "undocumented_media_type",
]
# Kinds of drift that are remembered and reported: a service that invents keys must not fill the memory.
_MAX_REPORTED: Final = 500
# Characters of a path that are compared and logged.
_MAX_PLACE: Final = 500


class DriftEvent(NamedTuple):
    """A difference between a response and the document.

    Args:
        kind: The kind of difference.
        operation: The operation with the response, for example "things.get_thing".
        path: The place in the response, for example "things[3].name"; empty for the response itself.
        detail: What is different, in one sentence. It may quote a short value of the response.
    """

    kind: DriftKind
    operation: str
    path: str
    detail: str

    @property
    def is_addition(self) -> bool:
        """Whether something was only added: an unknown field, or an unknown value of an open set."""
        return self.kind in ("unknown_field", "unknown_value")


DriftHook: TypeAlias = Callable[[DriftEvent], object]


class DriftLog:
    """Reports each kind of drift once, to the log and to a hook.

    Args:
        hook: Called with each event; or None. An exception that it raises is logged, and the caller still
            gets the response.
    """

    def __init__(self, hook: DriftHook | None) -> None:
        self._hook = hook
        self._reported: set[tuple[str, str, str]] = set()

    def is_new(self, operation: str, kind: DriftKind, place: str) -> bool:
        """Return whether drift at a place (a path without indexes) was not reported before; remember it."""
        key = (operation, kind, place[:_MAX_PLACE])
        if key in self._reported or len(self._reported) >= _MAX_REPORTED:
            return False
        self._reported.add(key)
        return True

    def report(self, event: DriftEvent) -> None:
        """Log an event and pass it to the hook."""
        log = logger.info if event.is_addition else logger.warning
        place = event.path[:_MAX_PLACE] or "the response"
        log("drift: %s: %s %s (%s)", event.operation, place, event.detail, event.kind)
        if self._hook is not None:
            try:
                self._hook(event)
            except Exception:  # noqa: BLE001 - the caller has paid for the response
                logger.exception("on_drift failed for %s", event.kind)
