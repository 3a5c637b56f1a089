"""Provide the pytest fixture `leap_simulator`, a running simulator that `Leap()` connects to.

    def test_my_application(leap_simulator):
        my_application.train(["me-1.jpg"])
        leap_simulator.advance(60)
        assert leap_simulator.uploads[0].files[0].filename == "me-1.jpg"

pytest loads this module in every project that has the package installed. So the rest of the package is
imported only when a test uses the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .simulator import Simulator


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that it also works with --strict-markers."""
    config.addinivalue_line(
        "markers", "leap_simulator(**options): options of the leap_simulator fixture (see simulator.running)"
    )


@pytest.fixture
def leap_simulator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Start a simulator for one test, and set LEAP_BASE_URL and LEAP_API_KEY.

    Pass options with the marker: `@pytest.mark.leap_simulator(training_seconds=1800, failure_rate=1.0)`.
    """
    from .simulator import running

    marker = request.node.get_closest_marker("leap_simulator")
    options: dict[str, Any] = dict(marker.kwargs) if marker is not None else {}
    with running(**options) as server:
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        monkeypatch.setenv("LEAP_API_KEY", "simulator")
        yield server
