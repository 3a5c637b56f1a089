"""`make check-live`: it reads only, needs a key, and finds where a service departs from the document."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.contract import check_live
from tryleap import Leap
from tryleap.simulator import Simulator, running

KEY = "key-of-the-live-check"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with running(tokens=[KEY]) as server:
        monkeypatch.setenv("LEAP_API_KEY", KEY)
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        yield server


def train(server: Simulator) -> str:
    with Leap(KEY, base_url=server.base_url) as leap:
        return leap.image_models.train_model(image_sample_urls=["https://example.com/me.jpg"]).id


def test_a_service_that_keeps_to_the_document_passes(
    service: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """All four checks pass, and nothing but reading was asked of the service."""
    train(service)
    asked = len(service.requests)

    status = check_live.main([])
    out = capsys.readouterr().out

    assert status == 0
    assert [line.partition(" ")[0] for line in out.splitlines()] == ["checking", "ok", "ok", "ok", "ok"]
    assert {each.method for each in service.requests[asked:]} == {"GET"}
    assert KEY not in out


def test_a_workspace_without_models_is_enough(service: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no model, getting one is skipped, and the line says why."""
    status = check_live.main([])

    assert "skipped  get the first of them: the workspace has no model" in capsys.readouterr().out
    assert status == 0


def test_without_a_key_nothing_is_asked(
    service: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the variable."""
    monkeypatch.delenv("LEAP_API_KEY")

    status = check_live.main([])

    assert status == 1
    assert "set LEAP_API_KEY" in capsys.readouterr().err
    assert not service.requests


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"models": [{"id": "m"}]}, "'name' is a required property"),
        ({"models": [], "more": 1}, ""),
        ({}, "'models' is a required property"),
        ({"models": {}}, "FAILED   list the models"),
    ],
)
def test_a_deviation_is_found(
    service: Simulator, capsys: pytest.CaptureFixture[str], body: dict[str, object], said: str
) -> None:
    """A response that is not of the documented form fails, and a field more is a note."""
    service.faults.add("listAllModels", status=200, body=body)

    status = check_live.main([])
    out = capsys.readouterr().out

    assert said in out
    assert status == (1 if said else 0)
    assert said or "note " in out


def test_a_service_that_takes_any_key_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong key must be refused."""
    with running() as server:
        monkeypatch.setenv("LEAP_API_KEY", KEY)
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        status = check_live.main([])

    assert "FAILED   list with a wrong key: a wrong key was accepted" in capsys.readouterr().out
    assert status == 1


def test_a_service_that_cannot_be_reached_fails(
    service: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each check says that it failed; the key is in no line."""
    monkeypatch.setenv("LEAP_BASE_URL", "http://example.invalid")

    status = check_live.main([])
    text = "".join(capsys.readouterr())

    assert status == 1
    assert KEY not in text
    assert "http" in text
