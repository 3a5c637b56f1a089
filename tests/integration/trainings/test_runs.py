"""Many trainings from a list of rows: started some at a time, resumed after a crash, limited in number."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tryleap import AuthenticationError, PaymentRequiredError
from tryleap.simulator import Simulator, running
from tryleap.trainings import Training, TrainingConflictError

from .conftest import PNG, Blocking, Opener, lose


def rows(count: int, **arguments: Any) -> list[dict[str, Any]]:
    return [{"key": f"k{n}", "name": f"N{n}", "image_sample_files": [PNG], **arguments} for n in range(count)]


@pytest.fixture
def simulator() -> Any:
    """A simulator whose trainings end at once."""
    with running(training_seconds=0.01, seed=1) as server:
        yield server


def states(trainings: list[Training]) -> Counter[str]:
    return Counter(each.state for each in trainings)


def test_a_run_starts_and_ends_all(trainings: Blocking, simulator: Simulator) -> None:
    """It returns the trainings in the order of the rows; run again it sends nothing."""
    reported: list[Training] = []
    first = trainings.run(rows(8), poll_interval=0.01, on_update=reported.append)
    second = trainings.run(iter(rows(8)), poll_interval=0.01)

    assert [each.key for each in first] == [f"k{n}" for n in range(8)]
    assert states(first) == states(second) == {"finished": 8}
    assert len(simulator.uploads) == 8
    assert {each.key for each in reported if each.state == "finished"} == {f"k{n}" for n in range(8)}


def test_concurrency_is_a_limit(trainings: Blocking, simulator: Simulator) -> None:
    """No more than that many are uploaded at a time, and as many as that."""
    lock, now, most = threading.Lock(), set(), []
    all_here = threading.Barrier(3, timeout=20) if trainings.portal is None else None

    def progress(key: str) -> Any:
        def reported(sent: int, total: int | None) -> None:
            with lock:
                (now.discard if sent == total else now.add)(key)
                most.append(len(now))
            if all_here is not None and sent == 0:
                all_here.wait()

        return reported

    given = [row | {"on_upload_progress": progress(row["key"])} for row in rows(9)]
    trainings.run(given, concurrency=3, poll_interval=0.01)

    assert max(most) <= 3
    assert all_here is None or max(most) == 3


def test_a_run_goes_on_after_a_crash(open_trainings: Opener, simulator: Simulator, journal: Path) -> None:
    """Rows that were sent are not sent again, also those whose answer was lost on the way back."""
    trainings = open_trainings()
    simulator.faults.add("train_model", reset=True, carried_out=True)
    first = trainings.run(rows(3), concurrency=1, poll_interval=0.01)
    assert states(first) == {"unknown": 1, "finished": 2}

    second = open_trainings().run(rows(5), poll_interval=0.01)
    assert states(second) == {"finished": 5}
    assert len(simulator.uploads) == 5


def test_a_restored_journal_is_repaired(open_trainings: Opener, simulator: Simulator, journal: Path) -> None:
    """A copy from before lacks what was sent since; the tags in the list bring it back."""
    trainings = open_trainings()
    trainings.run(rows(2), poll_interval=0.01)
    copy = journal.read_bytes()
    trainings.run(rows(6), poll_interval=0.01)
    journal.write_bytes(copy)
    again = trainings.run(rows(6), poll_interval=0.01)

    assert states(again) == {"finished": 6}
    assert len(simulator.uploads) == 6


def test_a_run_adopts_what_is_not_among_its_rows(open_trainings: Opener, simulator: Simulator) -> None:
    """It has listed the models, so it settles whatever of the journal they settle."""
    trainings = open_trainings()
    lose(trainings, simulator, "another", acted=True)

    assert trainings.run([]) == []
    assert trainings.get("another").model_id == simulator.uploads[0].model_id


@pytest.mark.parametrize(("status", "error"), [(401, AuthenticationError), (402, PaymentRequiredError)])
def test_a_run_stops_where_none_can_succeed(
    trainings: Blocking, simulator: Simulator, status: int, error: type[Exception]
) -> None:
    """A refused key or an empty account would refuse every row."""
    simulator.faults.add("train_model", status=status, count=None)
    with pytest.raises(error):
        trainings.run(rows(30), concurrency=2, poll_interval=0.01)

    assert len(simulator.requests) <= 3
    assert states(trainings.list()) in ({"rejected": 1}, {"rejected": 2})


def test_one_bad_row_stops_no_other(trainings: Blocking, simulator: Simulator) -> None:
    """What is wrong with rows is raised at the end, with the number and the key of each."""
    trainings.start("k1", name="N1", image_sample_files=[PNG + b"other"])
    given = rows(4)
    given[2]["image_sample_files"] = ["no-such-file.jpg"]
    with pytest.raises(ExceptionGroup, match="2 rows could not be recorded") as caught:
        trainings.run(given, poll_interval=0.01)
    problems = sorted(caught.value.exceptions, key=lambda each: each.__notes__)

    assert [type(each) for each in problems] == [TrainingConflictError, ValueError]
    assert [each.__notes__ for each in problems] == [
        ["In row 2 of the run, with the key 'k1'."],
        ["In row 3 of the run, with the key 'k2'."],
    ]
    assert states(trainings.list()) == {"finished": 3}


def test_a_refused_row_is_among_the_results(trainings: Blocking, simulator: Simulator) -> None:
    """The service refuses one row; its training says so, and the others end."""
    simulator.faults.add("train_model", status=400)
    ended = trainings.run(rows(3), concurrency=1, poll_interval=0.01)

    assert [each.state for each in ended] == ["rejected", "finished", "finished"]


def test_a_busy_service_is_tried_again(trainings: Blocking, simulator: Simulator) -> None:
    """429 says that nothing was done: the row is claimed again, as often as a client retries."""
    simulator.faults.add("train_model", status=429, headers={"Retry-After": "0"}, count=2)
    (ended,) = trainings.run(rows(1), poll_interval=0.01)

    assert (ended.state, ended.attempts) == ("finished", 3)


def test_the_number_of_trainings_is_limited(open_trainings: Opener, simulator: Simulator) -> None:
    """The limit counts what the journal has sent in all; what is over it stays pending."""
    trainings = open_trainings()
    trainings.start("before", image_sample_files=[PNG])
    ended = trainings.run(rows(6), max_trainings=4, poll_interval=0.01)

    assert states(ended) == {"finished": 3, "pending": 3}
    assert len(simulator.uploads) == 4
    assert states(trainings.run(rows(6), max_trainings=4, poll_interval=0.01)) == {
        "finished": 3,
        "pending": 3,
    }
    assert states(trainings.run(rows(6), poll_interval=0.01)) == {"finished": 6}


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"max_trainings": -1}, {"poll_interval": 0}])
def test_options_are_checked(trainings: Blocking, simulator: Simulator, options: dict[str, Any]) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match=next(iter(options))):
        trainings.run(rows(1), **options)

    assert not simulator.uploads
