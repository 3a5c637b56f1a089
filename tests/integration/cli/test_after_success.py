"""Once a training was bought, its id is told, and nobody is advised to run the command again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from tests.support.models import MODEL
from tryleap.simulator import Simulator

from .conftest import Ended, Run, environment

# There are pictures in the working folder.
pytestmark = pytest.mark.usefixtures("photos")
TRAIN = ("models", "train", "photos")


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")


def shell(line: str) -> Ended:
    """Run a line of the shell in which `tryleap` is the command; its status is that of `tryleap` alone."""
    command = f"{sys.executable} -m tryleap"
    script = f'set -o pipefail; tryleap() {{ {command} "$@"; }}; {line}'
    done = subprocess.run(
        ["bash", "-c", script], env=environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def the_id(simulator: Simulator) -> str:
    """The id of the one model that was bought."""
    (upload,) = simulator.uploads
    return upload.model_id


def assert_reported(ended: Ended, model_id: str) -> None:
    """The id is on standard error, with the way on; nothing says that the command may be run again."""
    what, advice = ended.error
    assert ended.status == 5
    assert what.startswith("the request succeeded, but ")
    assert advice == (
        f"Do not run the command again: it started {model_id}. "
        f"To keep waiting for it: tryleap models wait {model_id}"
    )


@pytest.mark.parametrize("wait", ["", "--wait"])
@pytest.mark.parametrize("output", [pytest.param("> /dev/full", marks=FULL), ">&-"])
def test_output_that_cannot_be_written_does_not_lose_the_id(
    simulator: Simulator, output: str, wait: str
) -> None:
    """Where there is no space for the result, or no place at all, the id is told."""
    ended = shell(f"tryleap {' '.join(TRAIN)} {wait} {output}")

    assert_reported(ended, the_id(simulator))


def test_a_reader_that_has_gone_does_not_lose_the_id(simulator: Simulator) -> None:
    """A pipe that nobody reads ends the command with a word about what it bought."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tryleap", *TRAIN, "--json"],
            env=environment(),
            stdout=writer,
            stderr=PIPE,
            text=True,
        )
    finally:
        os.close(writer)

    assert_reported(Ended(done.returncode, "", done.stderr), the_id(simulator))


@pytest.mark.parametrize("ci", ["", "true"])
def test_the_id_is_reported_before_the_wait_ends(
    slow_simulator: Simulator, monkeypatch: pytest.MonkeyPatch, ci: str
) -> None:
    """With --wait the id is on standard error as soon as it is known: a job may be killed later."""
    monkeypatch.setenv("CI", ci)
    command = [sys.executable, "-m", "tryleap", *TRAIN, "--wait"]
    with subprocess.Popen(command, env=environment(), stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        process.kill()

    model = the_id(slow_simulator)
    assert line == f"Started {model}. To keep waiting for it: tryleap models wait {model}\n"


@FULL
def test_the_status_is_there_where_nothing_can_be_written(simulator: Simulator) -> None:
    """Without any place to write to, the exit status says that something was bought."""
    for streams in ("> /dev/full 2> /dev/full", "> /dev/full 2>&-", ">&- 2>&-"):
        assert shell(f"tryleap {' '.join(TRAIN)} {streams}").status == 5


def test_a_terminal_that_lacks_letters_shows_the_result(simulator: Simulator, terminal: Run) -> None:
    """A name that the terminal cannot show is escaped, and the id is there."""
    simulator.faults.add("trainModel", status=201, body={**MODEL, "name": "Zoë 美"})

    ended = terminal(*TRAIN, PYTHONIOENCODING="ascii")

    assert ended.status == 0
    assert MODEL["id"] in ended.plain
    assert "Zo\\xeb \\u7f8e" in ended.plain


@pytest.mark.parametrize("model_id", ["", ".", "..", None, 7, "missing"])
def test_an_id_that_cannot_be_waited_for(simulator: Simulator, tryleap: Run, model_id: Any) -> None:
    """A response without a usable id is shown, and the command that lists what was bought is named."""
    model = {**MODEL, "id": model_id}
    if model_id == "missing":
        del model["id"]
    simulator.faults.add("trainModel", status=201, body=model, carried_out=True)

    ended = tryleap(*TRAIN, "--wait", "--json")

    assert ended.status == 5
    assert ended.data == model
    assert ended.error == (
        "the request succeeded, but a later step failed: the response has no id to wait for",
        "Do not run the command again. Check what it did: tryleap models list",
    )


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wait_that_breaks_off(simulator: Simulator, tryleap: Run, status: int) -> None:
    """An error of the service after the purchase has the status of something bought."""
    simulator.faults.add("getModel", status=status, count=None)

    ended = tryleap(*TRAIN, "--wait")

    assert ended.status == 5
    assert ended.error[1].endswith(f"To keep waiting for it: tryleap models wait {the_id(simulator)}")
    assert "run the command again" not in ended.err


@FULL
@pytest.mark.parametrize(
    ("command", "status", "advice", "left"),
    [
        ("delete {id} --yes", 5, "Do not run the command again.", 0),
        ("get {id}", 2, "Correct it and run the command again.", 1),
    ],
)
def test_what_cannot_be_shown(  # noqa: PLR0917 - what it takes
    simulator: Simulator, tryleap: Run, command: str, status: int, advice: str, left: int
) -> None:
    """Whatever changes something says that it did; a call that only reads may be run again."""
    tryleap(*TRAIN)

    ended = shell(f"tryleap models {command.format(id=the_id(simulator))} > /dev/full")

    assert ended.status == status
    assert ended.error[1] == advice
    assert len(tryleap("models", "list", "--json").objects) == left


def test_an_id_that_looks_like_an_option_can_be_waited_for(simulator: Simulator, tryleap: Run) -> None:
    """The command that is named works as it stands, also where the id begins with a dash."""
    simulator.faults.add("trainModel", status=201, body={**MODEL, "id": "-V1StGXR8"}, carried_out=True)
    simulator.faults.add("getModel", status=403)
    simulator.faults.add("getModel", status=200, body={**MODEL, "id": "-V1StGXR8", "status": "finished"})
    ended = tryleap(*TRAIN, "--wait")
    command = ended.error[1].rpartition(": ")[2]

    assert command == "tryleap models wait -- -V1StGXR8"
    assert shell(command).status == 0


def test_an_interrupt_while_the_result_is_written(
    simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C after the purchase keeps its own status, and the id is told."""

    def interrupted(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("tryleap._cli.commands.show", interrupted)

    ended = tryleap(*TRAIN, "--json")

    assert ended.status == 130
    assert the_id(simulator) in ended.err
    assert "run the command again" not in ended.err
