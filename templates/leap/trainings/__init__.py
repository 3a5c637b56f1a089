"""Start trainings at most once for each key, with a journal that survives crashes and retries.

    from tryleap import Leap
    from tryleap.trainings import Trainings

    with Leap() as leap, Trainings(leap, "trainings.db") as trainings:
        trainings.start("order-1042", name="Alex", image_sample_files=["me-1.jpg", "me-2.jpg"])
        training = trainings.wait("order-1042")
        print(training.state, training.model)

For each key of a journal, at most one request is sent that the service may have acted on, regardless of
crashes, retries, threads, processes and machines. This does not cover proxies and transports that repeat
requests; a journal that was deleted, restored from a backup, or failed over to a replica that lags behind;
SQLite on a network drive; and a wrong `resolve`.

It needs the extra `trainings`, or `postgres` for a journal that several machines share.
"""

from __future__ import annotations

from importlib.util import find_spec

from .._version import install_command

# Checked here because the message of a failed import would not say what to install.
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
