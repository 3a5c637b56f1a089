"""A journal in a file, a simulator, and both classes behind one face."""

from __future__ import annotations

import functools
import inspect
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest

from tests.support.postgresql import USER, server
from tryleap import AsyncLeap, Leap
from tryleap.simulator import Simulator, running
from tryleap.trainings import AsyncTrainings, Trainings

TOKEN = "key-of-the-trainings-tests"
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of Alex" * 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `make soak`."""
    parser.addoption("--all-crashes", action="store_true", help="every case of trainings/test_crashes.py")


class Face:
    """Blocking methods of either class: coroutine functions are run in a portal."""

    def __init__(self, inner: Any, call: Callable[..., Any]) -> None:
        self.inner = inner
        self._call = call

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if not inspect.iscoroutinefunction(value):
            return value
        return lambda *args, **kwargs: self._call(functools.partial(value, *args, **kwargs))


Opener = Callable[..., Face]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings end when its clock is moved."""
    with running(training_seconds=1000, seed=1) as server:
        yield server


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the journal is to be."""
    return tmp_path / "trainings.db"


@pytest.fixture(params=["sync", "asyncio", "trio"])
def open_trainings(request: pytest.FixtureRequest, simulator: Simulator, journal: Path) -> Iterator[Opener]:
    """Opens the journal, with either class, on both event loops."""
    with ExitStack() as stack:

        def open_(place: Any = journal, *, token: Any = TOKEN, base_url: str = "", **options: Any) -> Face:
            url = base_url or simulator.base_url
            if request.param == "sync":
                leap = stack.enter_context(Leap(token, base_url=url, max_retries=0))
                return Face(stack.enter_context(Trainings(leap, place, **options)), None)
            portal = stack.enter_context(anyio.from_thread.start_blocking_portal(request.param))
            async_leap = stack.enter_context(
                portal.wrap_async_context_manager(AsyncLeap(token, base_url=url, max_retries=0))
            )
            made = AsyncTrainings(async_leap, place, **options)
            return Face(stack.enter_context(portal.wrap_async_context_manager(made)), portal.call)

        yield open_


@pytest.fixture
def trainings(open_trainings: Opener) -> Face:
    """The journal, open."""
    return open_trainings()


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
