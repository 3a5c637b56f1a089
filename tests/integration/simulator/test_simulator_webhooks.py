"""The simulator calls webhooks as the service does, and again where they fail."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.support.simulator import MODELS, Connect, Receiver, Train
from tryleap.simulator import Simulator, running
from tryleap.webhooks import parse


def test_called_once_at_the_end(
    simulator: Simulator, http: httpx.Client, train: Train, receiver: Receiver
) -> None:
    """Nothing is sent before the training is over; then the bytes to be replayed are, to the URL as given."""
    model = train(http, webhookUrl=f"{receiver.url}?secret=a%2Fb&x").json()
    assert simulator.wait_for_webhooks() == []
    simulator.advance(100)

    (delivery,) = simulator.wait_for_webhooks()
    ((path, body),) = receiver.calls
    assert (model["id"], [200], True) == (delivery.model_id, delivery.attempts, delivery.delivered)
    assert path == "/hook?secret=a%2Fb&x"
    assert model | {"status": "finished"} == json.loads(body)
    assert delivery.body == body


def test_repeated_until_it_is_responded_well(
    simulator: Simulator, http: httpx.Client, train: Train, receiver: Receiver
) -> None:
    """A receiver that fails is called again, a redirect counts as a failure."""
    receiver.statuses = [500, 302, 204]
    train(http, webhookUrl=receiver.url)
    simulator.advance(100)

    (delivery,) = simulator.wait_for_webhooks()
    assert (delivery.attempts, delivery.delivered) == ([500, 302, 204], True)


def test_given_up_after_some_attempts(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """A receiver that is not there is given up, with the reason listed; the simulator goes on."""
    train(http, webhookUrl="http://127.0.0.1:1/")
    simulator.advance(100)

    (delivery,) = simulator.wait_for_webhooks()
    assert not delivery.delivered
    assert [str(attempt).partition(":")[0] for attempt in delivery.attempts] == ["ConnectError"] * 4
    assert http.get(MODELS).status_code == 200


def test_not_called_for_a_deleted_model(
    simulator: Simulator, http: httpx.Client, train: Train, receiver: Receiver
) -> None:
    """A model that is deleted before its training ends calls nobody."""
    http.delete(f"{MODELS}/{train(http, webhookUrl=receiver.url).json()['id']}")
    simulator.advance(100)

    assert [delivery.attempts for delivery in simulator.wait_for_webhooks()] == [[]]
    assert receiver.calls == []


def test_it_stops_while_webhooks_wait(connect: Connect, train: Train, receiver: Receiver) -> None:
    """The end of the simulator ends what is not yet due, and nothing is sent after it."""
    with running(training_seconds=3600) as server:
        train(connect(server), webhookUrl=receiver.url)
    server.advance(3600)

    assert receiver.calls == []


def test_waiting_has_an_end(connect: Connect, train: Train) -> None:
    """Waiting for a webhook that is still tried raises after the time given."""
    with running(training_seconds=0, webhook_retry_seconds=3600) as server:
        train(connect(server), webhookUrl="http://127.0.0.1:1/")
        with pytest.raises(TimeoutError, match=r"is still in progress after 0\.05 s"):
            server.wait_for_webhooks(timeout=0.05)


@pytest.mark.parametrize(("result", "state"), [(False, False), (True, False), (False, True), (True, True)])
def test_replayed_without_a_server(connect: Connect, train: Train, result: bool, state: bool) -> None:
    """What would be sent is there once the training has ended, in the shape that was set."""
    with running(
        training_seconds=100, send_webhooks=False, webhook_result=result, webhook_state=state
    ) as server:
        model = train(connect(server), webhookUrl="https://example.com/hook").json()
        (delivery,) = server.deliveries
        with pytest.raises(RuntimeError, match=r"has not finished, .* advance the clock with advance\(\)"):
            delivery.body  # noqa: B018 - reading it is what is tested
        server.advance(100)
        assert server.wait_for_webhooks() == [delivery]

        body = json.loads(delivery.body)
    assert (delivery.attempts, delivery.delivered) == ([], False)
    assert delivery.headers == {"content-type": "application/json"}
    named = set(model) - {"status"} | {"state" if state else "status"}
    assert (set(body), set(body["result"] if result else body)) == ({"result"} if result else named, named)
    assert parse(delivery.body).to_dict() == model | {"status": "finished"}
