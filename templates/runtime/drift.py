"""Drift: departures of the service from its document, told once a kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal, NamedTuple, TypeAlias

# The first two are additions that a generous document allows: even a strict client bears them.
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
# A service with free keys must not make the memory of what was told grow for ever.
_MOST_KINDS: Final = 500
_INDEX: Final = re.compile(r"\[\d+\]")


class DriftEvent(NamedTuple):
    """A departure of the service from its document.

    Args:
        kind: What sort of departure it is.
        operation: The operation whose answer it was, such as "things.get_thing".
        path: Where in the answer it stands, such as "things[3].name"; empty for the answer itself.
        detail: One sentence about it. It may quote a short value of the answer.
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
    """Tells each kind of departure once: to the log, and to a hook.

    Args:
        hook: Called with each event, or None. What it raises goes to the log: it must not cost the
            caller an answer.
    """

    def __init__(self, hook: DriftHook | None) -> None:
        self._hook = hook
        self._told: set[tuple[str, str, str]] = set()
        # Marks that the quick way of decoding left, for which the slow way has told the events.
        self.known_notes: set[object] = set()

    def tell(self, event: DriftEvent) -> None:
        """Tell of a departure, unless one of its kind was told at the same place before.

        Args:
            event: The departure.
        """
        key = (event.kind, event.operation, _INDEX.sub("[]", event.path))
        if key in self._told or len(self._told) >= _MOST_KINDS:
            return
        self._told.add(key)
        from .log import logger

        say = logger.info if event.is_addition else logger.warning
        say("drift: %s: %s %s (%s)", event.operation, event.path or "the answer", event.detail, event.kind)
        if self._hook is not None:
            try:
                self._hook(event)
            except Exception:  # noqa: BLE001 - it must not cost the caller an answer that was paid for
                logger.exception("on_drift failed for %s", event.kind)
