"""The demonstrations: real images, every step shown, no cost without consent, and each row billed once."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scripts.dev import demo, demo_batch
from tests.support.paths import ROOT
from tests.support.subprocesses import run
from tryleap import Leap
from tryleap.simulator import running


def test_images_are_real(tmp_path: Path) -> None:
    """The demonstration uploads PNG and JPEG files of a few hundred kilobytes each."""
    paths = demo.make_images(tmp_path)

    formats = []
    for path in paths:
        with Image.open(path) as image:
            image.load()
            formats.append(image.format)
        assert 200_000 < path.stat().st_size < 900_000, path.name
    assert formats == ["PNG", "JPEG", "PNG", "JPEG", "PNG"]


def assert_in_order(shown: str, steps: list[str]) -> None:
    places = [shown.find(step) for step in steps]
    assert -1 not in places, shown
    assert places == sorted(places), shown


def test_all_steps(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On the simulator it goes the whole way and says so, line by line."""
    monkeypatch.setattr(demo, "regenerate", lambda: None)  # other tests read generated/ at the same time
    monkeypatch.setattr(demo, "TRAINING_SECONDS", 0.2)
    monkeypatch.setattr(demo, "POLL_INTERVAL", 0.02)

    assert demo.main([]) == 0

    steps = ["2. Making", "3. Training", "##########", "4. Waiting", ": finished", "5. Listing: 1 model\n"]
    steps += ["6. Fetching", "7. Deleting", "it is gone: status 404", "Done in"]
    assert_in_order(capfd.readouterr().out, steps)


def test_all_steps_of_many_trainings(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both kills leave trainings behind that the next run continues, and twelve are billed in the end."""
    monkeypatch.setattr(demo_batch, "TRAINING_SECONDS", 1.0)

    assert demo_batch.main([]) == 0

    steps = ["1. Making", "2. The first", "has started 7", "3. The second", "has started 12", "4. The third"]
    assert_in_order(capfd.readouterr().out, [*steps, "5. What is billed", "12 trainings billed."])


def test_live_without_a_terminal() -> None:
    """Where nobody can be asked, nothing that costs money is begun."""
    result = run([sys.executable, "-m", "scripts.dev.demo", "--live"], ROOT)

    assert result.returncode == 1
    assert result.stdout == ""
    assert "costs money, and there is no terminal to confirm it" in result.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def sit_down(monkeypatch: pytest.MonkeyPatch, typed: str = "") -> Terminal:
    """Put a person at a terminal, who types that; inside a test, since capsys sets its own streams before."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    monkeypatch.setattr(sys, "stdout", shown)
    return shown


def test_live_without_a_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a key the message says which variable to set."""
    sit_down(monkeypatch)

    assert demo.main(["--live"]) == 1
    assert "set LEAP_API_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("response", ["\n", "y\n", "no\n", "yes please\n", ""])
def test_live_without_consent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], response: str
) -> None:
    """Only a plain yes is consent; neither is an end of the input."""
    monkeypatch.setenv("LEAP_API_KEY", "any-key")
    monkeypatch.setattr(demo, "regenerate", lambda: pytest.fail("went on without consent"))
    shown = sit_down(monkeypatch, response)

    assert demo.main(["--live"]) == 1
    assert "Training costs money" in shown.getvalue()
    assert "nothing was sent" in capsys.readouterr().err


def test_live_with_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    """With consent it goes the whole way with the user's own key, to the server that the variables name."""
    monkeypatch.setattr(demo, "regenerate", lambda: None)
    shown = sit_down(monkeypatch, "yes\n")
    with running(training_seconds=0, tokens=["my-key"]) as server:
        monkeypatch.setenv("LEAP_API_KEY", "my-key")
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)

        assert demo.main(["--live"]) == 0
        assert len(server.uploads) == 1
    assert "my-key" not in shown.getvalue()


def test_a_second_training_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is billed beside the journal ends it with status 1."""
    original = demo_batch.report

    def report(simulator: Any, manifest: Any) -> None:
        with Leap("any-key", base_url=simulator.base_url) as leap:
            leap.image_models.train_model(name="Twice", image_sample_files=[b"\x89PNG\r\n\x1a\n"])
        original(simulator, manifest)

    monkeypatch.setattr(demo_batch, "report", report)
    monkeypatch.setattr(demo_batch, "go_through", lambda simulator, manifest: None)
    assert demo_batch.main([]) == 1
    assert "'Twice', is billed, and the journal does not have it" in capsys.readouterr().err
