"""Help, version, completion, and what is not loaded for them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tryleap import __version__
from tryleap.simulator import Simulator

from .conftest import Run, environment

COMMANDS = [
    ("models", "list"),
    ("models", "get"),
    ("models", "train"),
    ("models", "wait"),
    ("models", "delete"),
    ("simulate",),
    ("doctor",),
    *(("images", name) for name in ("check", "prepare")),
    *(("trainings", name) for name in ("run", "list", "wait", "reconcile", "resolve")),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does(tryleap: Run, words: tuple[str, ...]) -> None:
    """The help has a sentence, and an example of that command."""
    ended = tryleap(*words, "--help")

    lines = ended.out.splitlines()
    assert (ended.status, ended.err) == (0, "")
    assert lines[0].startswith(f"Usage: tryleap {' '.join(words)}")
    assert re.fullmatch(r"  [A-Z].*[.,a-z]", lines[2])
    assert lines[-2] == "  Example:"
    assert lines[-1].startswith(f"    tryleap {' '.join(words)}")
    assert ended == tryleap(*words, "-h")
    # Newer versions of typer show Python's types there, and add dots of their own.
    assert "<" not in ended.out.partition("\nArguments:")[2].partition("\nOptions:")[0]
    assert "...}" not in lines[0]


def test_options_of_train(tryleap: Run) -> None:
    """The options have the configured names, and prose speaks of them, of FILES and of URLS by these."""
    out = " ".join(tryleap("models", "train", "--help").out.split())

    for option in ("name", "keyword", "type", "webhook-url", "wait", "timeout", "no-check", "json"):
        assert f" --{option} " in out
    assert "pass a `--webhook-url` to be notified" in out
    assert re.search(
        r"FILES: [^`]+ A directory stands for the images in it, a pattern for the files that match\. "
        r"URLS: [^`]+\. Give either files or URLs, not both\.",
        out,
    )
    assert "imageSample" not in out
    assert "Or:" not in out
    assert out.endswith("tryleap models train photos/ --name 'Alex Avatar Model' --keyword @me --wait")


def test_the_program(tryleap: Run) -> None:
    """The help of the program names its groups and every exit status."""
    out = " ".join(tryleap("--help").out.split())

    assert " models The image models of a workspace, and their training." in out
    assert " doctor Check the key, the URL and the service. " in out
    assert " simulate Run a simulator of the service on this machine. " in out
    assert re.search(
        r"Exit status: 0 success, 1 .*, 2 .*, 3 .*, 4 .*, 5 .*, 130 interrupted, 141 .*, 143 terminated\.$",
        out,
    )


def test_version(tryleap: Run) -> None:
    """--version says name and version."""
    assert tryleap("--version") == (0, f"tryleap {__version__}\n", "")


COMPLETING = """
eval "$(tryleap --show-completion bash)"
complete -p tryleap
COMP_WORDS=(tryleap models ""); COMP_CWORD=2
_tryleap_completion tryleap
echo "${COMPREPLY[*]}"
COMP_WORDS=(tryleap models train --web); COMP_CWORD=3
_tryleap_completion tryleap
echo "${COMPREPLY[*]}"
"""


def test_completion_in_bash(tmp_path: Path) -> None:
    """What --show-completion prints is taken by bash, and completes."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not on this machine")
    command = tmp_path / "tryleap"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tryleap "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        [bash, "--norc", "-c", COMPLETING],
        env={**environment(), "PATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    registered, commands, options = done.stdout.splitlines()
    assert registered.endswith("-F _tryleap_completion tryleap")
    assert set(commands.split()) == {"delete", "get", "list", "train", "wait"}
    assert options.split() == ["--webhook-url"]


def test_help_loads_little(piped: Run) -> None:
    """Help needs neither the HTTP library nor models nor what draws tables."""
    code = (
        "import sys; from tryleap.cli import main; status = main(['models', 'train', '--help'])\n"
        "heavy = {'httpx', 'attrs', 'rich', 'asyncio', 'tryleap._runtime.engine', 'starlette'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr); sys.exit(status)"
    )

    assert piped(code=code).err == "[]\n"


def test_a_call_loads_little(simulator: Simulator, piped: Run) -> None:
    """A call that prints JSON loads neither httpx's own command line nor what draws, though both exist."""
    code = (
        # From 3.13 on pathlib itself loads glob.
        "import importlib.util, pathlib, sys\n"
        "heavy = {'click', 'rich', 'pygments', 'httpx._main', 'starlette', 'glob'} - set(sys.modules)\n"
        "from tryleap.cli import main; status = main(['models', 'list', '--json'])\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
        "print(all(map(importlib.util.find_spec, ('click', 'rich', 'httpx._main'))), file=sys.stderr)\n"
        "sys.exit(status)"
    )

    assert piped(code=code) == (0, "", "[]\nTrue\n")


@pytest.mark.parametrize(
    ("options", "seen", "said"),
    [
        (
            ("--port", "0", "--seed", "1"),
            "Press Ctrl-C to stop it.",
            r".*The simulator is running on http://127\.0\.0\.1:\d+;.*\^C\n",
        ),
        (("--json",), "}\r\n", r'\{"base_url": "http://127\.0\.0\.1:\d+"\}\n.*'),
    ],
    ids=["for people", "for programs"],
)
def test_simulate(terminal: Run, options: tuple[str, ...], seen: str, said: str) -> None:
    """The simulator says where it listens, serves, and ends with Ctrl-C."""
    ended = terminal("simulate", *options, responses=((seen, "\x03"),))

    assert ended.status == 0
    assert re.fullmatch(said, ended.plain, re.DOTALL)
    assert "Traceback" not in ended.plain


def test_simulate_on_a_port_that_is_taken(simulator: Simulator, tryleap: Run) -> None:
    """The port is named, with the way out."""
    port = simulator.base_url.rpartition(":")[2]

    ended = tryleap("simulate", "--port", port)

    assert ended.status == 2
    assert ended.error[0].startswith(f"port {port} on 127.0.0.1 cannot be used")
    assert ended.error[1] == "Choose another port, or 0 for a free one."


def test_help_on_a_narrow_terminal(terminal: Run) -> None:
    """At 40 columns no line is wider, so that the terminal breaks no word; the example stays one command."""
    out = terminal("models", "train", "--help", columns=40).plain.partition("\n  Example:")[0]

    assert [line for line in out.splitlines() if len(line) >= 40] == []
