"""The wheel and two environments with it, made once for all workers of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.dev.setup import only_one
from tests.release.quickstart.machine import Machine, build_wheel, make_environment


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is filled once, also where several workers of one run ask for it."""
    # The folder of a worker lies within that of the run.
    base = factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    folder, ready = shared / f"quickstart-{name}", shared / f"quickstart-{name}.ready"
    with only_one(shared / f"quickstart-{name}.lock"):
        if not ready.exists():
            folder.mkdir()
            make(folder)
            ready.touch()
    return folder


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as an index would get it."""
    (found,) = once(tmp_path_factory, "wheel", build_wheel).glob("*.whl")
    return found


@pytest.fixture(scope="session")
def plain_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the package alone."""
    return once(tmp_path_factory, "plain", lambda folder: make_environment(folder, str(wheel)))


@pytest.fixture(scope="session")
def full_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with its command line, simulator and journal, and the pytest of a new user."""
    return once(
        tmp_path_factory,
        "full",
        lambda folder: make_environment(folder, f"{wheel}[cli,simulator,trainings]", "pytest"),
    )


@pytest.fixture
def full(full_environment: Path, tmp_path: Path) -> Machine:
    """A machine with the extras, in an empty folder with two pictures."""
    machine = Machine(full_environment, tmp_path)
    machine.pictures()
    return machine


@pytest.fixture
def address(full: Machine) -> Iterator[str]:
    """The address of a simulator that the installed command runs."""
    with full.simulator() as found:
        full.variables |= {"LEAP_BASE_URL": found, "LEAP_API_KEY": "a-new-users-key"}
        yield found
