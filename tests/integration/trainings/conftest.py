"""A journal in a file, a simulator, and both classes."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.modes import MODES, Blocking, Mode
from tests.support.postgresql import USER, server
from tests.support.uploads import uploads as uploads  # noqa: PLC0414 - a fixture, found by name
from tryleap import AsyncLeap, Leap, LeapError
from tryleap.simulator import Simulator, running
from tryleap.trainings import AsyncTrainings, Training, Trainings, _database
from tryleap.trainings._journal import Journal

TOKEN = "key-of-the-trainings-tests"
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of Alex" * 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make soak`."""
    parser.addoption("--all-crashes", action="store_true", help="every case of trainings/test_crashes.py")


Opener = Callable[..., Blocking]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings end when its clock is moved."""
    with running(training_seconds=1000, seed=1) as server:
        yield server


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal is to be."""
    return tmp_path / "trainings.db"


@pytest.fixture(params=MODES)
def open_trainings(request: pytest.FixtureRequest, simulator: Simulator, journal: Path) -> Iterator[Opener]:
    """Opens the journal, with either class, on both event loops."""
    mode = Mode(request.param)
    leap_kind, kind = (AsyncLeap, AsyncTrainings) if mode.is_async else (Leap, Trainings)
    with ExitStack() as stack:

        def open_(
            place: Any = journal, *, token: Any = TOKEN, base_url: str = "", retries: int = 0, **options: Any
        ) -> Blocking:
            leap = leap_kind(token, base_url=base_url or simulator.base_url, max_retries=retries)
            opened = mode.opened(stack, leap)
            return mode.opened(stack, kind(opened.inner, place, **options), opened)

        yield open_


@pytest.fixture
def trainings(open_trainings: Opener) -> Blocking:
    """The journal, open."""
    return open_trainings()


def commit_quickly(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a journal in a file the time that it takes for a commit to survive a power cut."""
    connect = journal.location._connect_sqlite

    def quick() -> sqlite3.Connection:
        connection = connect()
        connection.execute("PRAGMA synchronous=OFF")
        return connection

    monkeypatch.setattr(journal.location, "_connect_sqlite", quick)


@pytest.fixture
def store(journal: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journal]:
    """The journal itself, without a client."""
    made = Journal(journal)
    commit_quickly(made, monkeypatch)
    yield made
    made.close()


def lose(trainings: Blocking, simulator: Simulator, key: str, *, acted: bool, **arguments: Any) -> Training:
    """Starts a training whose answer is lost, so that it is unknown."""
    fault: dict[str, Any] = {"reset": True, "carried_out": True} if acted else {"status": 502}
    simulator.faults.add("train_model", **fault)
    with pytest.raises(LeapError) as caught:
        trainings.start(key, image_sample_files=[PNG], **arguments)
    assert caught.value.training.state == "unknown"
    return caught.value.training


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions that fail are tried again without a pause; what is paid for is tried for 15 seconds."""
    monkeypatch.setattr(_database, "time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """An image file."""
    path = tmp_path / "me-1.png"
    path.write_bytes(PNG)
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Path]:
    """A PostgreSQL server, which all tests of this process share."""
    with server() as folder:
        yield folder


@pytest.fixture
def postgresql_database(postgresql_server: Path) -> Iterator[str]:
    """The URL of an empty database."""
    import psycopg

    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(
        f"host={postgresql_server} user={USER} dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://{USER}@/{name}?host={postgresql_server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
