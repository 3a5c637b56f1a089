"""Hold the state of the simulated service: settings, clock, models, and the requests that it received.

This module does no HTTP. The modules beside it translate requests into calls of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict

QUEUED_SHARE = 0.2  # of the training time; the rest is `processing`


class Options(TypedDict, total=False):
    """The keyword arguments of `running` and `serve`: the fields of `Settings`, all optional."""

    training_seconds: float
    failure_rate: float
    seed: int | None
    tokens: Collection[str] | None
    train_status: int
    webhook_result: bool
    webhook_state: bool
    webhook_retry_seconds: float
    send_webhooks: bool
    record: str | os.PathLike[str] | None


@dataclass(frozen=True)
class Settings:
    """The options of a simulator.

    Args:
        training_seconds: How long a training takes, on the simulator's clock.
        failure_rate: The fraction of trainings that fail, from 0 to 1.
        seed: A number that makes ids and failures the same in every run; None for random ones.
        tokens: The only API keys to accept; None accepts all. Each key has its own workspace. A key that
            starts with `free_` has a plan without training, so training fails with 402.
        train_status: The status of an accepted training, 201 or 200 (the service's documents name both).
        webhook_result: Whether webhook bodies have the model under `result` instead of being the model.
        webhook_state: Whether webhook bodies use `state` instead of the model's `status`.
        webhook_retry_seconds: The pause before a webhook is sent again; it doubles each time.
        send_webhooks: Whether webhooks are sent. With False they are only listed in `deliveries`, so that a
            test can replay them.
        record: A file to which each accepted training is appended as a line of JSON (`id`, `name`), before
            the response is sent. It outlives the simulator, so you can count what would have been billed.

    Raises:
        ValueError: A number is out of range.
    """

    # Short, for tests. The commands that a person watches have 20 s.
    training_seconds: float = 2.0
    failure_rate: float = 0.0
    seed: int | None = None
    tokens: Collection[str] | None = None
    train_status: int = 201
    webhook_result: bool = False
    webhook_state: bool = False
    webhook_retry_seconds: float = 1.0
    send_webhooks: bool = True
    record: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        limits = {"training_seconds": 1e9, "failure_rate": 1, "webhook_retry_seconds": 1e9}
        for name, maximum in limits.items():
            value = getattr(self, name)
            if not 0 <= value <= maximum:
                raise ValueError(f"{name} is {value}: pass a number from 0 to {maximum:g}")
        if self.train_status not in (200, 201):
            raise ValueError(f"train_status is {self.train_status}: pass 200 or 201")


class Clock:
    """The simulator's time in seconds since its start: real time plus what `advance` skipped."""

    def __init__(self) -> None:
        self._zero = time.monotonic()
        self._started = datetime.now(UTC)
        self._moved = asyncio.Event()
        self._lock = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None  # whose sleepers `advance` wakes
        self.stopped = False

    def now(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._zero

    def date(self, moment: float) -> str:
        """Format a time as ISO 8601 with milliseconds, in UTC."""
        date = self._started + timedelta(seconds=moment)
        return date.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def advance(self, seconds: float) -> None:
        """Move the clock forward. It can be called from any thread."""
        if not 0 <= seconds <= 1e9:
            raise ValueError(f"seconds is {seconds}: pass a number from 0 to 1e9")
        with self._lock:
            self._zero -= seconds
            self._wake()

    def stop(self) -> None:
        """End all present and future sleeps, so that the simulator can stop immediately."""
        with self._lock:
            self._wake(stop=True)

    def _wake(self, *, stop: bool = False) -> None:
        if self.loop is not None and not self.stopped:
            self.stopped = stop
            self.loop.call_soon_threadsafe(self._move)

    def _move(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep until the time has passed, in real time or through `advance`, or until the clock stops."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0 and not self.stopped:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)


@dataclass(frozen=True)
class UploadedFile:
    """An uploaded file. `name` and `headers` are those of its part; header names are in lower case."""

    name: str
    filename: str | None
    content_type: str | None
    size: int
    sha256: str
    headers: Mapping[str, str]
    stored: Path = field(repr=False)


@dataclass(frozen=True)
class Upload:
    """An accepted training request. `fields` has a list for each name, because a form can repeat names."""

    token: str = field(repr=False)
    model_id: str
    fields: Mapping[str, list[str]]
    files: list[UploadedFile]
    headers: Mapping[str, str] = field(repr=False)


@dataclass
class ReceivedRequest:
    """A request to the API, listed as soon as its head has been received.

    `path` is still percent-encoded, and `operation` is the document's operation id, or None. `size` counts
    the received bytes of the body; `complete` is true once all were received. `status` is the status of the
    response: None before it is sent, and if a fault reset the connection.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    operation: str | None
    size: int = 0
    complete: bool = False
    status: int | None = None


@dataclass
class Delivery:
    """The webhook of a model. Each attempt is the status of the response, or the error as text.

    `body` and `headers` are what is sent, so that a test client can replay it.
    """

    model_id: str
    url: str
    due: float
    content: Callable[[], bytes | None] = field(repr=False, compare=False)
    attempts: list[int | str] = field(default_factory=list)
    delivered: bool = False
    settled: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def body(self) -> bytes:
        """The body of the request, as JSON.

        Raises:
            RuntimeError: The training has not finished yet.
        """
        content = self.content()
        if content is None:
            raise RuntimeError(
                f"the training of model {self.model_id} has not finished, so its webhook has no body yet: "
                "advance the clock with advance()"
            )
        return content

    @property
    def headers(self) -> dict[str, str]:
        """The headers that describe the body."""
        return {"content-type": "application/json"}


@dataclass(frozen=True)
class Model:
    """A model. Its status depends only on the clock."""

    id: str
    upload: Upload
    samples: list[str]
    files: list[UploadedFile]
    created: float
    ends: float
    fails: bool

    def text(self, name: str, default: str = "") -> str:
        """Return a text field of the training request."""
        return self.upload.fields.get(name, [default])[0]

    def progress(self, now: float) -> float:
        """Return the progress of the training, from 0 to 1."""
        return 1.0 if now >= self.ends else (now - self.created) / (self.ends - self.created)

    def status(self, now: float) -> str:
        """Return `queued`, `processing`, `finished` or `failed`."""
        if now >= self.ends:
            return "failed" if self.fails else "finished"
        return "queued" if self.progress(now) < QUEUED_SHARE else "processing"


class SimulatorState:
    """The workspaces of a simulator, and the lists that tests read."""

    def __init__(self, settings: Settings, folder: Path, base_url: str) -> None:
        self.settings, self.folder, self.base_url = settings, folder, base_url
        self.clock = Clock()
        self.workspaces: dict[str, dict[str, Model]] = {}
        self.uploads: list[Upload] = []
        # Bounded, because a simulator may run for weeks beside an application that polls.
        self.requests: deque[ReceivedRequest] = deque(maxlen=10_000)
        self.deliveries: list[Delivery] = []
        self._random = random.Random(settings.seed)  # noqa: S311  # not used for secrets

    def new_id(self) -> str:
        """Return a version 4 UUID. The same seed gives the same ids."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def start_training(self, upload: Upload, urls: list[str], files: list[UploadedFile]) -> Model:
        """Create a model in the token's workspace from sample URLs or stored files."""
        created, place = self.clock.now(), f"{self.base_url}/samples/{upload.model_id}"
        model = Model(
            id=upload.model_id,
            upload=upload,
            samples=urls or [f"{place}/{number}" for number in range(len(files))],
            files=files,
            created=created,
            ends=created + self.settings.training_seconds,
            fails=self._random.random() < self.settings.failure_rate,
        )
        self.workspaces.setdefault(upload.token, {})[model.id] = model
        self.uploads.append(upload)
        self._record(model)
        return model

    def _record(self, model: Model) -> None:
        if self.settings.record is None:
            return
        with open(self.settings.record, "a", encoding="utf-8") as file:  # noqa: PTH123 - as given
            file.write(json.dumps({"id": model.id, "name": model.text("name")}) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def models(self, token: str) -> dict[str, Model]:
        """Return the models of the token's workspace by id, oldest first."""
        return self.workspaces.get(token, {})

    def delete(self, model: Model) -> None:
        """Remove a model and its samples."""
        del self.workspaces[model.upload.token][model.id]
        shutil.rmtree(self.folder / model.id, ignore_errors=True)

    def entity(self, model: Model) -> dict[str, Any]:
        """Return the model as the API returns it at this time."""
        return {
            "id": model.id,
            "name": model.text("name"),
            "createdAt": self.clock.date(model.created),
            "subjectKeyword": model.text("subjectKeyword"),
            "subjectType": model.text("subjectType", "person"),
            "status": model.status(self.clock.now()),
            "imageSamples": model.samples,
        }
