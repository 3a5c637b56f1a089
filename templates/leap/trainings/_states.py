"""The states of a training, the transitions between them, and what the end of an attempt means. No I/O.

    none -> pending                                   start, run
    pending, rejected -> sending                      start, run: the claim
    sending, unknown -> pending, rejected, started    the owner of the attempt, also when late
    sending -> unknown                                its owner; anybody once the lease is over
    pending, rejected, sending, unknown -> started    a model of the service bears the tag
    unknown -> started, pending                       `resolve`: a person
    started <-> gone, started -> finished, failed     what the service says of the model
    finished, failed <-> gone

There is no other way between two states: the journal moves a row only by one of the transitions below.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from ..errors import APIStatusError, LeapError
from ..models import ModelV2Entity
from ..operations.image_models import WAIT_FOR_TRAIN_MODEL

State: TypeAlias = Literal[
    "pending", "sending", "unknown", "rejected", "started", "finished", "failed", "gone"
]

STATES: Final[tuple[State, ...]] = get_args(State)
# The service may have acted, or may yet: `max_trainings` counts these.
BILLABLE: Final[tuple[State, ...]] = ("sending", "unknown", "started", "finished", "failed", "gone")
# The model is known.
BOUND: Final[tuple[State, ...]] = ("started", "finished", "failed", "gone")
# Nothing more is expected.
ENDED: Final[tuple[State, ...]] = ("finished", "failed", "gone")
# `wait_all` waits for these. Nobody can say when an unknown one will be settled.
UNDER_WAY: Final[tuple[State, ...]] = ("sending", "started")


class Transition(NamedTuple):
    """A way from some states into one.

    Args:
        sources: The states that it leads from.
        target: The state that it leads to.
    """

    sources: tuple[State, ...]
    target: State


# The claim comes before anything is sent.
CLAIM: Final = Transition(("pending", "rejected"), "sending")
# By the owner of the attempt, whose id the row must bear.
RELEASE: Final = Transition(("sending", "unknown"), "pending")
REJECT: Final = Transition(("sending", "unknown"), "rejected")
START: Final = Transition(("sending", "unknown"), "started")
LOSE: Final = Transition(("sending",), "unknown")
# By anybody, once the lease is over.
EXPIRE: Final = Transition(("sending",), "unknown")
# By anybody who has seen a model with the row's tag.
ADOPT: Final = Transition(("pending", "rejected", "sending", "unknown"), "started")
# By a person.
BIND: Final = Transition(("unknown",), "started")
REOPEN: Final = Transition(("unknown",), "pending")
# By what the service says of the model.
FINISH: Final = Transition(("started", "gone"), "finished")
FAIL: Final = Transition(("started", "gone"), "failed")
VANISH: Final = Transition(("started", "finished", "failed"), "gone")
RETURN: Final = Transition(("gone",), "started")

TRANSITIONS: Final[tuple[Transition, ...]] = (
    CLAIM,
    RELEASE,
    REJECT,
    START,
    LOSE,
    EXPIRE,
    ADOPT,
    BIND,
    REOPEN,
    FINISH,
    FAIL,
    VANISH,
    RETURN,
)


class Outcome(NamedTuple):
    """How an attempt ended.

    Args:
        transition: Where its row goes.
        error: What the journal keeps as the reason, or None.
        model: The model that the service created, or None.
    """

    transition: Transition
    error: str | None = None
    model: ModelV2Entity | None = None


def outcome_of(error: BaseException, *, began: bool) -> Outcome:
    """Decide what the end of an attempt by an exception means.

    Args:
        error: The exception.
        began: Whether sending had begun, which decides where the exception is none of the client's:
            cancellation, Ctrl-C, or one of a callback.

    Returns:
        The outcome.
    """
    text = _text_of(error)
    if not isinstance(error, LeapError):
        return Outcome(LOSE if began else RELEASE, text)
    # One predicate for client and journal.
    if getattr(error, "may_have_been_processed", began):
        return Outcome(LOSE, text)
    return Outcome(REJECT if isinstance(error, APIStatusError) else RELEASE, text)


def outcome_of_model(model: ModelV2Entity) -> Outcome:
    """Decide what an answer to a training request means.

    Args:
        model: The answer.

    Returns:
        The outcome; without an id there is nothing to wait for, and the row's tag must settle it.
    """
    if model.id:
        return Outcome(START, None, model)
    return Outcome(LOSE, "the response has no model id", model)


def transition_by_status(state: State, status: Any) -> Transition | None:
    """Decide where a row goes by the status of its model.

    Args:
        state: The row's state.
        status: The model's status, of an open set.

    Returns:
        The transition; None where the row stays where it is.
    """
    if status in WAIT_FOR_TRAIN_MODEL.done:
        found = FINISH
    elif status in WAIT_FOR_TRAIN_MODEL.failed:
        found = FAIL
    else:
        found = RETURN
    return found if state in found.sources else None


def _text_of(error: BaseException) -> str:
    """What the journal keeps. Messages of exceptions that are not ours may hold anything, a key too."""
    return str(error) if isinstance(error, LeapError) else type(error).__name__
