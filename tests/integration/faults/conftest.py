"""Each client, a healthy service and images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.fault_server import FaultServer
from tests.support.modes import MODES, Mode

from .random_responses import SAMPLE
from .wire import healthy


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the number of random responses be given: `make soak` plays many more than `make check-all`."""
    parser.addoption("--cases", type=int, default=SAMPLE, help="random responses of test_random_responses.py")


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Makes an image file of so many bytes."""
    folder = tmp_path_factory.mktemp("images")

    def make(size: int) -> Path:
        path = folder / f"{size}.png"
        if not path.exists():
            path.write_bytes(b"\x89PNG\r\n\x1a\n".ljust(size, b"\0"))
        return path

    return make


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> Mode:
    """Each client."""
    return Mode(request.param)


@pytest.fixture
def service() -> Iterator[FaultServer]:
    """A service that does what it is asked to."""
    with FaultServer(healthy) as server:
        yield server
