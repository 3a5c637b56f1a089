"""The commands for many trainings: a manifest is run, continued, waited for and settled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tryleap.images import sample_image
from tryleap.simulator import Simulator

from .conftest import KEY, Ended, Run

FAST = ("--poll-interval", "0.01", "--json")


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifest `people.csv` of three people, each with a folder of two pictures."""
    monkeypatch.chdir(tmp_path)
    lines = ["key,name,images"]
    for key in ("ada", "bob", "cyd"):
        (tmp_path / key).mkdir()
        for number in (1, 2):
            (tmp_path / key / f"{number}.png").write_bytes(sample_image(ord(key[0]) * number))
        lines.append(f"{key},{key.title()},{key}/")
    manifest = tmp_path / "people.csv"
    manifest.write_text("\n".join(lines) + "\n")
    return manifest


def results(ended: Ended) -> dict[str, dict[str, Any]]:
    """The trainings that a command has written, one line of JSON each."""
    return {each["key"]: each for each in ended.objects}


def lose_one_response(simulator: Simulator, tryleap: Run) -> None:
    """Run the manifest, with the response to its first row lost, and the tag not visible any more."""
    simulator.faults.add("train_model", reset=True)
    assert tryleap("trainings", "run", "people.csv", "--concurrency", "1", *FAST).status == 6


def test_run_trains_each_row_once(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """Each row is one model of that row's pictures; each change is told, and run again nothing is sent."""
    ended = tryleap("trainings", "run", "people.csv", *FAST)

    assert ended.status == 0
    assert {key: each["state"] for key, each in results(ended).items()} == dict.fromkeys(
        ("ada", "bob", "cyd"), "finished"
    )
    assert set(ended.err.splitlines()) >= {f"{key}: finished" for key in ("ada", "bob", "cyd")}
    assert [len(each.files) for each in simulator.uploads] == [2, 2, 2]
    again = tryleap("trainings", "run", "people.csv", *FAST)
    assert (again.status, again.out) == (0, ended.out)
    assert len(simulator.uploads) == 3


@pytest.mark.parametrize(
    ("fault", "options", "status", "states"),
    [
        # What is over the limit stays pending.
        ({}, ("--max-trainings", "2"), 1, ["finished", "finished", "pending"]),
        # A row that was refused keeps no other from being trained.
        ({"status": 400}, (), 3, ["rejected", "finished", "finished"]),
    ],
)
def test_the_status_of_a_run(  # noqa: PLR0917 - what it takes
    simulator: Simulator, tryleap: Run, people: Path, fault: Any, options: Any, status: int, states: list[str]
) -> None:
    """Where not all have finished, the status tells what became of them."""
    if fault:
        simulator.faults.add("train_model", **fault)
    ended = tryleap("trainings", "run", "people.csv", "--concurrency", "1", *options, *FAST)

    assert ended.status == status
    assert [each["state"] for each in results(ended).values()] == states
    assert len(simulator.uploads) == 3 - states.count("pending") - states.count("rejected")


def test_json_lines_with_files_and_urls(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """A row names its images as a list, relative to the manifest, or as URLs."""
    rows = [
        {"key": "a", "images": ["ada/1.png", "bob/*.png"], "subject_keyword": "@a", "subject_type": "dog"},
        {"key": "b", "images": "https://example.com/1.jpg; https://example.com/2.jpg"},
    ]
    manifest = people.with_name("sub") / "rows.jsonl"
    manifest.parent.mkdir()
    manifest.write_text(
        "\n\n".join(json.dumps(each) for each in rows).replace('"ada', '"../ada').replace('"bob', '"../bob')
    )
    ended = tryleap("trainings", "run", str(manifest), "--concurrency", "1", *FAST)

    assert ended.status == 0
    assert [len(each.files) for each in simulator.uploads] == [3, 0]
    model = results(ended)["a"]["model"]
    assert (model["subjectKeyword"], model["subjectType"]) == ("@a", "dog")


@pytest.mark.parametrize("journal", ["trainings.db", "sqlite:///trainings.db", "empty.db"])
def test_dry_run_sends_nothing_and_writes_nothing(
    simulator: Simulator, tryleap: Run, people: Path, journal: str
) -> None:
    """It says what would be sent within the limit; no journal appears, and no key is needed."""
    Path("empty.db").touch()
    dry_run = ("trainings", "run", "people.csv", "--dry-run", "--max-trainings", "2", "--journal", journal)
    ended = tryleap(*dry_run, "--json")

    assert ended.status == 0
    assert [each["action"] for each in results(ended).values()] == ["send", "send", "hold"]
    assert not simulator.requests
    assert not Path("trainings.db").exists()
    assert Path("empty.db").read_bytes() == b""


def test_dry_run_says_what_run_would_do(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """Of each row: send it, keep it, hold it back by the limit, or refuse it, and the status tells."""
    tryleap("trainings", "run", "people.csv", "--max-trainings", "2", "--concurrency", "1", *FAST)
    changed = people.read_text().replace("Bob,bob/", "Bob,ada/").replace("cyd,Cyd", "cyd,Syd")
    people.write_text(changed + f"dan,Dan,bob/\neve,Eve,bob/\n{'k' * 201},Fay,bob/\n")
    dry_run = ("trainings", "run", "people.csv", "--dry-run", "--max-trainings", "3")
    ended = tryleap(*dry_run, "--json")
    found = results(ended)

    assert ended.status == 2
    assert {key[:3]: (each["action"], each["state"]) for key, each in found.items()} == {
        "ada": ("keep", "finished"),
        "bob": ("conflict", "finished"),
        "cyd": ("conflict", "pending"),
        "dan": ("send", None),
        "eve": ("hold", None),
        "kkk": ("refuse", None),
    }
    assert found["ada"]["problem"] is None
    assert found["bob"]["problem"] == (
        "people.csv, line 3: Training 'bob' was recorded with other arguments; the images differ: use another"
        " key for another training."
    )
    assert "line 4: Training 'cyd' was recorded with other arguments; name differ" in ended.err
    assert "line 7: key has 201 characters: use 1 to 200" in ended.err
    assert len(simulator.uploads) == 2
    shown = tryleap(*dry_run)
    assert "keep 1, conflict 2, send 1, hold 1, refuse 1. Nothing was sent." in shown.out


def test_a_refused_key_is_reported_once(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """401 stops the run; nothing shows the key."""
    simulator.faults.add("list_all_models", status=401)
    ended = tryleap("trainings", "run", "people.csv", *FAST)

    assert ended.status == 1
    assert "401" in ended.error[0]
    assert KEY not in ended.err


def test_a_row_with_other_arguments(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """The key of a training with other pictures is refused, and nothing is sent for it."""
    tryleap("trainings", "run", "people.csv", *FAST)
    people.write_text(people.read_text().replace("Bob,bob/", "Bob,ada/"))
    ended = tryleap("trainings", "run", "people.csv", *FAST)

    assert ended.status == 2
    assert "'bob' was recorded with other arguments" in ended.err
    assert len(simulator.uploads) == 3


def test_unknown_rows_say_what_to_do(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """A lost response leaves its row unknown: it is named, not sent again, until a person decides."""
    lose_one_response(simulator, tryleap)
    ended = tryleap("trainings", "run", "people.csv", *FAST)

    assert ended.status == 6
    assert "tryleap trainings resolve ada" in ended.err
    assert len(simulator.uploads) == 2
    assert list(results(tryleap("trainings", "list", "--state", "unknown", "--json"))) == ["ada"]
    found = tryleap("trainings", "reconcile", "--json")
    assert (found.status, results(found)["ada"]["candidates"]) == (6, [])
    decided = tryleap("trainings", "resolve", "ada", "--not-started", "--yes", "--json")
    assert (decided.status, decided.data["state"]) == (0, "pending")
    assert tryleap("trainings", "run", "people.csv", *FAST).status == 0
    assert len(simulator.uploads) == 3


def test_a_lost_response_is_found_by_its_tag(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """What the service did carry out is adopted by `wait`, and nothing is sent again."""
    simulator.faults.add("train_model", reset=True, carried_out=True)
    assert tryleap("trainings", "run", "people.csv", "--concurrency", "1", *FAST).status == 6
    ended = tryleap("trainings", "wait", *FAST)

    assert ended.status == 0
    assert {each["state"] for each in results(ended).values()} == {"finished"}
    assert len(simulator.uploads) == 3


def test_resolve_shows_the_evidence_first(
    simulator: Simulator, tryleap: Run, terminal: Run, people: Path
) -> None:
    """A person sees what was sent and what resembles it, then decides; nothing else changes anything."""
    lose_one_response(simulator, tryleap)
    question = "Press Enter to leave it unknown: "
    ended = terminal("trainings", "resolve", "ada", responses=((question, "\n"),))
    assert ended.status == 1
    shown = ended.plain
    assert shown.index("1.png") < shown.index("No model has its tag") < shown.index(question.strip())
    assert list(results(tryleap("trainings", "list", "--state", "unknown", "--json"))) == ["ada"]

    ended = terminal("trainings", "resolve", "ada", "--not-started", responses=(("[y/N]", "n\n"),))
    assert ended.status == 1
    ended = terminal("trainings", "resolve", "ada", responses=((question, "not started\n"),))
    assert ended.status == 0
    assert list(results(tryleap("trainings", "list", "--state", "pending", "--json"))) == ["ada"]


def test_resolve_asks_on_a_terminal_only(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """A script that does not say --yes changes nothing."""
    lose_one_response(simulator, tryleap)
    ended = tryleap("trainings", "resolve", "ada", "--not-started")

    assert ended.status == 2
    assert ended.error[0] == "resolve asks for confirmation, which needs a terminal"


def test_run_on_a_terminal(simulator: Simulator, terminal: Run, people: Path) -> None:
    """Each row's state is drawn while it runs, and a table at the end."""
    ended = terminal("trainings", "run", "people.csv", *FAST[:2])

    assert ended.status == 0
    assert "ada  finished\nbob  finished\ncyd  finished\n3 finished" in ended.plain
    table = ended.plain[ended.plain.rindex("key ") :]
    assert [line.split()[:2] for line in table.splitlines()[2:5]] == [
        [key, "finished"] for key in ("ada", "bob", "cyd")
    ]


def test_wait_gives_up_in_time(slow_simulator: Simulator, tryleap: Run, people: Path) -> None:
    """After --timeout the status is 4; an interrupted run says that nothing is lost."""
    from tryleap import Leap
    from tryleap.trainings import Trainings

    with Leap() as leap, Trainings(leap, "trainings.db") as trainings:
        trainings.start("ada", image_sample_files=["ada/1.png"])
    ended = tryleap("trainings", "wait", "ada", "--timeout", "0")

    assert ended.status == 4
    assert "'ada' is still started" in ended.error[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key,name\na,b\n", "people.csv, line 2: the row has no images"),
        ("name,images\na,ada\n", "people.csv, line 2: the row has no key"),
        ("key,images,kind\na,ada,x\n", "people.csv, line 2: there is no column 'kind'"),
        (
            "key,images\na,ada\na,bob\n",
            "people.csv, line 3: the key 'a' is already used in people.csv, line 2",
        ),
        ("key,images\na,nowhere\n", "people.csv, line 2: there is no file or directory nowhere"),
        ("key,images\na,ada,bob\n", "people.csv, line 2: there are more or fewer values than headings"),
        ('key,images\n"a,ada\n', "people.csv, line 2: unexpected end of data"),
        ("", "people.csv has no rows"),
    ],
)
def test_what_is_wrong_with_a_manifest(tryleap: Run, people: Path, text: str, message: str) -> None:
    """It is told with its place before anything is sent."""
    people.write_text(text)
    ended = tryleap("trainings", "run", "people.csv")

    assert ended.status == 2
    assert ended.error[0] == message


def test_images_of_no_use_are_refused(simulator: Simulator, tryleap: Run, people: Path) -> None:
    """Before a training is paid for, unless --no-check is given."""
    Path("bob/2.png").write_bytes(b"no picture")
    ended = tryleap("trainings", "run", "people.csv")
    assert ended.status == 2
    assert "people.csv, line 3" in ended.error[0]
    assert not simulator.requests


@pytest.mark.parametrize("journal", ["trainings.db", "sqlite:///trainings.db"])
@pytest.mark.parametrize("command", [("list",), ("wait",), ("reconcile",), ("resolve", "ada")])
def test_a_journal_that_is_missing(
    tryleap: Run, people: Path, command: tuple[str, ...], journal: str
) -> None:
    """It is not created by a command that only looks."""
    ended = tryleap("trainings", *command, "--journal", journal)

    assert ended.status == 2
    assert ended.error[0] == f"there is no journal {Path('trainings.db').absolute()}"
    assert not Path("trainings.db").exists()


def test_an_interrupted_run_continues(
    slow_simulator: Simulator, tryleap: Run, terminal: Run, people: Path
) -> None:
    """Ctrl-C leaves what was started to the service, says so, and the next run sends nothing again."""
    ended = terminal("trainings", "run", "people.csv", responses=(("3 started", "\x03"),))

    assert ended.status == 130
    assert "error: interrupted; trainings that were started continue on the service" in ended.plain
    assert "nothing is trained twice" in ended.plain
    slow_simulator.advance(10_001)
    assert tryleap("trainings", "run", "people.csv").status == 0
    assert len(slow_simulator.uploads) == 3
