"""Webhooks of trainings: dropped, doubled, late, forged, and of another journal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tryleap import AsyncLeap, Leap
from tryleap.simulator import Simulator, running
from tryleap.trainings import AsyncTrainings, Training, Trainings
from tryleap.webhooks import WebhookBodyError, WebhookVerificationError, sign_url

from .conftest import PNG, TOKEN, Blocking, Opener, lose

BASE = "https://example.com/leap"
SECRET = "known to the application alone"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose trainings end when its clock is moved, and whose webhooks the tests carry."""
    with running(training_seconds=1000, seed=1, send_webhooks=False) as server:
        yield server


@pytest.fixture
def trainings(open_trainings: Opener) -> Blocking:
    """The journal, open, with a secret."""
    return open_trainings(webhook_secret=SECRET)


def start(trainings: Any, key: str) -> Training:
    training: Training = trainings.start(
        key, name=key, image_sample_files=[PNG], webhook_url=trainings.webhook_url(BASE, key)
    )
    return training


def calls_of(trainings: Any, simulator: Simulator) -> dict[str, Any]:
    """The call for each training that has ended, by its key."""
    calls = {each.model_id: each for each in simulator.wait_for_webhooks()}
    return {each.key: calls[each.model_id] for each in trainings.list()}


def body(**fields: Any) -> bytes:
    return json.dumps({"id": "m", "status": "finished", **fields}).encode()


def test_the_end_of_a_training(trainings: Blocking, simulator: Simulator) -> None:
    """The call of the service ends the training, with one request for its model, and is reported once."""
    start(trainings, "order-1")
    simulator.advance(1001)
    (delivery,) = simulator.wait_for_webhooks()
    before, reported = len(simulator.requests), list[Training]()
    ended = trainings.handle_webhook(delivery.url, delivery.body, reported.append)

    assert (ended.key, ended.state, ended.model.status) == ("order-1", "finished", "finished")
    assert [each.method for each in simulator.requests[before:]] == ["GET"]
    assert "order-1" not in delivery.url
    assert reported == [ended]
    assert trainings.handle_webhook(delivery.url, delivery.body, reported.append).state == "finished"
    trainings.refresh(reported.append)
    assert len(reported) == 1


def test_dropped_doubled_and_late_calls(trainings: Blocking, simulator: Simulator) -> None:
    """Each training is reported at least once, whatever becomes of its calls, and only after it has ended."""
    for key in ("dropped", "doubled", "late"):
        start(trainings, key)
    simulator.advance(1001)
    calls = calls_of(trainings, simulator)
    for _ in range(2):
        assert trainings.handle_webhook(calls["doubled"].url, calls["doubled"].body).state == "finished"
    reported: list[Training] = []
    trainings.refresh(reported.append)
    assert trainings.handle_webhook(calls["late"].url, calls["late"].body).state == "finished"
    trainings.refresh(reported.append)

    assert sorted(each.key for each in reported) == ["doubled", "dropped", "late"]
    assert {each.state for each in reported} == {"finished"}


def test_a_call_reports_no_other_training(trainings: Blocking, simulator: Simulator) -> None:
    """One that ended by a call without `on_ended` is left to `refresh`, not to the call for another one."""
    for key in ("order-1", "left"):
        start(trainings, key)
    simulator.advance(1001)
    calls, reported = calls_of(trainings, simulator), list[str]()
    trainings.handle_webhook(calls["left"].url, calls["left"].body)
    trainings.handle_webhook(
        calls["order-1"].url, calls["order-1"].body, lambda each: reported.append(each.key)
    )

    assert reported == ["order-1"]
    trainings.refresh(lambda each: reported.append(each.key))
    assert reported == ["order-1", "left"]


def test_no_word_of_a_body_is_believed(trainings: Blocking, simulator: Simulator) -> None:
    """Whoever knows the URL says that it has ended, the service that it has not: nobody is told."""
    model_id = start(trainings, "order-1").model_id
    url = trainings.webhook_url(BASE, "order-1")
    reported: list[Training] = []

    for status in ("finished", "failed"):
        told = trainings.handle_webhook(url, body(id=model_id, status=status), reported.append)
        assert told.state == "started"
    assert reported == []
    with pytest.raises(WebhookBodyError, match="not that of training 'order-1'"):
        trainings.handle_webhook(url, body(id=start(trainings, "order-2").model_id))
    assert {each.state for each in trainings.list()} == {"started"}


def test_a_lost_response_is_adopted_by_the_tag_alone(trainings: Blocking, simulator: Simulator) -> None:
    """An unknown training becomes the model whose name has its tag, and no other."""
    webhook_url = trainings.webhook_url(BASE, "order-1")
    lose(trainings, simulator, "order-1", acted=True, name="order-1", webhook_url=webhook_url)
    (url,) = [each.url for each in simulator.deliveries]
    (model_id,) = [each.model_id for each in simulator.deliveries]
    with Leap(TOKEN, base_url=simulator.base_url) as leap:
        stranger = leap.image_models.train_model(name="order-1", image_sample_files=[PNG])
    assert trainings.get("order-1").state == "unknown"

    for other in (stranger.id, "no-such-model"):
        with pytest.raises(WebhookBodyError):
            trainings.handle_webhook(url, body(id=other))
        assert trainings.get("order-1").state == "unknown"
    simulator.advance(1001)
    assert trainings.handle_webhook(url, body(id=model_id)).state == "finished"


def test_the_service_names_another_model(trainings: Blocking, simulator: Simulator) -> None:
    """Asked for one model it returns another, with the tag: neither call nor body is taken."""
    training = start(trainings, "order-1")
    found = training.model.to_dict() | {"id": "another", "status": "finished"}
    simulator.faults.add("get_model", body=found)
    with pytest.raises(WebhookBodyError):
        trainings.handle_webhook(trainings.webhook_url(BASE, "order-1"), body(id=training.model_id))

    assert trainings.get("order-1").state == "started"


def test_a_model_that_is_gone(trainings: Blocking, simulator: Simulator) -> None:
    """A call about a model that was deleted makes its training `gone`."""
    training = start(trainings, "order-1")
    with Leap(TOKEN, base_url=simulator.base_url) as leap:
        leap.image_models.delete_model(training.model_id or "")
    ended = trainings.handle_webhook(trainings.webhook_url(BASE, "order-1"), body(id=training.model_id))

    assert ended.state == "gone"


def test_what_is_refused_before_anybody_is_asked(trainings: Blocking, simulator: Simulator) -> None:
    """A URL that was not made for this journal, and a body that cannot be read or is too long."""
    model_id = start(trainings, "order-1").model_id
    url = trainings.webhook_url(BASE, "order-1")
    forged = [
        BASE,
        url[:-1] + ("A" if url[-1] != "A" else "B"),
        url.replace("leap_training=", "leap_training=a")[:-1],
        sign_url(BASE, SECRET, expires_in=60),
        url.replace("example.com", "example.org"),
        trainings.webhook_url(BASE, "order-1", expires_in=1e-9).replace("v1.", "v1.1"),
    ]
    before = len(simulator.requests)
    for each in forged:
        with pytest.raises(WebhookVerificationError):
            trainings.handle_webhook(each, body(id=model_id))
    for content in (b"{", b" " * 65_537):
        with pytest.raises(WebhookBodyError):
            trainings.handle_webhook(url, content)

    assert len(simulator.requests) == before


def test_calls_for_another_workspace(trainings: Blocking, simulator: Simulator, tmp_path: Path) -> None:
    """A journal that has another id, though it shares the secret, has other tags: its calls are refused."""
    with (
        Leap("another-workspace", base_url=simulator.base_url) as leap,
        Trainings(leap, tmp_path / "other.db", webhook_secret=SECRET) as other,
    ):
        start(trainings, "order-1")
        theirs = start(other, "order-1")
        url = other.webhook_url(BASE, "order-1")

        with pytest.raises(WebhookVerificationError, match="this journal does not have"):
            trainings.handle_webhook(url, body(id=theirs.model_id))
        with pytest.raises(WebhookBodyError):
            trainings.handle_webhook(trainings.webhook_url(BASE, "order-1"), body(id=theirs.model_id))
    assert trainings.get("order-1").state == "started"


def test_without_a_secret(open_trainings: Opener) -> None:
    """Nothing is signed with an empty secret, and no call is taken."""
    trainings = open_trainings()
    with pytest.raises(ValueError, match="webhook_secret"):
        trainings.webhook_url(BASE, "order-1")
    with pytest.raises(ValueError, match="webhook_secret"):
        trainings.handle_webhook(BASE, b"{}")


@asynccontextmanager
async def receiving(
    simulator: Simulator, journal: Path, base_url: str, *args: Any, **options: Any
) -> AsyncIterator[tuple[AsyncTrainings, httpx.AsyncClient]]:
    """A journal, and an HTTP client whose calls its receiver gets."""
    async with (
        AsyncLeap(TOKEN, base_url=simulator.base_url, max_retries=0) as leap,
        AsyncTrainings(leap, journal, webhook_secret=[SECRET, "an older one"]) as trainings,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(trainings.receiver(*args, **options)), base_url=base_url
        ) as caller,
    ):
        yield trainings, caller


def test_the_receiver(simulator: Simulator, journal: Path) -> None:
    """It answers as its calls deserve, and reports each end once it is confirmed; again where that fails."""
    reported: list[str] = []
    problems = [RuntimeError("the database is down")]

    async def on_ended(training: Training) -> None:
        if problems:
            raise problems.pop()
        reported.append(f"{training.key} {training.state}")

    async def main() -> None:
        async with receiving(simulator, journal, "https://example.com", on_ended) as (trainings, caller):
            url = trainings.webhook_url(BASE, "order-1")
            training = await trainings.start("order-1", image_sample_files=[PNG], webhook_url=url)
            content = body(id=training.model_id)
            assert (await caller.post(url, content=content)).status_code == 204
            assert reported == []
            simulator.advance(1001)
            assert (await caller.get(url)).status_code == 405
            assert (await caller.post(BASE, content=content)).status_code == 403
            assert (await caller.post(url, content=b"{")).status_code == 400
            assert (await caller.post(url, content=b" " * 70_000)).status_code == 413
            simulator.faults.add("get_model", status=500)
            assert (await caller.post(url, content=content)).status_code == 503
            assert reported == []
            with pytest.raises(RuntimeError):
                await caller.post(url, content=content)
            assert (await caller.post(url, content=content)).status_code == 204
            assert reported == ["order-1 finished"]
            assert (await caller.post(url, content=content)).status_code == 204

    anyio.run(main)
    assert reported == ["order-1 finished"]


@pytest.mark.parametrize("base", [BASE, f"{BASE}?shop=7"])
def test_the_receiver_behind_a_proxy(simulator: Simulator, journal: Path, base: str) -> None:
    """Where the application sees another address, it is told the public one."""

    async def main() -> None:
        inside = "http://inside:8000"
        async with receiving(simulator, journal, inside, public_url=base) as (trainings, caller):
            url = trainings.webhook_url(base, "order-1")
            training = await trainings.start("order-1", image_sample_files=[PNG], webhook_url=url)
            simulator.advance(1001)
            call = await caller.post("/?" + url.partition("?")[2], content=body(id=training.model_id))
            assert call.status_code == 204
            found = await trainings.get("order-1")
            assert found is not None
            assert found.state == "finished"

    anyio.run(main)
