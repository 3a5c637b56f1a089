"""The demonstration of many trainings: two kills, and each row is billed once."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.dev import demo_batch


def test_all_steps(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kills leave trainings behind that the next run continues, and twelve are billed in the end."""
    monkeypatch.setattr(demo_batch, "TRAINING_SECONDS", 1.0)
    assert demo_batch.main([]) == 0

    shown = capfd.readouterr().out
    steps = ["1. Making", "2. The first", "has started 7", "3. The second", "has started 12", "4. The third"]
    places = [shown.find(step) for step in [*steps, "5. What is billed", "12 trainings billed."]]
    assert -1 not in places, shown
    assert places == sorted(places), shown


def test_a_second_training_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is billed beside the journal ends it with status 1."""
    original = demo_batch.report

    def report(simulator: Any, manifest: Any) -> None:
        from tryleap import Leap

        with Leap("any-key", base_url=simulator.base_url) as leap:
            leap.image_models.train_model(name="Twice", image_sample_files=[b"\x89PNG\r\n\x1a\n"])
        original(simulator, manifest)

    monkeypatch.setattr(demo_batch, "report", report)
    monkeypatch.setattr(demo_batch, "go_through", lambda simulator, manifest: None)
    assert demo_batch.main([]) == 1
    assert "'Twice', is billed, and the journal does not have it" in capsys.readouterr().err
