"""Drift: responses of the service that are not as its document says, reported once a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

# The first two are additions that a document allows for: a strict client accepts them as well.
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
# A service that makes up keys must not make the memory of what was reported grow for ever.
_MAX_REPORTED: Final = 500
# Characters of a path that tell it from others.
_MAX_PLACE: Final = 500


class DriftEvent(NamedTuple):
    """A difference between a response of the service and its document.

    Args:
        kind: What sort of difference it is.
        operation: The operation whose response it was, such as "things.get_thing".
        path: Where in the response it is, such as "things[3].name"; empty for the response itself.
        detail: One sentence about it. It may quote a short value of the response.
    """

    kind: DriftKind
    operation: str
    path: str
    detail: str

    @property
    def is_addition(self) -> bool:
        """Whether it only adds something: an unknown field, or an unknown value of an open set."""
        return self.kind in ("unknown_field", "unknown_value")


DriftHook: TypeAlias = Callable[[DriftEvent], object]


class DriftLog:
    """Reports each kind of drift once: to the log, and to a hook.

    Args:
        hook: Called with each event, or None. What it raises is logged: it must not cost the caller a
            response.
    """

    def __init__(self, hook: DriftHook | None) -> None:
        self._hook = hook
        self._reported: set[tuple[str, str, str]] = set()

    def is_new(self, operation: str, kind: DriftKind, place: str) -> bool:
        """Return whether drift is to be reported: when it is met first, and so long as there is room.

        Args:
            operation: The operation.
            kind: The kind of drift.
            place: Its path, without indexes.

        Returns:
            Whether it is new. It is not from then on.
        """
        key = (operation, kind, place[:_MAX_PLACE])
        if key in self._reported or len(self._reported) >= _MAX_REPORTED:
            return False
        self._reported.add(key)
        return True

    def report(self, event: DriftEvent) -> None:
        """Log an event and pass it to the hook.

        Args:
            event: The event.
        """
        from .log import logger

        log = logger.info if event.is_addition else logger.warning
        place = event.path[:_MAX_PLACE] or "the answer"
        log("drift: %s: %s %s (%s)", event.operation, place, event.detail, event.kind)
        if self._hook is not None:
            try:
                self._hook(event)
            except Exception:  # noqa: BLE001 - it must not cost the caller a response that was paid for
                logger.exception("on_drift failed for %s", event.kind)
