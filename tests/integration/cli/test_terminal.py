"""On a terminal: tables, a bar while uploading, a line while waiting, a question before deleting."""

from __future__ import annotations

import re
import signal

import pytest
from rich.cells import cell_len

from tryleap.simulator import Simulator

from .conftest import CONTROL, Run

# There are pictures in the working folder.
pytestmark = pytest.mark.usefixtures("photos")
ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def pinned(text: str, server: Simulator) -> str:
    """The text with what differs from run to run replaced."""
    text = re.sub(ID, "ID", text.replace(server.base_url, "http://HOST"))
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", "MOMENT", text)


def test_train_and_wait(simulator: Simulator, terminal: Run) -> None:
    """The upload and the wait are shown while they last, and the finished model at the end."""
    ended = terminal("models", "train", "./photos", "--name", "Zoë", "--wait")

    screen = pinned(ended.plain, simulator)
    assert ended.status == 0
    assert re.search(r"Uploading ━+ ([\d.]+)/\1 kB", screen)
    assert re.search(r"[-/|\\] finished 0:00:0\d ID", screen)
    assert screen.endswith("""
id               ID
name             Zoë
created at       MOMENT
subject keyword
subject type     person
status           finished
image samples    http://HOST/samples/ID/0
                 http://HOST/samples/ID/1
                 http://HOST/samples/ID/2
""")


def test_list(simulator: Simulator, terminal: Run, tryleap: Run) -> None:
    """Models are the rows of a table; --json is JSON here as well."""
    tryleap("models", "train", "photos", "--name", "Zoë")
    tryleap("models", "train", "photos", "--name", "[bold]not markup[/bold]")

    table = terminal("models", "list")

    assert table.status == 0
    assert "\x1b[32mfinished" in table.out
    assert (
        pinned(table.plain.replace(" " * 34, ""), simulator)
        == """
id   name                      status     created at
─────────────────────────────────────────────────────────────────────────────────────────────
ID   Zoë                       finished   MOMENT
ID   [bold]not markup[/bold]   finished   MOMENT

""".replace("\nid ", "\n id ")
        .replace("\n─", "\n ─")
        .replace("\nID", "\n ID")
    )
    assert terminal("models", "list", "--json").plain.startswith('{"id": ')


@pytest.mark.parametrize("columns", [60, 76, 80, 100, 110])
def test_lists_on_terminals_of_any_width(
    simulator: Simulator, terminal: Run, tryleap: Run, columns: int
) -> None:
    """A table where ids, statuses and dates fit unbroken, else one model below the other."""
    for name in ("日本語の名前のモデル", "a" * 50, "some words of a name"):
        tryleap("models", "train", "photos", "--name", name)

    ended = terminal("models", "list", COLUMNS=str(columns))

    lines = pinned(ended.plain, simulator).splitlines()
    is_table = columns >= 80
    assert ended.status == 0
    assert sum(len(re.findall(r"\bID\b", line)) for line in lines) == 3
    assert sum(len(re.findall(r"\bfinished\b", line)) for line in lines) == 3
    assert any(line.split()[:2] == ["id", "name"] for line in lines) is is_table
    if is_table:
        # What begins a column stands at one place in all rows, wide letters or not.
        rows = [line for line in ended.plain.splitlines() if "finished" in line]
        assert len({cell_len(row[: row.index("finished")]) for row in rows}) == 1
    else:
        assert lines[:4] == [
            "id          ID",
            "name        日本語の名前のモデル",
            "status      finished",
            "created at  MOMENT",
        ]
    assert max(cell_len(line) for line in ended.plain.splitlines()) <= columns


def test_joined_letters_stay_joined(simulator: Simulator, terminal: Run, tryleap: Run) -> None:
    """What joins letters or the parts of an emoji is passed on: it steers nothing."""
    name = "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET} می\N{ZERO WIDTH NON-JOINER}خواهم"
    tryleap("models", "train", "photos", "--name", name)

    assert name in terminal("models", "list").plain


def test_no_models(simulator: Simulator, terminal: Run) -> None:
    """An empty list says so."""
    assert terminal("models", "list") == (0, "No models.\r\n", "")


def test_no_color(simulator: Simulator, terminal: Run, tryleap: Run) -> None:
    """NO_COLOR turns colours off, in tables and in errors."""
    tryleap("models", "train", "photos")
    colours = re.compile(r"\x1b\[(\d;)?3\d")

    assert colours.search(terminal("models", "list").out)
    assert not colours.search(terminal("models", "list", NO_COLOR="1").out)
    assert colours.search(terminal("models", "get", "x").out)
    assert not colours.search(terminal("models", "get", "x", NO_COLOR="1").out)


def test_hostile_text_cannot_steer_the_terminal(simulator: Simulator, terminal: Run) -> None:
    """Control characters that the service sends are not passed on, in tables and in errors."""
    name = "\x1b]0;title\x07\x1b[2Jname\u202e"
    row = {
        "id": "1",
        "name": name,
        "status": name,
        "createdAt": name,
        "subjectKeyword": "",
        "subjectType": "",
    }
    simulator.faults.add("listAllModels", body={"models": [{**row, "imageSamples": []}]})
    simulator.faults.add("getModel", status=404, body={"message": name})

    for ended in (terminal("models", "list"), terminal("models", "get", "1")):
        assert "name" in ended.out
        for bad in ("\x1b]", "\x07", "\x1b[2J", "\u202e"):
            assert bad not in ended.out


@pytest.mark.parametrize(
    ("response", "status", "said"),
    [
        *((text, 0, "Deleted.") for text in ("y\n", "yes\n")),
        *((text, 1, "Nothing was deleted.") for text in ("n\n", "\n", "\x04")),
        (
            "\x03",
            130,
            "error: interrupted before the response came\n  Nothing was changed; run the command again.",
        ),
        (None, 0, ""),
    ],
    ids=["y", "yes", "n", "return", "Ctrl-D", "Ctrl-C", "--yes"],
)
def test_deletion_is_asked_about(  # noqa: PLR0917 - what it takes
    simulator: Simulator, terminal: Run, tryleap: Run, response: str | None, status: int, said: str
) -> None:
    """What will be deleted is shown first, and only yes deletes it; with --yes nothing is asked."""
    model = tryleap("models", "train", "photos", "--name", "Zoë", "--json").data["id"]
    responses, option = ((), ("--yes",)) if response is None else ((("[y/N] ", response),), ())

    ended = terminal("models", "delete", model, *option, responses=responses)

    before, _, after = ended.plain.partition("Delete this permanently? [y/N]")
    assert re.search(rf"^id +{model}$.*^name +Zoë", before, re.MULTILINE | re.DOTALL)
    assert ended.status == status
    assert after.rstrip().endswith(said)
    assert len(tryleap("models", "list", "--json").objects) == (status != 0)


@pytest.mark.parametrize(("how", "status"), [("\x03", 130), (signal.SIGTERM, 143)])
def test_interrupted_while_waiting(
    slow_simulator: Simulator, terminal: Run, how: str | int, status: int
) -> None:
    """Ctrl-C, or being told to end, leaves the id and the command that waits on."""
    response = how if isinstance(how, str) else lambda process: process.send_signal(how)

    ended = terminal("models", "train", "photos", "--wait", responses=(("queued", response),))

    model = slow_simulator.uploads[0].model_id
    assert ended.status == status
    assert ended.plain.endswith(
        f"error: interrupted while waiting for {model}, which continues on the server\n"
        f"  To keep waiting for it: tryleap models wait {model}\n"
    )


def test_interrupted_while_training_is_sent(slow_simulator: Simulator, terminal: Run) -> None:
    """Ctrl-C before the response says that it may have been processed, and how to look."""
    slow_simulator.faults.add("trainModel", delay=1000)

    ended = terminal("models", "train", "photos", responses=(("Uploading", "\x03"),))

    assert ended.status == 130
    assert ended.plain.endswith(
        "error: interrupted before the response came: the request may have been processed\n"
        "  Check before you send it again: tryleap models list\n"
    )


def test_a_wait_on_a_narrow_terminal(slow_simulator: Simulator, terminal: Run) -> None:
    """At 40 columns the status comes first, the id is whole, and no word is broken."""
    ended = terminal("models", "train", "photos", "--wait", responses=(("queued", "\x03"),), columns=40)

    model = slow_simulator.uploads[0].model_id
    # What is drawn again begins with a carriage return.
    lines = [line.rstrip() for line in re.split(r"[\r\n]+", CONTROL.sub("", ended.out))]
    assert max(map(len, lines)) <= 40
    assert any(re.fullmatch(r"[-/|\\] queued 0:00:0\d", line) for line in lines)
    assert ended.plain.endswith(
        f"error: interrupted while waiting for\n{model},\nwhich continues on the server\n"
        f"  To keep waiting for it: tryleap models\n  wait\n  {model}\n"
    )


def test_a_model_on_a_narrow_terminal(simulator: Simulator, terminal: Run, tryleap: Run) -> None:
    """At 40 columns labels stand above their values, so that the id is whole."""
    model = tryleap("models", "train", "photos", "--name", "Zoë", "--json").data["id"]

    lines = terminal("models", "get", model, columns=40).plain.splitlines()

    assert lines[:4] == ["id", f"  {model}", "name", "  Zoë"]
    assert max(map(cell_len, lines)) <= 40
