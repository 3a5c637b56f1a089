"""The API explorer of the site: real calls, sent by a browser to a simulator on another port."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.browser.conftest import UNREADABLE, Watched, window
from tests.support.pictures import write_samples
from tryleap import Leap
from tryleap.simulator import Simulator, running

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.heavy

KEY = "key-of-the-explorer"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator for the explorer to call."""
    with running(training_seconds=60, tokens=[KEY]) as server:
        yield server


@pytest.fixture
def explorer(watched: Watched, site_url: str, simulator: Simulator) -> Watched:
    """The explorer, told where the simulator is and which key to send."""
    watched.page.goto(f"{site_url}/explorer/?server={simulator.base_url}")
    watched.page.get_by_label("Key").fill(KEY)
    watched.page.get_by_role("button", name="Use").click()
    watched.page.get_by_text(f"The simulator at {simulator.base_url} answers.").wait_for()
    return watched


def opened(watched: Watched, operation: str) -> Locator:
    """An operation, unfolded."""
    part = watched.page.locator(f"[id$=-{operation}]")
    part.locator(".opblock-summary-control").click()
    part.get_by_role("button", name="Execute").wait_for()
    return part


def executed(part: Locator) -> tuple[int, str]:
    """Status and body of the response to a call."""
    part.get_by_role("button", name="Execute").click()
    response = part.locator(".live-responses-table tr.response")
    status = int(response.locator(".response-col_status").inner_text().split()[0])
    return status, response.locator(".highlight-code code").first.inner_text()


def field(part: Locator, name: str) -> Locator:
    """The row of a field of a form."""
    return part.locator(f"tr[data-property-name={name}]")


def test_a_call_arrives(explorer: Watched, simulator: Simulator, site_url: str) -> None:
    """A call sent from the page is in the simulator's list, with the key that was typed in."""
    status, _ = executed(opened(explorer, "listAllModels"))

    assert status == 200
    (request,) = simulator.requests
    assert (request.method, request.path) == ("GET", "/api/v2/images/models")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["origin"] == site_url


def test_training_with_files(explorer: Watched, simulator: Simulator, tmp_path: Path) -> None:
    """Two files go up under one repeated name, byte for byte, and the new model is in the list."""
    files = write_samples(tmp_path, "me-1.png", "me-2.png")
    part = opened(explorer, "trainModel")
    field(part, "name").get_by_role("textbox").fill("From the explorer")
    row = field(part, "imageSampleFiles")
    for number, file in enumerate(files):
        if row.locator("input[type=file]").count() <= number:
            row.get_by_role("button", name="Add").click()
        row.locator("input[type=file]").nth(number).set_input_files(file)
    status, body = executed(part)

    assert status in (200, 201), body
    (upload,) = simulator.uploads
    assert [each.sha256 for each in upload.files] == [
        hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    ]
    assert {(each.name, each.content_type) for each in upload.files} == {("imageSampleFiles", "image/png")}
    with Leap(KEY, base_url=simulator.base_url) as leap:
        assert [model.name for model in leap.image_models.list_all_models().models] == ["From the explorer"]


def test_training_with_urls(explorer: Watched, simulator: Simulator) -> None:
    """URLs train as well; a field that was left empty is not sent."""
    part = opened(explorer, "trainModel")
    row = field(part, "imageSampleUrls")
    urls = ["https://example.com/1.jpg", "https://example.com/2.jpg"]
    for number, url in enumerate(urls):
        if row.get_by_role("textbox").count() <= number:
            row.get_by_role("button", name="Add").click()
        row.get_by_role("textbox").nth(number).fill(url)
    status, body = executed(part)

    assert status in (200, 201), body
    (upload,) = simulator.uploads
    assert set(upload.fields) == {"name", "subjectKeyword", "subjectType", "imageSampleUrls"}
    with Leap(KEY, base_url=simulator.base_url) as leap:
        (model,) = leap.image_models.list_all_models().models
    assert model.image_samples == urls


def test_parameters_of_the_path(explorer: Watched, simulator: Simulator) -> None:
    """A model is fetched and deleted by its id, and then is no more."""
    with Leap(KEY, base_url=simulator.base_url) as leap:
        made = leap.image_models.train_model(name="Mine", image_sample_urls=["https://example.com/1.jpg"])
    get, delete = opened(explorer, "getModel"), opened(explorer, "deleteModel")
    for part in (get, delete):
        part.get_by_placeholder("modelId").fill(made.id)

    assert executed(get)[0] == 200
    assert executed(delete)[0] == 200
    assert [request.operation for request in simulator.requests[1:]] == ["getModel", "deleteModel"]


def test_errors_are_shown(browser: Any, site_url: str, simulator: Simulator) -> None:
    """What the simulator refuses is shown with its status, body and headers."""
    simulator.faults.add("listAllModels", status=429, headers={"Retry-After": "7"})
    with window(browser) as watched:
        watched.page.goto(f"{site_url}/explorer/?server={simulator.base_url}")
        part = opened(watched, "listAllModels")
        response = part.locator(".live-responses-table tr.response")
        for reported in ("Too Many Requests", "Unauthorized"):
            part.get_by_role("button", name="Execute").click()
            response.get_by_text(reported).first.wait_for()
            assert ("retry-after: 7" in response.inner_text()) == (reported == "Too Many Requests")

    assert [request.status for request in simulator.requests] == [429, 401]
    assert simulator.requests[-1].headers["authorization"] == "Bearer any-key"


def test_each_error_status_has_its_own_example(watched: Watched, site_url: str) -> None:
    """The example of a status speaks of that status, before any call is sent."""
    watched.page.goto(f"{site_url}/explorer/")
    for operation in ("listAllModels", "trainModel", "getModel", "deleteModel"):
        rows = opened(watched, operation).locator(
            "table.responses-table:not(.live-responses-table) tr.response"
        )
        # The part opens before its examples are drawn.
        rows.locator(".highlight-code code").last.wait_for()
        shown = {
            row.locator(".response-col_status").inner_text().split()[0]: json.loads(
                row.locator(".highlight-code code").inner_text()
            )
            for row in rows.all()
        }
        errors = {status: body for status, body in shown.items() if status[0] in "45"}

        assert len(errors) >= 4
        for status, body in errors.items():
            assert re.fullmatch(status.replace("X", r"\d"), str(body["statusCode"])), (operation, status)
            assert body["message"]


def test_no_other_machine_is_called(browser: Any, site_url: str, simulator: Simulator) -> None:
    """An address elsewhere is refused, be it typed in or in a link, and the browser itself sends nothing."""
    with window(browser) as watched:
        page = watched.page
        page.goto(f"{site_url}/explorer/?server=https://elsewhere.invalid")
        page.get_by_text("This page calls nothing but a simulator on this machine").wait_for()
        for address in (
            "https://elsewhere.invalid",
            "http://127.0.0.1.elsewhere.invalid",
            "http://u@elsewhere.invalid",
        ):
            page.get_by_label("Address").fill(address)
            page.get_by_role("button", name="Use").click()
            page.get_by_text("This page calls nothing but a simulator on this machine").wait_for()
        sent = page.evaluate("fetch('https://elsewhere.invalid/x').then(() => 'sent', () => 'refused')")

        assert sent == "refused"
        assert any("Content Security Policy" in problem for problem in watched.problems)
        assert not any("request:" in problem for problem in watched.problems)


def test_no_simulator(browser: Any, site_url: str) -> None:
    """Where nothing listens, the page says so."""
    with running() as server:
        gone = server.base_url
    with window(browser) as watched:
        watched.page.goto(f"{site_url}/explorer/?server={gone}")
        watched.page.get_by_role("button", name="Use").click()
        watched.page.get_by_text(re.compile("Nothing answers at")).wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (400, "dark")])
def test_it_can_be_read(browser: Any, site_url: str, width: int, scheme: str) -> None:
    """Unfolded operations stand out from their ground, and fit the window."""
    with window(browser, width=width, scheme=scheme) as watched:
        watched.page.goto(f"{site_url}/explorer/")
        for operation in ("listAllModels", "trainModel", "getModel", "deleteModel"):
            opened(watched, operation)
        watched.page.wait_for_function(f"({UNREADABLE})().length === 0")  # colours change softly

        assert watched.overflow() <= 0
        assert watched.problems == []
