"""A simulator for the pages to speak with. They use the package's own pytest plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pictures import write_samples
from tryleap.pytest_plugin import pytest_configure as pytest_configure  # noqa: PLC0414 - a hook, found by name
from tryleap.simulator import Simulator, running

KEY = "key-of-the-pages"


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A simulator without a model, the variables that lead to it, and a folder with two pictures."""
    monkeypatch.chdir(tmp_path)
    write_samples(tmp_path, "me-1.jpg", "me-2.jpg")
    with running(training_seconds=0, tokens=[KEY]) as server:
        monkeypatch.setenv("LEAP_API_KEY", KEY)
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        yield server
