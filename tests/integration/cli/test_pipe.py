"""In a pipe: JSON Lines with --json, and nothing on standard error unless something failed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tryleap._cli.output import TableLayout, show
from tryleap.simulator import Simulator

from .conftest import KEY, Run, environment


def test_train_and_wait(simulator: Simulator, piped: Run, photos: Path) -> None:
    """A training that is waited for ends with the finished model as one line; standard error has its id."""
    ended = piped("models", "train", "./photos", "--name", "Zoë", "--wait", "--json")

    (upload,) = simulator.uploads
    model = ended.data
    assert (ended.status, ended.out) == (0, json.dumps(model, ensure_ascii=False) + "\n")
    assert ended.err.startswith(f"Started {upload.model_id}.")
    assert ended.err.count("\n") == 1
    assert {"id": upload.model_id, "name": "Zoë", "status": "finished"}.items() <= model.items()
    assert [file.filename for file in upload.files] == ["me-0.jpg", "me-1.jpg", "me-2.jpg"]


def test_every_option_is_sent(simulator: Simulator, tryleap: Run) -> None:
    """The options of the command line are the fields of the form; URLs are told from files."""
    urls = ["https://example.com/1.jpg", "http://example.com/2.jpg"]
    hook = "https://example.com/hook"

    ended = tryleap(
        *("models", "train", *urls, "--name", "N", "--keyword", "@me", "--type", "cat", "--webhook-url", hook)
    )

    (upload,) = simulator.uploads
    assert ended.status == 0
    assert dict(upload.fields) == {
        "name": ["N"],
        "subjectKeyword": ["@me"],
        "subjectType": ["cat"],
        "webhookUrl": [hook],
        "imageSampleUrls": urls,
    }


def test_a_list_is_json_lines(simulator: Simulator, tryleap: Run) -> None:
    """`tryleap models list --json` writes one model a line, and nothing where there is none."""
    assert tryleap("models", "list", "--json") == (0, "", "")
    for name in ("Zoë", "Max"):
        tryleap("models", "train", "https://example.com/1.jpg", "--name", name)

    ended = tryleap("models", "list", "--json")

    assert ended.status == 0
    assert sorted(each["name"] for each in ended.objects) == ["Max", "Zoë"]


def test_only_json_on_demand(simulator: Simulator, tryleap: Run, piped: Run) -> None:
    """What is no terminal gets the same tables, without colours."""
    tryleap("models", "train", "https://example.com/1.jpg", "--name", "Zoë")

    listed = piped("models", "list")

    head, _, row = [line.split() for line in listed.out.splitlines() if line.strip()]
    assert head == ["id", "name", "status", "created", "at"]
    assert row[1:3] == ["Zoë", "finished"]
    assert "\x1b" not in listed.out


@pytest.mark.parametrize(("alone", "lines"), [(True, 2), (False, 1)])
def test_what_the_document_has_beside_a_list_is_not_lost(
    capsys: pytest.CaptureFixture[str], *, alone: bool, lines: int
) -> None:
    """A response with documented fields beside its list stays one object."""
    show({"rows": [{"a": 1}, {"a": 2}], "total": 2}, TableLayout(rows="rows", alone=alone), as_json=True)

    assert len(capsys.readouterr().out.splitlines()) == lines


def test_get_wait_delete(simulator: Simulator, tryleap: Run, photos: Path) -> None:
    """Each command shows the model; deletion is not asked about where --yes is given."""
    model = tryleap("models", "train", "photos", "--json").data

    finished = {**model, "status": "finished"}
    assert finished == tryleap("models", "get", model["id"], "--json").data
    assert finished == tryleap("models", "wait", model["id"], "--timeout", "5m", "--json").data
    assert finished == tryleap("models", "delete", model["id"], "--yes", "--json").data
    assert tryleap("models", "list", "--json") == (0, "", "")


@pytest.mark.parametrize(
    ("command", "body", "written"),
    [
        # What the document does not know of a model is written like the rest.
        (("get", "1"), '{"id": "1", "next": {"page": 2}}', '{"id": "1", "next": {"page": 2}}'),
        # A list that is missing is written as it came: nothing is not the same as no models.
        (("list",), '{"data": []}', '{"data": []}'),
        # What Python reads of a number that JSON does not have is written as null.
        *(
            (("get", "1"), f'{{"id": "1", "more": [{number}, 2.5]}}', '{"id": "1", "more": [null, 2.5]}')
            for number in ("NaN", "Infinity", "-Infinity", "1e999")
        ),
    ],
)
def test_responses_are_written_as_they_come(
    simulator: Simulator, tryleap: Run, command: tuple[str, ...], body: str, written: str
) -> None:
    """With all that they hold, as far as JSON can say it."""
    simulator.faults.add(body=body)

    assert tryleap("models", *command, "--json") == (0, f"{written}\n", "")


def test_an_encoding_that_lacks_letters(simulator: Simulator, piped: Run) -> None:
    """Where standard output cannot say a letter, JSON escapes it."""
    simulator.faults.add("getModel", body={"id": "1", "note": "Zoë \U0001f600"})
    code = (
        "import sys; sys.stdout.reconfigure(encoding='ascii'); from tryleap.cli import main; sys.exit(main())"
    )

    ended = piped("models", "get", "1", "--json", code=code)

    assert ended.data["note"] == "Zoë \U0001f600"
    assert ended.out.isascii()


def test_a_reader_that_has_seen_enough(simulator: Simulator) -> None:
    """A pipe that is closed early ends the command without a word."""
    simulator.faults.add("getModel", body={"id": "1", "long": "x" * 1_000_000})
    command = [sys.executable, "-m", "tryleap", "models", "get", "1", "--json"]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()

        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_retries_are_silent(simulator: Simulator, piped: Run) -> None:
    """A call that works at the second attempt says nothing of the first."""
    simulator.faults.add("listAllModels", status=503)

    assert piped("models", "list") == (0, "No models.\n", "")


def test_the_log_can_be_turned_on(simulator: Simulator, piped: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """LEAP_LOG works as everywhere, and the log does not hold the key."""
    monkeypatch.setenv("LEAP_LOG", "debug")

    ended = piped("models", "list")

    assert ended.out == "No models.\n"
    assert "GET /api/v2/images/models" in ended.err
    assert KEY not in ended.err


def test_json_escapes_what_cannot_be_seen(simulator: Simulator, tryleap: Run) -> None:
    """Controls, marks of direction and separators are escaped; letters of any script and emoji are not."""
    hidden = "\x7f\x85\x9b31m\u200b\u200e\u202e\u2028\u2066\ufeff\U000e0041\ud800"
    shown = "Zoë 美 \N{FAMILY}\N{ZERO WIDTH JOINER} می\N{ZERO WIDTH NON-JOINER}خواهم"
    body = {"id": "1", hidden: hidden, "shown": shown}
    simulator.faults.add("getModel", body=json.dumps(body))

    ended = tryleap("models", "get", "1", "--json")

    assert ended.data == body
    assert shown in ended.out
    assert not set(hidden) - set("31m") & set(ended.out)
