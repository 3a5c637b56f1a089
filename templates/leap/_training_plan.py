"""Plan a run of a manifest: check each row and look it up in the journal. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from ._training_manifest import ManifestRow
from .trainings import TrainingConflictError
from .trainings._arguments import prepare
from .trainings._journal import Journal
from .trainings._states import BILLABLE, CLAIM


class Planned(NamedTuple):
    """What would become of a row.

    Args:
        key: The training's key.
        action: `send`; `keep`, where it was sent before; `hold`, where the limit of trainings is reached;
            `conflict`, where the key belongs to a training with other arguments; `refuse`, where an argument
            cannot be sent.
        state: The training's state in the journal, or None.
        images: How many it has.
        problem: Why it cannot be sent, or None.
    """

    key: str
    action: Literal["send", "keep", "hold", "conflict", "refuse"]
    state: str | None
    images: int
    problem: str | None


def plan_of(rows: Sequence[ManifestRow], journal: str | None, max_trainings: int | None) -> list[Planned]:
    """Say what a run would do with each row of a manifest; `journal` is None if there is none yet.

    Raises:
        JournalError: The journal cannot be read.
    """
    with _opened(journal) as recorded:
        sent = 0 if recorded is None else len(recorded.list(BILLABLE))
        plan = []
        for row in rows:
            planned = _planned(row, recorded)
            if planned.action == "send":
                if max_trainings is not None and sent >= max_trainings:
                    planned = planned._replace(action="hold")
                sent += planned.action == "send"
            plan.append(planned)
    return plan


@contextmanager
def _opened(journal: str | None) -> Iterator[Journal | None]:
    if journal is None:
        yield None
        return
    opened = Journal(journal)
    try:
        yield opened
    finally:
        opened.close()


def _planned(row: ManifestRow, journal: Journal | None) -> Planned:
    arguments: dict[str, Any] = dict(row.arguments)
    key = arguments.pop("key")
    images = len(row.files) or len(arguments.get("image_sample_urls", ()))
    try:
        prepared = prepare(key, arguments)
        try:
            training = None if journal is None else journal.recorded(prepared)
        finally:
            prepared.close()
    except TrainingConflictError as conflict:
        state = None if conflict.training is None else conflict.training.state
        return Planned(key, "conflict", state, images, f"{row.place}: {conflict}")
    except (ValueError, TypeError) as problem:
        return Planned(key, "refuse", None, images, f"{row.place}: {problem}")
    if training is None or training.state in CLAIM.sources:
        return Planned(key, "send", None if training is None else training.state, images, None)
    return Planned(key, "keep", training.state, images, None)
