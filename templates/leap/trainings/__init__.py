"""Trainings that survive crashes and retries, by a journal that gives each the key that the service lacks.

    from tryleap import Leap
    from tryleap.trainings import Trainings

    with Leap() as leap, Trainings(leap, "trainings.db") as trainings:
        trainings.start("order-1042", name="Alex", image_sample_files=["me-1.jpg", "me-2.jpg"])
        training = trainings.wait("order-1042")
        print(training.state, training.model)

Per journal and key, at most one request is sent that the service may have acted on, whatever crashes,
retries, threads, processes or machines are involved. Outside of that are: proxies and transports that repeat
requests; a journal that was deleted, restored from a copy, or failed over to a replica that lags behind;
SQLite on a network drive; and a wrong `resolve`.

It needs the extra `trainings`, or `postgres` for a journal that several machines share.
"""

from __future__ import annotations

from importlib.util import find_spec

from .._version import install_command

# Named here rather than left to the first import that fails, whose message would not say what to do.
if find_spec("sqlalchemy") is None:
    raise ImportError(f"tryleap.trainings needs SQLAlchemy: {install_command('trainings')}")

from ._arguments import TrainArguments
from ._async.trainings import AsyncTrainings
from ._states import State
from ._sync.trainings import Trainings
from ._training import (
    JournalError,
    Reconciliation,
    Training,
    TrainingConflictError,
    TrainingUnknownError,
)

__all__ = [
    "AsyncTrainings",
    "JournalError",
    "Reconciliation",
    "State",
    "TrainArguments",
    "Training",
    "TrainingConflictError",
    "TrainingUnknownError",
    "Trainings",
]
