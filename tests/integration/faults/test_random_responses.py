"""Whatever a server answers, a call ends with its value or with an error that tells the truth and no key."""

from __future__ import annotations

import logging
import pickle
import random
import re
import traceback
from typing import Any

import pytest

from tests.support.clocks import ManualClock
from tests.support.fault_server import FaultServer, Peer
from tests.support.modes import MODES, Mode
from tryleap import errors

from .random_responses import FORMS, HEADER_SECRET, SAMPLE, Server, is_refusal
from .wire import SECRET

IMAGE = b"\x89PNG\r\n\x1a\n" + b"0" * 100
# Calls of one client, before the next one begins with fresh connections.
_PER_CLIENT = 25
_NET = "This is a bug in tryleap"


class MineError(Exception):
    """What a function of the caller's raises."""


class Log(logging.Handler):
    """Keeps what was logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))


@pytest.mark.heavy
def test_random_responses(mode: Mode, request: pytest.FixtureRequest) -> None:
    """No exception but ours after sending began, the right flag, one training, and no key anywhere."""
    cases = request.config.getoption("cases", default=SAMPLE) // len(MODES)
    log = Log()
    logger = logging.getLogger("tryleap")
    level = logger.level
    logger.addHandler(log)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        with FaultServer(_dispatch) as server:
            ended = mode.run(lambda: _play(mode, server, cases, log))
    finally:
        logger.removeHandler(log)
        logger.setLevel(level)
        logger.propagate = True

    # The cases reach what they are for.
    assert ended.get("value", 0) > cases * 0.02
    for kind in (
        "APIConnectionError",
        "ResponseDecodeError",
        "APIStatusError",
        "InternalServerError",
        "MineError",
    ):
        assert ended.get(kind, 0) > 0


_CASES: dict[str, Server] = {}
_CASE = re.compile(rb"\r\nx-case: *(\S+)", re.IGNORECASE)


def _dispatch(peer: Peer) -> None:
    """Let the case answer that a request belongs to; one may arrive when its case is over."""
    arrival = peer.read_head()
    found = _CASE.search(arrival.head)
    case = None if found is None else _CASES.get(found[1].decode())
    if case is None:
        peer.close()
    else:
        case(peer, arrival)


async def _play(mode: Mode, server: FaultServer, cases: int, log: Log) -> dict[str, int]:
    """Play cases, and count how they ended."""
    ended: dict[str, int] = {}
    client: Any = None
    for number in range(cases):
        case = f"{mode.name}-{number}"
        if number % _PER_CLIENT == 0:
            if client is not None:
                await mode.close(client)
            client = _client(mode, server, strict=number % 2 == 1)
        log.lines.clear()
        # One for each side: which of them draws first must not matter.
        behaviour = _CASES[case] = Server(random.Random(f"{case} server"))
        one = client.with_options(default_headers={"X-Case": case, "X-Api-Key": HEADER_SECRET})
        problem = await _call(mode, one, random.Random(f"{case} client"))
        # What is counted is what the server has done when it is done.
        assert await mode.until(lambda: server.busy == 0), case
        del _CASES[case]
        kind = "value" if problem is None else type(problem).__name__
        ended[kind] = ended.get(kind, 0) + 1
        _check(case, problem, behaviour, log)
    await mode.close(client)
    return ended


def _client(mode: Mode, server: FaultServer, *, strict: bool) -> Any:
    return mode.client(
        ManualClock(running=True),
        access_token=lambda: SECRET,
        base_url=server.url,
        timeout=5,
        strict=strict,
        on_drift=lambda event: logging.getLogger("tryleap").debug("%r", event),
    )


async def _call(mode: Mode, client: Any, rng: random.Random) -> BaseException | None:
    """Make a call of some kind."""

    def fail(*_: Any) -> None:
        if rng.random() < 0.05:
            raise MineError

    calls = client.image_models
    kind = rng.choice(("list", "get", "delete", "train", "train", "wait", "train and wait", "raw"))
    try:
        if kind == "list":
            await mode.settle(calls.list_all_models())
        elif kind == "get":
            await mode.settle(calls.get_model("m1"))
        elif kind == "delete":
            await mode.settle(calls.delete_model("m1"))
        elif kind == "raw":
            await mode.settle(
                calls.with_raw_response.train_model(image_sample_urls=["https://a.example/1.jpg"])
            )
        elif kind == "wait":
            await mode.settle(calls.wait_for_model("m1", timeout=rng.choice((0, 50)), on_update=fail))
        elif kind == "train":
            await mode.settle(calls.train_model(image_sample_files=[IMAGE], on_upload_progress=fail))
        else:
            await mode.settle(
                calls.train_model_and_wait(
                    image_sample_files=[IMAGE], wait_timeout=rng.choice((0, 50)), on_update=fail
                )
            )
    except Exception as problem:  # noqa: BLE001 - which one it is, is what this is about
        return problem
    return None


def _check(case: str, problem: BaseException | None, behaviour: Server, log: Log) -> None:
    bought = [each for each in behaviour.served if each.method == "POST" and each.acted]
    assert len(bought) <= 1, case
    _check_no_secret(case, "\n".join(log.lines))
    if problem is None:
        return
    assert isinstance(problem, errors.LeapError | MineError), (case, problem)
    if bought and isinstance(problem, MineError):
        assert problem.__notes__, case
    elif isinstance(problem, errors.LeapError):
        _check_error(case, problem, behaviour, is_bought=bool(bought))
    _check_no_secret(case, said(problem))


def _check_error(case: str, problem: errors.LeapError, behaviour: Server, *, is_bought: bool) -> None:
    assert _NET not in str(problem), (case, problem.__cause__)
    if is_bought:
        assert problem.may_have_been_processed is True, case
        return
    last = behaviour.served[-1] if behaviour.served else None
    if isinstance(problem, errors.APIStatusError) and is_refusal(problem.status_code):
        # Nothing was done by this attempt, so the flag is that of the attempts before it.
        acted = any(each.acted or not each.is_clean for each in behaviour.served[:-1])
        assert problem.may_have_been_processed is False or acted, case
    if last is not None and last.is_clean and is_refusal(last.status) and last.complete:
        assert isinstance(problem, errors.APIStatusError | errors.WaitTimeoutError), (case, problem)


def said(problem: BaseException) -> str:
    """All that an exception can be made to say, pickled too."""
    parts = [str(problem), repr(problem), *traceback.format_exception(problem)]
    each: BaseException | None = problem
    while each is not None:
        parts.append(repr({key: value for key, value in vars(each).items() if key != "model"}))
        each = each.__cause__ or each.__context__
    if isinstance(problem, errors.LeapError):
        copied = pickle.loads(pickle.dumps(problem))  # made here
        assert type(copied) is type(problem)
        assert str(copied) == str(problem)
        assert copied.may_have_been_processed == problem.may_have_been_processed
        parts.append(repr({key: value for key, value in vars(copied).items() if key != "model"}))
    return "\n".join(parts)


def _check_no_secret(case: str, text: str) -> None:
    for form in FORMS:
        assert form not in text, (case, form, text[max(0, text.index(form) - 200) :][:600])
