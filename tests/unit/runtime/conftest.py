"""What the tests of the runtime share."""

from __future__ import annotations

import pytest

from tests.support.sample_api import Both


@pytest.fixture(params=["sync", "async"])
def both(request: pytest.FixtureRequest) -> Both:
    """Runs a test with the sync and with the async client."""
    return Both(is_async=request.param == "async")


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the variables of the things out of every test."""
    for name in ("THINGS_TOKEN", "THINGS_BASE_URL", "THINGS_LOG"):
        monkeypatch.delenv(name, raising=False)
