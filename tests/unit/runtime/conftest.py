"""What the tests of the runtime share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the variables of the widgets out of every test."""
    for name in ("WIDGETS_TOKEN", "WIDGETS_BASE_URL", "WIDGETS_LOG"):
        monkeypatch.delenv(name, raising=False)
