"""The doctor: what is right, what is wrong, and what to do about it. It never changes anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.models import MODEL
from tryleap.simulator import Simulator

from .conftest import KEY, Ended, Run

Doctor = Callable[..., tuple[Ended, dict[str, dict[str, Any]]]]


@pytest.fixture
def doctor(simulator: Simulator, tryleap: Run) -> Doctor:
    """Runs the doctor, which ends as it should; returns what was looked at by name as well."""

    def run(status: int) -> tuple[Ended, dict[str, dict[str, Any]]]:
        ended = tryleap("doctor", "--json")
        assert ended.status == status
        return ended, {each["name"]: each for each in ended.data["checks"]}

    return run


def test_all_is_well(simulator: Simulator, tryleap: Run, photos: Path, doctor: Doctor) -> None:
    """With a key, an address and answers as documented it ends with 0, having only read."""
    tryleap("models", "train", "photos")
    before = len(simulator.requests)

    ended, checks = doctor(0)

    assert ended.err == ""
    assert (ended.data["ok"], ended.data["drift"]) == (True, [])
    assert list(checks) == ["key", "address", "reachable", "models list", "models get", "document"]
    assert all(each["ok"] for each in checks.values())
    assert [each.method for each in simulator.requests[before:]] == ["GET", "GET"]
    assert KEY not in ended.out


def test_no_key(simulator: Simulator, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key nothing is called."""
    monkeypatch.delenv("LEAP_API_KEY")

    _, checks = doctor(1)

    assert checks["key"]["ok"] is False
    assert "export LEAP_API_KEY=" in checks["key"]["advice"]
    assert simulator.requests == []


@pytest.mark.parametrize(
    ("variable", "value", "check", "detail"),
    [
        *(
            ("LEAP_API_KEY", key, "key", "LEAP_API_KEY has spaces or quotes around it")
            for key in (f" {KEY}", f"'{KEY}'", f"{KEY}\n")
        ),
        (
            "LEAP_BASE_URL",
            "https://me:hunter2@example.com",
            "client",
            "LEAP_BASE_URL contains a user name or a password",
        ),
        ("LEAP_BASE_URL", "https://me:hunter2@[::1", "address", "not a valid URL"),
    ],
)
def test_a_variable_that_cannot_be_used(  # noqa: PLR0917 - what it takes
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, check: str, detail: str
) -> None:
    """It is told like everything else, without its text, which may hold the key or a password."""
    monkeypatch.setenv(variable, value)

    ended, checks = doctor(1)

    assert checks[check]["detail"].startswith(detail)
    for secret in (KEY, "hunter2"):
        assert secret not in ended.out + ended.err


def test_a_refused_key(simulator: Simulator, doctor: Doctor) -> None:
    """A key that the service refuses is told with the document's advice; the service was reached."""
    simulator.faults.add(status=401, count=None)

    _, checks = doctor(1)

    assert (checks["reachable"]["ok"], checks["models list"]["ok"]) == (True, False)
    assert checks["models list"]["advice"].startswith("The API key is missing or invalid.")


def test_no_response(simulator: Simulator, doctor: Doctor) -> None:
    """An address where nobody answers is named as such; whoever runs the doctor is not sent to the doctor."""
    simulator.faults.add(reset=True, count=None)

    ended, checks = doctor(1)

    assert checks["address"]["detail"] == f"{simulator.base_url} (from LEAP_BASE_URL)"
    assert (checks["reachable"]["ok"], checks["document"]["ok"]) == (False, None)
    assert checks["models list"]["advice"].startswith("Check the URL in LEAP_BAS")
    assert "tryleap doctor" not in ended.out


def test_deviations(simulator: Simulator, doctor: Doctor) -> None:
    """What contradicts the document is wrong; what only adds to it is told and is well."""
    simulator.faults.add("listAllModels", body={"models": [{**MODEL, "status": "paused"}]})
    simulator.faults.add("getModel", body={**MODEL, "credits": 5})
    added, _ = doctor(0)
    simulator.faults.add("listAllModels", body={"models": [{**MODEL, "name": 7}]})
    simulator.faults.add("getModel", body=MODEL)
    wrong, checks = doctor(1)

    assert {each["kind"] for each in added.data["drift"]} == {"unknown_field", "unknown_value"}
    assert checks["document"]["ok"] is False
    assert ("wrong_type", "models[0].name") in {(each["kind"], each["path"]) for each in wrong.data["drift"]}


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
