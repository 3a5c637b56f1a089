"""The page on testing one's own application: its command runs, its tables are the simulator's."""

from __future__ import annotations

import inspect
import json
import shlex
import signal
import subprocess
import sys
from dataclasses import fields

from tests.integration.docs.pages import GENERATED, blocks, plain, tables
from tests.support.subprocesses import ENVIRONMENT
from tryleap import Leap
from tryleap.simulator import Faults, Settings, Simulator

PAGE = (GENERATED / "docs" / "testing.md").read_text(encoding="utf-8")


def reported(first: str) -> list[tuple[str, ...]]:
    """The rows of the table whose first column has that name."""
    (table,) = (table for table in tables(PAGE) if plain(table[0][0]) == first)
    return [tuple(map(plain, row)) for row in table[1:]]


def test_the_simulator_runs_as_pasted() -> None:
    """The command starts a simulator, and the variables are those that the page has next; Ctrl-C ends it."""
    start, variables = blocks(PAGE, "sh")[-2:]
    words = shlex.split(start)
    port = words.index("--port") + 1
    assert f"LEAP_BASE_URL=http://127.0.0.1:{words[port]} " in variables
    words[port] = "0"  # the page's own port may be taken here
    words[:1] = [sys.executable, "-m", "tryleap"]
    words.append("--json")
    with subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url = json.loads(process.stdout.readline())["base_url"]
        with Leap("any-key", base_url=base_url) as leap:
            models = leap.image_models.list_all_models().models
        process.send_signal(signal.SIGINT)

    assert models == []


def test_options_are_those_of_the_simulator() -> None:
    """Every option is told, with its default."""
    assert [row[:2] for row in reported("Option")] == [
        (each.name, str(each.default)) for each in fields(Settings)
    ]


def test_attributes_are_those_of_the_simulator() -> None:
    """Everything public of a running simulator is told, and each method with its argument."""
    names = {name for name in dir(Simulator) if not name.startswith("_")} | {"base_url", "faults"}
    rows = [row[0].rstrip(")").partition("(") for row in reported("Attribute")]

    assert {name for name, _, _ in rows} == names
    for name, _, argument in rows:
        if argument:
            assert argument in inspect.signature(getattr(Simulator, name)).parameters


def test_faults_are_those_that_can_be_asked_for() -> None:
    """Every argument of `faults.add` is told."""
    taken = list(inspect.signature(Faults.add).parameters)[1:]

    assert [row[0] for row in reported("Argument of faults.add")] == taken
