"""The page of the simulator, as somebody sees it who tries an application against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.browser.conftest import Watched, window
from tests.support.pictures import write_samples
from tryleap import Leap
from tryleap.simulator import Simulator, running

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.heavy

KEY = "key-of-the-page"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings take half an hour of its own time."""
    with running(training_seconds=1800) as server:
        yield server


@pytest.fixture
def leap(simulator: Simulator) -> Iterator[Leap]:
    """A client of it."""
    with Leap(KEY, base_url=simulator.base_url) as client:
        yield client


def card(watched: Watched, name: str) -> Locator:
    """What the page shows of a model."""
    return watched.page.get_by_role("article").filter(has_text=name)


def state(shown: Locator) -> str:
    """The status that a card shows."""
    return shown.locator(".status").inner_text()


def test_models_live(watched: Watched, simulator: Simulator, leap: Leap, tmp_path: Path) -> None:
    """Models appear, go on, end and vanish by themselves, without the page being loaded again."""
    page = watched.page
    page.goto(simulator.base_url)
    page.get_by_text("No models yet").wait_for()
    loaded = page.evaluate("window.loaded = performance.timeOrigin")

    files = write_samples(tmp_path, "me-1.png", "me-2.jpg")
    made = leap.image_models.train_model(
        name="Alex", subject_keyword="@me", subject_type="cat", image_sample_files=files
    )
    shown = card(watched, "Alex")
    shown.wait_for()
    assert page.get_by_text("No models yet").is_hidden()
    assert state(shown) == "queued"
    for text in (made.id, "@me, cat"):
        assert shown.get_by_text(text).is_visible()

    for seconds, status in ((900, "processing"), (900, "finished")):
        simulator.advance(seconds)
        shown.locator(f".status.{status}").wait_for()
        assert state(shown) == status
        assert shown.get_by_role("progressbar").is_visible() == (status == "processing")

    leap.image_models.delete_model(made.id)
    shown.wait_for(state="detached")
    page.get_by_text("No models yet").wait_for()
    assert page.evaluate("window.loaded") == loaded


def test_sample_pictures(watched: Watched, simulator: Simulator, leap: Leap, tmp_path: Path) -> None:
    """The pictures that were uploaded are shown, loaded and whole."""
    files = write_samples(tmp_path, "me-0.png", "me-1.png", "me-2.png")
    leap.image_models.train_model(name="Alex", image_sample_files=files)
    watched.page.goto(simulator.base_url)
    images = card(watched, "Alex").get_by_role("img")
    images.nth(2).wait_for()
    shown = images.evaluate_all(
        "(all) => Promise.all(all.map(async (image) => {"
        "  await image.decode();"
        "  return [image.naturalWidth, image.naturalHeight];"
        "}))"
    )

    assert shown == [[64, 64]] * 3


def test_requests_are_listed(watched: Watched, simulator: Simulator, leap: Leap) -> None:
    """The last requests stand below, with method, path, status and size."""
    leap.image_models.list_all_models()
    watched.page.goto(simulator.base_url)
    row = watched.page.get_by_role("row").filter(has_text="/api/v2/images/models")
    row.wait_for()

    assert row.get_by_role("cell").all_inner_texts() == ["GET", "/api/v2/images/models", "200", "0 B"]


def test_what_was_sent_is_text(watched: Watched, simulator: Simulator, leap: Leap) -> None:
    """Markup in what an application sends is shown, never obeyed."""
    markup = "<img src=x onerror=\"document.title = 'obeyed'\">"
    leap.image_models.train_model(name=markup, image_sample_files=[b"a picture"])
    watched.page.goto(simulator.base_url)
    watched.page.get_by_role("heading", name=markup).wait_for()

    assert watched.page.title() == "Leap simulator"
    assert watched.page.locator("[onerror]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_it_fits_and_can_be_read(browser: Any, simulator: Simulator, width: int, scheme: str) -> None:
    """Long names and ids break, the window does not scroll sideways, and text stands out from its ground."""
    with (
        window(browser, width=width, scheme=scheme) as watched,
        Leap("long", base_url=simulator.base_url) as leap,
        running(failure_rate=1, training_seconds=0) as failing,
        Leap("failing", base_url=failing.base_url) as failed,
    ):
        leap.image_models.train_model(name="word" * 40, image_sample_urls=["http://127.0.0.1:9/1.jpg"])
        leap.image_models.train_model(name="two words", image_sample_files=[b"no picture"] * 15)
        failed.image_models.train_model(name="failed", image_sample_urls=["http://127.0.0.1:9/1.jpg"])
        for server in (simulator, failing):
            watched.page.goto(server.base_url)
            watched.page.get_by_role("article").first.wait_for()

            assert watched.overflow() <= 0
            assert watched.unreadable() == []
