"""Programs that are killed, stopped or cancelled: never two trainings for a key, and none lost.

A few of the cases are run in every run of the tests. The rest is marked `heavy`: a sample, or with
`--all-crashes`, as `make soak` has it, everything.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.support.subprocesses import ENVIRONMENT
from tryleap import Leap
from tryleap.simulator import Simulator, running
from tryleap.trainings import Trainings, _journal
from tryleap.trainings._arguments import DEFAULT_DEADLINE
from tryleap.trainings._states import BOUND
from tryleap.trainings._tags import tag_in

from .worker import BIG, POINTS, start_all

MODES = ("sync", "asyncio", "pool")
SEED = 15
FAULTS: dict[str, dict[str, Any]] = {
    "lost response": {"reset": True, "carried_out": True},
    "500 after acting": {"status": 500, "carried_out": True},
    "reset": {"reset": True},
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cases of the two tests that kill: all, or some of them, the same in every run."""
    everything = metafunc.config.getoption("all_crashes", default=False)
    rng = random.Random(SEED)
    if "fault" in metafunc.fixturenames:
        cases = list(itertools.product(MODES, POINTS, FAULTS))
        metafunc.parametrize(("mode", "point", "fault"), cases if everything else rng.sample(cases, 4))
    elif "moment" in metafunc.fixturenames:
        moments = list(itertools.product(MODES, range(50)))
        metafunc.parametrize(("mode", "moment"), moments if everything else rng.sample(moments, 4))


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings end at once."""
    with running(training_seconds=0.01) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.heavy)])
def place(request: pytest.FixtureRequest) -> str:
    """Where the journal is, in turn in each database."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("journal"))
    return str(request.getfixturevalue("postgresql_database"))


Worker = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def worker(simulator: Simulator, place: str) -> Iterator[Worker]:
    """Starts the program; whatever is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**settings: Any) -> subprocess.Popen[str]:
        settings = {"base_url": simulator.base_url, "journal": place, "mode": "sync", **settings}
        command = [sys.executable, "-m", "tests.integration.trainings.worker", json.dumps(settings)]
        # A group of its own, so that the members of a process pool end with it.
        started.append(
            subprocess.Popen(
                command,
                env=ENVIRONMENT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)
        each.communicate()


def end(process: subprocess.Popen[str], *statuses: int) -> str:
    said, _ = process.communicate(timeout=100)
    assert process.returncode in (statuses or (0,)), said
    return said


def fork(settings: dict[str, Any], keys: list[str]) -> int:
    """Run the program in a fork of this process, which has imported all: a fresh one takes a second."""
    with warnings.catch_warnings():
        # Python warns of forks beside threads; the simulator's do not matter to the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
        if child == 0:
            try:
                start_all(settings, keys)
                os._exit(0)
            finally:
                os._exit(1)
        return child


def billed(simulator: Simulator) -> Counter[str]:
    """How often each tag was accepted."""
    return Counter(tag_in(each.fields["name"][0]) or "" for each in simulator.uploads)


Check = Callable[[str, list[str]], Counter[str]]


@pytest.fixture
def check(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Long after all leases: whatever was accepted is bound once, and nothing else is."""

    def run(place: str, keys: list[str]) -> Counter[str]:
        later = _journal.now() + int((DEFAULT_DEADLINE + 3600) * 1_000_000)
        monkeypatch.setattr(_journal, "now", lambda: later)
        with Leap("any-key", base_url=simulator.base_url) as leap, Trainings(leap, place) as trainings:
            trainings.reconcile()
            bills = billed(simulator)
            assert set(bills.values()) <= {1}
            for each in trainings.list():
                assert (each.state in BOUND) == (each.tag in bills), each
                assert each.state != "sending"
            assert set(bills) <= {each.tag for each in trainings.list()}
            sent = len(simulator.uploads)
            rows = [{"key": key, "name": f"Training {key}", "image_sample_files": [BIG]} for key in keys]
            ended = trainings.run(rows, poll_interval=0.01)
            states = Counter(each.state for each in ended)
            assert set(states) <= {"finished", "unknown"}
            assert states["finished"] == len(simulator.uploads)
            assert set(billed(simulator).values()) <= {1}
            assert len(simulator.uploads) >= sent
            return states

    return run


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point(simulator: Simulator, journal: Any, check: Check, point: str) -> None:
    """The process dies in the midst of three trainings: none is billed twice, at most one is unknown."""
    keys = ["a", "b", "c"]
    settings = {"base_url": simulator.base_url, "journal": str(journal), "mode": "sync", "keys": keys}
    settings |= {"point": point, "nth": 2, "big": True}
    _, status = os.waitpid(fork(settings, keys), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    states = check(str(journal), keys)

    unknown = {"claimed": 1, "mid-upload": 1, "last byte": 1}
    assert states["unknown"] <= unknown.get(point, 0)
    assert states["finished"] >= 2


@pytest.mark.heavy
def test_killed_again_and_again(  # noqa: PLR0917 - fixtures and parameters
    simulator: Simulator, worker: Worker, place: str, check: Check, mode: str, point: str, fault: str
) -> None:
    """In three modes, on both databases, at every point, and with a service that loses answers besides."""
    keys = [f"k{number}" for number in range(8)]
    for nth in (1, 2, 3):
        simulator.faults.add("train_model", **FAULTS[fault])
        end(worker(mode=mode, keys=keys, point=point, nth=nth, big=True), -signal.SIGKILL, 0, 1)
    end(worker(mode=mode, keys=keys, big=True))
    check(place, keys)


@pytest.mark.heavy
def test_killed_at_any_moment(  # noqa: PLR0917 - fixtures and parameters
    simulator: Simulator, worker: Worker, place: str, check: Check, mode: str, moment: int
) -> None:
    """The whole group of processes is killed after some time, twice; then all is started that can be."""
    rng = random.Random(f"{SEED} {mode} {moment}")
    keys = [f"k{number}" for number in range(10)]
    for _ in range(2):
        simulator.faults.add("train_model", **FAULTS[rng.choice(sorted(FAULTS))])
        process = worker(mode=mode, keys=rng.sample(keys, len(keys)), big=True)
        seen = len(simulator.requests)
        while len(simulator.requests) == seen and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.5))
        with suppress(ProcessLookupError):  # all was known, and it has ended
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    end(worker(mode=mode, keys=keys, big=True))
    check(place, keys)


@pytest.mark.parametrize("point", ["claimed", "mid-upload", "response"])
def test_stopped_past_the_lease(
    simulator: Simulator, journal: Any, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a process is stopped others give its training up, and send nothing; it goes on and records it."""
    settings = {"base_url": simulator.base_url, "journal": str(journal), "mode": "sync"}
    settings |= {"point": point, "signal": signal.SIGSTOP, "big": True, "deadline": 3600}
    child = fork(settings, ["k"])
    _, status = os.waitpid(child, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    now = _journal.now
    monkeypatch.setattr(_journal, "now", lambda: now() + 10 * 3_600_000_000)
    with Leap("any-key", base_url=simulator.base_url) as leap, Trainings(leap, journal) as trainings:
        given = {"name": "Training k", "image_sample_files": [BIG]}
        before = trainings.start("k", **given)
        seen = len(simulator.uploads)
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0

        assert before.state == "unknown"
        assert seen == (point == "response")
        assert len(simulator.uploads) == 1
        assert trainings.get("k").state == "started"
        assert trainings.wait("k", poll_interval=0.01).state == "finished"


@pytest.mark.parametrize(
    ("count", "of", "limit"),
    [
        (2, 12, None),
        pytest.param(8, 100, None, marks=pytest.mark.heavy),
        pytest.param(8, 100, 40, marks=pytest.mark.heavy),
    ],
)
def test_processes_share_the_keys(  # noqa: PLR0917 - fixtures and parameters
    request: pytest.FixtureRequest,
    simulator: Simulator,
    worker: Worker,
    count: int,
    of: int,
    limit: int | None,
) -> None:
    """Each starts all in an order of its own, in `make soak` 500: so many are billed, or `max_trainings`."""
    everything = limit is None and of == 100 and request.config.getoption("all_crashes", default=False)
    keys = [f"k{number}" for number in range(500 if everything else of)]
    options = {} if limit is None else {"max_trainings": limit}
    processes = [
        worker(keys=random.Random(number).sample(keys, len(keys)), **options) for number in range(count)
    ]

    assert [end(each) for each in processes] == [""] * count
    assert len(simulator.uploads) == (len(keys) if limit is None else limit)
    assert set(billed(simulator).values()) == {1}
