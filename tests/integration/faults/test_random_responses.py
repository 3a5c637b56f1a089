"""Whatever a server answers, a call ends with its value or with an error that tells the truth and no key."""

from __future__ import annotations

import logging
import pickle
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.clocks import ManualClock
from tests.support.fault_server import FaultServer, Peer
from tests.support.modes import MODES, Mode
from tryleap import errors

from .calls import IMAGE, URL
from .random_responses import HEADER_SECRET, SAMPLE, Server, is_refusal
from .secrets import assert_clean, everything
from .wire import SECRET

# Calls of one client, before the next one begins with fresh connections.
_PER_CLIENT = 25
_NET = "This is a bug in tryleap"


class MineError(Exception):
    """What a function of the caller's raises."""


@pytest.mark.heavy
def test_random_responses(
    mode: Mode, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """No exception but ours after sending began, the right flag, one training, and no key anywhere."""
    cases = request.config.getoption("cases", default=SAMPLE) // len(MODES)
    with caplog.at_level(logging.DEBUG, logger="tryleap"), FaultServer(_dispatch) as server:
        ended = mode.run(lambda: _play(mode, server, cases, caplog))

    # The cases reach what they are for.
    assert ended["value"] > cases * 0.02
    kinds = (
        "APIConnectionError",
        "ResponseDecodeError",
        "APIStatusError",
        "InternalServerError",
        "MineError",
    )
    assert all(ended[kind] > 0 for kind in kinds)


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


async def _play(mode: Mode, server: FaultServer, cases: int, caplog: Any) -> Counter[str]:
    """Play cases, and count how they ended."""
    ended = Counter[str]()
    client: Any = None
    for number in range(cases):
        case = f"{mode.name}-{number}"
        if number % _PER_CLIENT == 0:
            if client is not None:
                await mode.close(client)
            options = {"base_url": server.url, "strict": number % 2 == 1, "on_drift": _note, "timeout": 5}
            client = mode.client(ManualClock(running=True), access_token=lambda: SECRET, **options)
        caplog.clear()
        # One for each side: which of them draws first must not matter.
        behaviour = _CASES[case] = Server(random.Random(f"{case} server"))
        one = client.with_options(default_headers={"X-Case": case, "X-Api-Key": HEADER_SECRET})
        problem = await _call(mode, one, random.Random(f"{case} client"))
        # What is counted is what the server has done when it is done.
        assert await mode.until(lambda: server.busy == 0), case
        del _CASES[case]
        kind = "value" if problem is None else type(problem).__name__
        ended[kind] += 1
        _check(case, problem, behaviour, caplog)
    await mode.close(client)
    return ended


def _note(event: Any) -> None:
    logging.getLogger("tryleap").debug("%r", event)


async def _call(mode: Mode, client: Any, rng: random.Random) -> BaseException | None:
    """Make a call of some kind."""

    def fail(*_: Any) -> None:
        if rng.random() < 0.05:
            raise MineError

    calls = client.image_models
    files, waiting = {"image_sample_files": [IMAGE]}, {"on_update": fail}
    kinds: dict[str, Callable[[], Any]] = {
        "list": calls.list_all_models,
        "get": lambda: calls.get_model("m1"),
        "delete": lambda: calls.delete_model("m1"),
        "train": lambda: calls.train_model(**files, on_upload_progress=fail),
        "wait": lambda: calls.wait_for_model("m1", timeout=rng.choice((0, 50)), **waiting),
        "both": lambda: calls.train_model_and_wait(**files, wait_timeout=rng.choice((0, 50)), **waiting),
        "raw": lambda: calls.with_raw_response.train_model(image_sample_urls=[URL]),
    }
    try:
        await mode.settle(kinds[rng.choice((*kinds, "train"))]())
    except Exception as problem:  # noqa: BLE001 - which one it is, is what this is about
        return problem
    return None


def _check(case: str, problem: BaseException | None, behaviour: Server, caplog: Any) -> None:
    bought = [each for each in behaviour.served if each.method == "POST" and each.acted]
    assert len(bought) <= 1, case
    _check_no_secret(case, caplog.text)
    if problem is None:
        return
    assert isinstance(problem, errors.LeapError | MineError), (case, problem)
    if bought and isinstance(problem, MineError):
        assert problem.__notes__, case
    elif isinstance(problem, errors.LeapError):
        _check_error(case, problem, behaviour, is_bought=bool(bought))
    for each in (problem, problem.__cause__, problem.__context__):
        if getattr(each, "model", None) is not None:
            vars(each)["model"] = None  # what the service says of a model is handed on as it is
    _check_no_secret(case, "\n".join(everything(problem)))


def _check_error(case: str, problem: errors.LeapError, behaviour: Server, *, is_bought: bool) -> None:
    assert _NET not in str(problem), (case, problem.__cause__)
    copied = pickle.loads(pickle.dumps(problem))  # made here
    assert (type(copied), str(copied)) == (type(problem), str(problem))
    assert copied.may_have_been_processed == problem.may_have_been_processed  # type: ignore[attr-defined]
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


def _check_no_secret(case: str, text: str) -> None:
    try:
        assert_clean(text, SECRET, HEADER_SECRET)
    except AssertionError as error:
        raise AssertionError(case) from error
