"""Every fault, every call, both clients: what comes of it is what table.py says, and nothing is left."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.clocks import ManualClock
from tests.support.counting import Holdings
from tests.support.fault_server import Record
from tests.support.modes import Mode
from tryleap import errors

from .calls import call
from .scenarios import Scenario, scenario
from .secrets import everything
from .table import OPERATIONS, TABLE, Expected
from .wire import SECRET, WIRE, Wire, healthy

_LINES = {
    "list": ("GET", "/api/v2/images/models"),
    "get": ("GET", "/api/v2/images/models/m1"),
    "delete": ("DELETE", "/api/v2/images/models/m1"),
    "train": ("POST", "/api/v2/images/models/new"),
}
_PATIENT = {"timeout": 10.0, "deadline": None}

# On trio, one fault of each sort: what differs is the driver, not the rules.
ON_TRIO = (
    *("refused", "dns-failure", "connect-timeout", "tls-self-signed", "reset-in-request"),
    *("reset-after-request", "reset-in-body", "stalled-answer", "stalled-upload", "truncated-body"),
    *("stalled-body-until-deadline", "gzip-garbage", "html", "status-307", "status-400", "status-500"),
    "status-429",
)


@dataclass(frozen=True)
class Combination:
    """A fault, a call and a client.

    Attributes:
        expected: What the table has for fault and call.
        mode: Which client.
        passing: Whether the fault ends with the first pause.
    """

    expected: Expected
    mode: Mode
    passing: bool

    @property
    def wire(self) -> Wire:
        """What the server does."""
        return WIRE[self.expected.fault]


def combinations() -> Iterator[Any]:
    """All faults for all calls in all modes; where a call is repeated, lasting and passing."""
    for expected in TABLE:
        for mode in ("sync", "asyncio", *(["trio"] if expected.fault in ON_TRIO else [])):
            forms = ["lasting", "passing"] if expected.again and not expected.succeeds else ["lasting"]
            for form in forms:
                combination = Combination(expected, Mode(mode), form == "passing")
                yield pytest.param(combination, id=f"{expected.fault}-{expected.operation}-{mode}-{form}")


def test_the_table_is_complete() -> None:
    """It has one row for each fault and call, and for nothing else."""
    found = [(each.fault, each.operation) for each in TABLE]

    assert sorted(found) == sorted((fault, operation) for fault in WIRE for operation in OPERATIONS)
    assert set(ON_TRIO) <= set(WIRE)


def test_the_table_never_lets_a_training_be_sent_twice() -> None:
    """Whatever happens, the table allows one training that the server could have acted on."""
    trainings = [each for each in TABLE if each.operation == "train"]

    assert all(each.acted is not None and each.acted <= 1 and each.seen is not None for each in trainings)


@pytest.mark.parametrize("combination", list(combinations()))
def test_a_fault(
    combination: Combination,
    image: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Its outcome is typed and timely, no training is repeated, the client works on, nothing is left."""
    caplog.set_level(logging.DEBUG)
    images = [image(combination.wire.upload)]
    before = Holdings()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        said = combination.mode.run(lambda: _scenario(combination, images, monkeypatch))
        Mode("sync").run(lambda: Mode("sync").until(lambda: not before.left_over(), 2.0))

    assert before.left_over() == []
    assert [str(each.message) for each in warned] == []
    captured = capfd.readouterr()
    assert captured.err == ""
    assert all(SECRET not in text for text in (said, caplog.text, captured.out))


async def _scenario(combination: Combination, images: list[Any], patch: pytest.MonkeyPatch) -> str:
    """Run one combination; returns all that the client said of it."""
    mode = combination.mode
    tasks = mode.tasks()
    async with scenario(combination.wire, mode, patch) as there:
        clock = ManualClock(lambda seconds: there.heal() if combination.passing else None, running=True)
        client = mode.client(clock, **_options(combination, there))
        try:
            said = await _meet(combination, client, images, there)
            _check_pauses(combination, clock)
            await _works_again(combination, client, images, there)
        finally:
            await mode.close(client)
        assert await mode.until(lambda: there.server.open_connections == 0)
    assert await mode.until(lambda: mode.tasks() <= tasks)
    return said


async def _meet(combination: Combination, client: Any, images: list[Any], there: Scenario) -> str:
    """Make the call to which the fault happens, and compare what comes of it with the table."""
    expected, mode, wire = combination.expected, combination.mode, combination.wire
    if wire.warm:
        await _warm_up(mode, client, there)
    begun = time.monotonic()
    problem, response = await _attempt(mode, lambda: call(client, expected.operation, images))
    assert time.monotonic() - begun < wire.limit
    if combination.passing:
        _check_success(problem, response)
        assert response.retries_taken == 1 or wire.is_impatient
    else:
        _check_outcome(expected, problem, response)
        _check_record(expected, there)
    assert sum(each.method == "POST" and each.may_have_acted for each in there.server.record.arrivals) <= 1
    return "" if problem is None else "\n".join(everything(problem))


async def _works_again(combination: Combination, client: Any, images: list[Any], there: Scenario) -> None:
    """End the fault and make the call again, on the same client: it keeps one connection at most."""
    mode, operation = combination.mode, combination.expected.operation
    await mode.settle(there.heal())
    # A connection that the server is about to close must not be taken for one that can be used again.
    await mode.until(lambda: there.server.busy == 0, 1.0)
    _check_success(*await _attempt(mode, lambda: call(client, operation, images, **_PATIENT)))
    assert await mode.until(lambda: there.server.open_connections <= 1)


def _options(combination: Combination, there: Scenario) -> dict[str, Any]:
    wire = combination.wire
    timeout = httpx.Timeout(
        connect=wire.connect_timeout,
        read=wire.read_timeout,
        write=wire.read_timeout,
        pool=10.0,
    )
    return {
        "access_token": SECRET,
        "base_url": there.url,
        "timeout": timeout,
        "deadline": wire.deadline,
        # A short timeout may strike a healthy answer as well, on a busy machine.
        "max_retries": 5 if combination.passing and wire.is_impatient else wire.max_retries,
        **there.options,
    }


async def _warm_up(mode: Mode, client: Any, there: Scenario) -> None:
    """Make one good call, so that the fault meets a connection that was used before."""
    server = there.server
    faulty = server.behaviour
    if there.is_well_at_first:
        await mode.settle(call(client, "list", []))
        assert await mode.until(lambda: server.open_connections == 0)
    else:
        server.behaviour = healthy
        await mode.settle(call(client, "list", []))
        server.behaviour = faulty
    server.record = Record()


async def _attempt(mode: Mode, begin: Callable[[], Any]) -> tuple[errors.LeapError | None, Any]:
    """Make a call. Anything but an error of the package goes through, and fails the test."""
    try:
        return None, await mode.settle(begin())
    except errors.LeapError as problem:
        return problem, None


def _check_success(problem: errors.LeapError | None, response: Any) -> None:
    assert problem is None
    model = response.data.models[0] if hasattr(response.data, "models") else response.data
    assert model.id == "m1"


def _check_outcome(expected: Expected, problem: errors.LeapError | None, response: Any) -> None:
    if expected.succeeds:
        _check_success(problem, response)
        assert expected.again in {None, response.retries_taken}
        return
    assert isinstance(problem, errors.LeapError)
    error: Any = problem
    found = Expected(
        fault=expected.fault,
        operation=expected.operation,
        outcome=expected.outcome if expected.outcome == "any" else type(problem).__name__,
        status=getattr(problem, "status_code", 0),
        processed=error.may_have_been_processed,
        seen=expected.seen,
        acted=expected.acted,
        again=error.retries_taken,
    )
    undetermined: Any = {
        name: None for name in ("status", "processed", "again") if getattr(expected, name) is None
    }
    assert found._replace(**undetermined) == expected
    assert (error.method, error.path) == _LINES[expected.operation]
    assert f"{error.method} {error.path}" in str(error)
    assert len(str(error)) < 3000


def _check_record(expected: Expected, there: Scenario) -> None:
    arrivals = there.server.record.arrivals
    if expected.seen is not None:
        assert len(arrivals) == expected.seen
    if expected.acted is not None:
        assert sum(each.may_have_acted for each in arrivals) == expected.acted


def _check_pauses(combination: Combination, clock: ManualClock) -> None:
    expected = combination.expected
    assert all(0 <= pause <= 8 for pause in clock.pauses)
    if expected.again is not None and not combination.passing:
        assert len(clock.pauses) == expected.again
