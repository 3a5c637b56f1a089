"""The demonstration: real images, every step shown, and no cost without a person's consent."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from scripts.dev import demo
from tests.support.paths import ROOT
from tests.support.subprocesses import run


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


def test_all_steps(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """On the simulator it goes the whole way and says so, line by line."""
    monkeypatch.setattr(demo, "regenerate", lambda: None)  # other tests read generated/ at the same time
    monkeypatch.setattr(demo, "TRAINING_SECONDS", 0.2)
    monkeypatch.setattr(demo, "POLL_INTERVAL", 0.02)

    assert demo.main([]) == 0

    shown = capfd.readouterr().out
    steps = ["2. Making", "3. Training", "##########", "4. Waiting", ": finished", "5. Listing: 1 model\n"]
    steps += ["6. Fetching", "7. Deleting", "it is gone: status 404", "Done in"]
    places = [shown.find(step) for step in steps]
    assert -1 not in places, shown
    assert places == sorted(places), shown


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
    from tryleap.simulator import running

    monkeypatch.setattr(demo, "regenerate", lambda: None)
    shown = sit_down(monkeypatch, "yes\n")
    with running(training_seconds=0, tokens=["my-key"]) as server:
        monkeypatch.setenv("LEAP_API_KEY", "my-key")
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)

        assert demo.main(["--live"]) == 0
        assert len(server.uploads) == 1
    assert "my-key" not in shown.getvalue()
