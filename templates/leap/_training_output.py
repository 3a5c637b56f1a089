"""Show trainings of a journal, and ask for decisions on unknown ones."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ._cli.exit_codes import FAILURE, WRONG_USE
from ._cli.output import TableLayout, card, console, show, write_json
from ._cli.terminal import one_line, report_error
from ._training_progress import COLOURS

if TYPE_CHECKING:
    from ._training_plan import Planned
    from .models import ModelV2Entity
    from .trainings import Training


def show_trainings(trainings: Sequence[Training], *, as_json: bool) -> None:
    """Write trainings as a table, or as JSON Lines."""
    if as_json:
        for each in trainings:
            write_json(each.to_dict())
        return
    columns = (("key", "key"), ("state", "state"), ("model_id", "model"), ("error", "error"))
    rows = [each.to_dict() for each in trainings]
    show(rows, TableLayout(columns=columns, colours=COLOURS), as_json=False)


def show_plan(plan: Sequence[Planned], *, as_json: bool) -> None:
    """Show what `run` would do with each row of a manifest.

    Raises:
        SystemExit: A row cannot be sent.
    """
    if as_json:
        for each in plan:
            write_json(each._asdict())
    else:
        columns = tuple((name, name) for name in ("key", "action", "state", "images"))
        show([each._asdict() for each in plan], TableLayout(columns=columns), as_json=False)
    for each in plan:
        if each.problem is not None:
            report_error(each.problem, "This row would not be sent. Fix it.")
    if not as_json:
        counts = Counter(each.action for each in plan)
        summary = ", ".join(f"{action} {count}" for action, count in counts.items())
        console().print(f"{summary}. Nothing was sent.")
    if any(each.problem is not None for each in plan):
        raise SystemExit(WRONG_USE)


def advise(unknown: Sequence[Training]) -> None:
    """Report unknown trainings with advice."""
    for each in unknown:
        sent = f" at {each.sent_at:%Y-%m-%d %H:%M:%S} UTC" if each.sent_at else ""
        report_error(
            f"{each.key} was sent{sent}, but it is unknown whether the service started it",
            f"It is not sent again. Check the evidence and decide with: tryleap trainings resolve {each.key}",
        )


def show_evidence(training: Training, candidates: Sequence[ModelV2Entity]) -> None:
    """Show what is known of an unknown training, and similar models."""
    target = console(stderr=True)
    sent = training.to_dict() | {
        "subject_keyword": training.subject_keyword,
        "subject_type": training.subject_type,
        "files": "; ".join(f"{name or 'file'} ({size} bytes)" for name, size in training.files) or None,
    }
    target.print(card({name: value for name, value in sent.items() if value is not None}, TableLayout()))
    target.print(
        f"\nNo model has its tag, [k-{training.tag}]. This proves nothing: the list may be out of date."
    )
    if not candidates:
        target.print("There is no similar model without a tag.")
        return
    target.print("Similar models, the most likely first:")
    for model in candidates:
        target.print(one_line(f"  {model.id}  {model.status}  {model.created_at}  {model.name}"))


def ask_for_decision() -> tuple[str | None, bool]:
    """Ask for the model of an unknown training.

    Returns:
        The id of the model, or None; and whether the training was not started.

    Raises:
        SystemExit: Nothing was decided.
    """
    target = console(stderr=True)
    target.print("\nEnter the id of its model, or `not started`. Press Enter to leave it unknown: ", end="")
    answer = sys.stdin.readline().strip()
    if not answer:
        target.print("Nothing was changed.")
        raise SystemExit(FAILURE)
    if answer.lower().replace("-", " ") == "not started":
        return None, True
    return answer, False


def is_confirmed(decision: str) -> bool:
    """Ask for confirmation of a decision, which ends the question."""
    target = console(stderr=True)
    target.print(f"\nA wrong decision can cost a second training. Are you sure {decision}? [y/N] ", end="")
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    target.print("Nothing was changed.")
    return False
