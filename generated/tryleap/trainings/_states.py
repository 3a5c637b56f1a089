"""Define the states of a training and the transitions between them. This module does no I/O.

    none -> pending                                   start, run
    pending, rejected -> sending                      start, run: the claim
    sending, unknown -> pending, rejected, started    the owner of the attempt, also when late
    sending -> unknown                                the owner; anyone once the lease has expired
    pending, rejected, sending, unknown -> started    a model of the service has the tag
    unknown -> started, pending                       `resolve`: a person
    started <-> gone, started -> finished, failed     the status of the model
    finished, failed <-> gone

The journal changes the state of a row only by one of the transitions below.
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
# The service has acted or may have acted: `max_trainings` counts these.
BILLABLE: Final[tuple[State, ...]] = ("sending", "unknown", "started", "finished", "failed", "gone")
# The model is known.
BOUND: Final[tuple[State, ...]] = ("started", "finished", "failed", "gone")
# The state is final, unless the service changes it.
ENDED: Final[tuple[State, ...]] = ("finished", "failed", "gone")
# `wait_all` waits for these, but not for unknown ones, which may stay unknown.
UNDER_WAY: Final[tuple[State, ...]] = ("sending", "started")


class Transition(NamedTuple):
    """A transition from several states to one.

    Args:
        sources: The states in which it is allowed.
        target: The new state.
    """

    sources: tuple[State, ...]
    target: State


# Made before anything is sent.
CLAIM: Final = Transition(("pending", "rejected"), "sending")
# Made by the owner of the attempt, whose id the row must have.
RELEASE: Final = Transition(("sending", "unknown"), "pending")
REJECT: Final = Transition(("sending", "unknown"), "rejected")
START: Final = Transition(("sending", "unknown"), "started")
LOSE: Final = Transition(("sending",), "unknown")
# Made by anyone once the lease has expired.
EXPIRE: Final = Transition(("sending",), "unknown")
# Made by anyone who sees a model with the row's tag.
ADOPT: Final = Transition(("pending", "rejected", "sending", "unknown"), "started")
# Made by a person.
BIND: Final = Transition(("unknown",), "started")
REOPEN: Final = Transition(("unknown",), "pending")
# Made when the status of the model changes.
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
    """The outcome of an attempt.

    Args:
        transition: The transition of its row.
        error: The reason to store, or None.
        model: The model that the service created, or None.
    """

    transition: Transition
    error: str | None = None
    model: ModelV2Entity | None = None


def outcome_of(error: BaseException, *, began: bool) -> Outcome:
    """Return the outcome of an attempt that raised an exception.

    Args:
        error: The exception.
        began: Whether sending had begun. It decides for exceptions that the client did not raise:
            cancellation, Ctrl-C, or an exception of a callback.

    Returns:
        The outcome.
    """
    text = _text_of(error)
    if not isinstance(error, LeapError):
        return Outcome(LOSE if began else RELEASE, text)
    # The client and the journal use the same flag.
    if getattr(error, "may_have_been_processed", began):
        return Outcome(LOSE, text)
    return Outcome(REJECT if isinstance(error, APIStatusError) else RELEASE, text)


def outcome_of_model(model: ModelV2Entity) -> Outcome:
    """Return the outcome of an attempt that returned a model. Without an id it cannot be tracked."""
    if model.id:
        return Outcome(START, None, model)
    return Outcome(LOSE, "the response has no model id", model)


def transition_by_status(state: State, status: Any) -> Transition | None:
    """Return the transition of a row for the status of its model; None if the state does not change.

    Other statuses than the known ones are possible.
    """
    if status in WAIT_FOR_TRAIN_MODEL.done:
        found = FINISH
    elif status in WAIT_FOR_TRAIN_MODEL.failed:
        found = FAIL
    else:
        found = RETURN
    return found if state in found.sources else None


def _text_of(error: BaseException) -> str:
    """Return the text to store. Messages of other exceptions could contain anything, even the API key."""
    return str(error) if isinstance(error, LeapError) else type(error).__name__
