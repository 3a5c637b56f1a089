"""What the tests of the runtime share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the variables of the things out of every test."""
    for name in ("THINGS_TOKEN", "THINGS_BASE_URL", "THINGS_LOG"):
        monkeypatch.delenv(name, raising=False)
