"""The doctor: what is right, what is wrong, and what to do about it. It never changes anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tryleap.simulator import Simulator

from .conftest import KEY, Ended

Run = Callable[..., Ended]


def checks(ended: Ended) -> dict[str, dict[str, Any]]:
    """What was looked at, by name."""
    return {each["name"]: each for each in ended.data["checks"]}


def test_all_is_well(simulator: Simulator, tryleap: Run, photos: Path) -> None:
    """With a key, an address and answers as documented it ends with 0, having only read."""
    tryleap("models", "train", "photos")
    before = len(simulator.requests)

    ended = tryleap("doctor", "--json")

    assert (ended.status, ended.err) == (0, "")
    assert ended.data["ok"] is True
    assert ended.data["drift"] == []
    assert list(checks(ended)) == ["key", "address", "reachable", "models list", "models get", "document"]
    assert all(each["ok"] for each in ended.data["checks"])
    assert [each.method for each in simulator.requests[before:]] == ["GET", "GET"]
    assert KEY not in ended.out


def test_nothing_to_fetch(simulator: Simulator, tryleap: Run) -> None:
    """An empty workspace is well: what needs a model is not tried, and says so."""
    ended = tryleap("doctor", "--json")

    assert ended.status == 0
    assert checks(ended)["models get"]["ok"] is None
    assert checks(ended)["models get"]["detail"] == "not tried: there is nothing to fetch"


def test_no_key(simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nothing is called."""
    monkeypatch.delenv("LEAP_API_KEY")

    ended = tryleap("doctor", "--json")

    assert ended.status == 1
    assert checks(ended)["key"]["ok"] is False
    assert "export LEAP_API_KEY=" in checks(ended)["key"]["advice"]
    assert simulator.requests == []


@pytest.mark.parametrize("key", [f" {KEY}", f"'{KEY}'", f"{KEY}\n"])
def test_a_key_with_something_around_it(
    simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """Blanks and quotes that a shell or a file left around the key are found, without showing it."""
    monkeypatch.setenv("LEAP_API_KEY", key)

    ended = tryleap("doctor", "--json")

    assert ended.status == 1
    assert checks(ended)["key"]["detail"] == "LEAP_API_KEY has spaces or quotes around it"
    assert KEY not in ended.out + ended.err


def test_a_refused_key(simulator: Simulator, tryleap: Run) -> None:
    """A key that the service refuses is told with the document's advice; the service was reached."""
    simulator.faults.add(status=401, count=None)

    ended = tryleap("doctor", "--json")

    assert ended.status == 1
    assert checks(ended)["reachable"]["ok"] is True
    assert checks(ended)["models list"]["ok"] is False
    assert checks(ended)["models list"]["advice"].startswith("The API key is missing or invalid.")


def test_nobody_responses(simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers is named as such."""
    simulator.faults.add(reset=True, count=None)

    ended = tryleap("doctor", "--json")

    assert ended.status == 1
    assert checks(ended)["address"]["detail"] == f"{simulator.base_url} (from LEAP_BASE_URL)"
    assert checks(ended)["reachable"]["ok"] is False
    assert checks(ended)["document"]["ok"] is None


def test_an_address_that_cannot_be_used(
    simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told like everything else, and a password in it is not shown."""
    monkeypatch.setenv("LEAP_BASE_URL", "https://me:hunter2@example.com")

    ended = tryleap("doctor", "--json")

    assert ended.status == 1
    assert "LEAP_BASE_URL contains a user name or a password" in checks(ended)["client"]["detail"]
    assert "hunter2" not in ended.out + ended.err


def test_an_address_that_cannot_be_read(
    simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told as well, without its text, which may hold a password."""
    monkeypatch.setenv("LEAP_BASE_URL", "https://me:hunter2@[::1")

    ended = tryleap("doctor", "--json")

    assert ended.status == 1
    assert checks(ended)["address"]["detail"].startswith("not a valid URL")
    assert "hunter2" not in ended.out + ended.err


def test_deviations(simulator: Simulator, tryleap: Run) -> None:
    """What contradicts the document is wrong; what only adds to it is told and is well."""
    model = {
        "id": "1",
        "name": "",
        "createdAt": "",
        "subjectKeyword": "",
        "subjectType": "",
        "status": "paused",
        "imageSamples": [],
    }
    simulator.faults.add("listAllModels", body={"models": [model]})
    simulator.faults.add("getModel", body={**model, "credits": 5})
    added = tryleap("doctor", "--json")
    simulator.faults.add("listAllModels", body={"models": [{**model, "name": 7}]})
    simulator.faults.add("getModel", body=model)
    wrong = tryleap("doctor", "--json")

    assert added.status == 0
    assert {each["kind"] for each in added.data["drift"]} == {"unknown_field", "unknown_value"}
    assert wrong.status == 1
    assert checks(wrong)["document"]["ok"] is False
    assert "wrong_type" in {each["kind"] for each in wrong.data["drift"]}
    assert "models[0].name" in {each["path"] for each in wrong.data["drift"]}


def test_on_a_terminal(simulator: Simulator, terminal: Run) -> None:
    """A person reads a line for each thing that was looked at."""
    simulator.faults.add("listAllModels", body={"models": [], "more": 1})

    ended = terminal("doctor")

    lines = ended.plain.splitlines()
    assert ended.status == 0
    assert lines[0].startswith("tryleap ")
    assert lines[1:5] == [
        "",
        "ok  key          LEAP_API_KEY is set",
        f"ok  address      {simulator.base_url} (from LEAP_BASE_URL)",
        "ok  reachable    the service responds",
    ]
    assert lines[5].startswith("ok  models list  responded in ")
    assert lines[6:] == [
        " -  models get   not tried: there is nothing to fetch",
        "ok  document     responses differ from it in 0 places, and add to it in 1",
        "",
        "image_models.list_all_models more  is not in the document (1) (unknown_field)",
    ]


def test_on_a_narrow_terminal(simulator: Simulator, terminal: Run) -> None:
    """Long lines go on below where they began, and no word is broken that fits."""
    simulator.faults.add(reset=True, count=None)

    ended = terminal("doctor", COLUMNS="60")

    lines = ended.plain.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("wrong  models list"))
    assert ended.status == 1
    assert lines[first].startswith("wrong  models list  GET /api/v2/images/models: the")
    assert all(line.startswith(" " * 20) for line in lines[first + 1 : first + 4])
    assert max(map(len, lines)) <= 60


def test_advice_is_not_to_ask_the_doctor(simulator: Simulator, tryleap: Run) -> None:
    """Whoever runs the doctor is not sent to the doctor."""
    simulator.faults.add(reset=True, count=None)

    ended = tryleap("doctor", "--json")

    assert "tryleap doctor" not in ended.out
    assert checks(ended)["models list"]["advice"].startswith("Check the URL in LEAP_BAS")


@pytest.mark.parametrize("rest", ["?key=hidden-key", "#hidden-key", "/x?user=a@hidden-key", "/a@hidden-key"])
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_an_address_is_shown_without_what_may_be_secret(
    simulator: Simulator, tryleap: Run, monkeypatch: pytest.MonkeyPatch, rest: str, as_json: tuple[str, ...]
) -> None:
    """Neither a query nor a fragment is shown, and nothing of an address that may hold a password."""
    monkeypatch.setenv("LEAP_BASE_URL", simulator.base_url + rest)

    ended = tryleap("doctor", *as_json)

    assert ended.status == 1
    assert "hidden-key" not in ended.out + ended.err
    assert ("@" in rest) != (simulator.base_url in ended.out)
