"""Every exit status, and the two lines that go with it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tryleap._version import install_command
from tryleap.simulator import Simulator, running

from .conftest import KEY, Run

# There are pictures in the working folder.
pytestmark = pytest.mark.usefixtures("photos")
NO_KEY = "Set it: export LEAP_API_KEY=... (An API key of the workspace, created in the Leap dashboard)"
VARIABLES = "environment variables LEAP_API_KEY and LEAP_BASE_URL"


@pytest.mark.parametrize("command", ["get", "wait"])
def test_1_error_of_the_service(simulator: Simulator, tryleap: Run, command: str) -> None:
    """An error of the service says what happened, and the document's advice: no model is waited for."""
    ended = tryleap("models", command, "nothing")

    what, advice = ended.error
    assert (ended.status, ended.out) == (1, "")
    assert what == (
        "GET /api/v2/images/models/nothing: 404 Not Found: the server says"
        " 'Model with id nothing does not exist'."
    )
    assert advice.startswith("The workspace has no model with this id.")
    assert "tryleap models wait" not in ended.err


@pytest.mark.parametrize(
    ("fault", "command", "what", "advice"),
    [
        (
            {"status": 402},
            ("train", "photos"),
            "POST /api/v2/images/models/new: 402 Payment Required",
            "The workspace's plan does not include training.*",
        ),
        (
            {"status": 418, "body": "I am\na teapot. Really."},
            ("list",),
            "GET /api/v2/images/models: 418 I'm a Teapot: the server says 'I am a teapot. Really.'",
            r"The document does not explain this status\.",
        ),
        (
            {"reset": True, "count": None},
            ("list",),
            "GET /api/v2/images/models: the connection was lost",
            ".*tryleap doctor.*",
        ),
        (
            {"status": 504, "carried_out": True},
            ("train", "photos"),
            "POST /api/v2/images/models/new: 504 Gateway Timeout",
            ".*`tryleap models list`.*",
        ),
    ],
    ids=["no plan", "not in the document", "no response", "perhaps trained"],
)
def test_1_nothing_came_of_it(  # noqa: PLR0917 - what it takes
    simulator: Simulator,
    tryleap: Run,
    fault: dict[str, Any],
    command: tuple[str, ...],
    what: str,
    advice: str,
) -> None:
    """What happened is told in one line, and in another what to do about it by this command line."""
    simulator.faults.add(**fault)

    ended = tryleap("models", *command)

    assert (ended.status, ended.out) == (1, "")
    assert ended.error[0].startswith(what)
    assert re.fullmatch(advice, ended.error[1])
    assert "image_models." not in ended.err


def test_1_a_response_that_cannot_be_read(simulator: Simulator, tryleap: Run) -> None:
    """What came instead is quoted whole, its full stops too, and the second line says what to do."""
    page = "Sorry. We are down. Come back."
    simulator.faults.add("listAllModels", status=200, body=page)
    simulator.faults.add("trainModel", status=200, body=page)

    read, sent = tryleap("models", "list"), tryleap("models", "train", "photos")

    for ended in (read, sent):
        assert ended.status == 1
        assert ended.error[0].endswith(f"(it begins with '{page}').")
        assert ended.error[0].count("text/plain") == 1
    assert read.error[1].startswith("To find out what is wrong, run: tryleap doctor")
    assert sent.error[1].startswith("The server may have processed this request")
    assert "`tryleap models list`" in sent.error[1]


@pytest.mark.parametrize(
    ("arguments", "what", "advice"),
    [
        ((), None, None),
        (("models",), None, None),
        (("models", "get"), "Missing argument 'ID'.", "`tryleap models get --help` shows how to use it."),
        (("models", "get", "a", "b"), "Got unexpected extra argument", "`tryleap models get --help`"),
        (("nonsense",), "No such command 'nonsense'.", "`tryleap --help` shows how to use it."),
        (("models", "list", "--nonsense"), "No such option", "`tryleap models list --help`"),
        (("models", "get", ".."), "model_id must not be '..'", "Nothing was sent"),
        (
            ("models", "wait", "x", "--timeout", "soon"),
            "Invalid value for '--timeout'",
            "`tryleap models wait --help`",
        ),
        (("models", "train", "photos", "--timeout", "5"), "--timeout requires --wait", "Add --wait"),
        (
            ("models", "delete", "x"),
            "tryleap models delete asks for confirmation",
            "Nothing was deleted. Add --yes",
        ),
        (("models", "train"), "Missing argument 'FILES-OR-URLS'", "`tryleap models train --help`"),
        (("models", "train", "no.jpg"), "there is no file or directory no.jpg", "Correct the name"),
    ],
)
def test_2_wrong_use(
    simulator: Simulator, tryleap: Run, arguments: tuple[str, ...], what: str | None, advice: str | None
) -> None:
    """What cannot be meant is refused before anything is sent, with the way out."""
    ended = tryleap(*arguments)

    assert (ended.status, ended.out) == (2, "")
    assert simulator.requests == []
    if what is None:
        assert ended.err.startswith("Usage: tryleap")
    else:
        assert ended.error[0].startswith(what)
        assert ended.error[1].startswith(advice)


@pytest.mark.parametrize(
    ("variable", "value", "what", "advice"),
    [
        ("LEAP_API_KEY", None, "LEAP_API_KEY is not set", NO_KEY),
        ("LEAP_API_KEY", f" {KEY}", "LEAP_API_KEY has a space", VARIABLES),
        ("LEAP_BASE_URL", "ftp://x.io", "LEAP_BASE_URL must be a URL with http:// or https://", VARIABLES),
        ("LEAP_BASE_URL", "http://x.io", "LEAP_BASE_URL is 'http://x.io': over plain http", VARIABLES),
    ],
)
def test_2_a_wrong_variable(  # noqa: PLR0917 - what it takes
    simulator: Simulator,
    tryleap: Run,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str | None,
    what: str,
    advice: str,
) -> None:
    """A variable that is missing or cannot be used is named by its own name, not by the client's argument."""
    monkeypatch.delenv(variable)
    if value is not None:
        monkeypatch.setenv(variable, value)

    ended = tryleap("models", "list")

    assert ended.status == 2
    assert ended.error[0].startswith(what)
    assert advice in ended.error[1]
    assert "allow_insecure_http" not in ended.err


def test_3_training_failed(tryleap: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that fails ends with 3; a script has the model all the same."""
    monkeypatch.setenv("LEAP_API_KEY", KEY)
    with running(training_seconds=0, failure_rate=1) as server:
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)

        ended = tryleap("models", "train", "photos", "--wait", "--json")

        assert ended.status == 3
        assert ended.data["status"] == "failed"
        assert "failed" in ended.error[0]
        assert tryleap("models", "wait", ended.data["id"]).status == 3


def test_4_wait_timed_out(slow_simulator: Simulator, tryleap: Run) -> None:
    """A wait that takes too long ends with 4, and names the command that goes on."""
    ended = tryleap("models", "train", "photos", "--wait", "--timeout", "0.05", "--json")

    model = ended.data["id"]
    what, advice = ended.error
    assert ended.status == 4
    assert f"{model} is still 'queued'" in what
    assert advice == f"To keep waiting for it: tryleap models wait {model}"
    assert tryleap("models", "wait", model, "--timeout", "0.05s").status == 4


def test_the_key_is_never_printed(simulator: Simulator, tryleap: Run) -> None:
    """Not even where the service says it."""
    simulator.faults.add(status=400, body={"message": f"bad key {KEY}"})

    ended = tryleap("models", "list")

    assert ended.status == 1
    assert KEY not in ended.out + ended.err


def test_a_fault_of_the_program_is_no_traceback(
    simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a mistake of ours is told in two lines."""
    monkeypatch.setattr("tryleap._cli.commands.show", lambda *_, **__: {}["missing"])

    ended = tryleap("models", "list")

    assert ended.status == 1
    assert ended.error == (
        "KeyError: 'missing'",
        "This is a bug in tryleap; please report it with the command you ran.",
    )


@pytest.mark.parametrize(
    ("missing", "arguments", "what", "advice"),
    [
        *(
            (
                package,
                ("--help",),
                f"the command line needs {package}, which cannot be imported",
                f"Install it with its extra: {install_command('cli')}",
            )
            for package in ("typer", "rich")
        ),
        (
            "starlette",
            ("simulate",),
            "the simulator needs packages that cannot be imported",
            f"Install it with its extra: {install_command('simulator')}",
        ),
        (
            "sqlalchemy",
            ("trainings", "list"),
            "trainings need packages that cannot be imported",
            f"tryleap.trainings needs SQLAlchemy: {install_command('trainings')}",
        ),
        (
            "PIL",
            ("images", "prepare", "photos", "--to", "out"),
            "preparing images needs packages that cannot be imported",
            f"prepare_images needs Pillow and pillow-heif: {install_command('images')}",
        ),
    ],
    ids=["typer", "rich", "starlette", "sqlalchemy", "Pillow"],
)
def test_2_without_the_extra(
    piped: Run, missing: str, arguments: tuple[str, ...], what: str, advice: str
) -> None:
    """Without a package that it needs a command says what to install."""
    code = f"import sys; sys.modules[{missing!r}] = None; from tryleap.cli import main; sys.exit(main())"

    ended = piped(*arguments, code=code)

    assert ended.status == 2
    assert ended.error == (what, advice)
