"""The simulated service keeps models, keys and time as the real one does."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.support.simulator import MODELS, Connect, Train
from tests.support.subprocesses import ENVIRONMENT, import_error, run_python
from tryleap._version import install_command
from tryleap.simulator import Simulator, running


@pytest.mark.parametrize(("given", "kind"), [({"subjectType": "cat"}, "cat"), ({}, "person")])
def test_training_creates_a_model(
    simulator: Simulator, http: httpx.Client, train: Train, given: dict[str, str], kind: str
) -> None:
    """A training is answered with 201 and a complete model, which get and list show as well."""
    response = train(http, name="Alex", subjectKeyword="@me", **given)

    model = response.json()
    assert response.status_code == 201
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", model["id"])
    assert datetime.fromisoformat(model["createdAt"]).tzinfo is not None
    assert model == {
        "id": model["id"],
        "name": "Alex",
        "createdAt": model["createdAt"],
        "subjectKeyword": "@me",
        "subjectType": kind,
        "status": "queued",
        "imageSamples": [f"{simulator.base_url}/samples/{model['id']}/0"],
    }
    assert model == http.get(f"{MODELS}/{model['id']}").json()
    assert {"models": [model]} == http.get(MODELS).json()


def test_either_status_of_success(connect: Connect, train: Train) -> None:
    """The service's documents name two statuses for an accepted training; both can be had."""
    with running(train_status=200) as server:
        assert train(connect(server)).status_code == 200


def test_status_follows_the_clock(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """A model is queued, then processing, then finished, when the clock says so."""
    path = f"{MODELS}/{train(http).json()['id']}"
    seen = []
    for seconds in (0, 50, 50):
        simulator.advance(seconds)
        seen.append(http.get(path).json()["status"])

    assert seen == ["queued", "processing", "finished"]


def test_failure_rate_and_seed(connect: Connect, train: Train) -> None:
    """The same seed makes the same models fail, and gives them the same ids."""

    def outcome(seed: int) -> list[tuple[str, str]]:
        with running(training_seconds=0, failure_rate=0.5, seed=seed) as server:
            client = connect(server)
            for _ in range(20):
                train(client)
            return [(model["id"], model["status"]) for model in client.get(MODELS).json()["models"]]

    first = outcome(7)
    assert first == outcome(7)
    assert first != outcome(8)
    assert {"finished", "failed"} == {status for _, status in first}


def test_delete_returns_the_model_and_removes_it(http: httpx.Client, train: Train) -> None:
    """After a deletion the model is gone, its samples too."""
    model = train(http).json()
    sample = model["imageSamples"][0]
    assert http.get(sample).content == b"\x89PNG"

    assert model == http.delete(f"{MODELS}/{model['id']}").json()
    for method in ("GET", "DELETE"):
        response = http.request(method, f"{MODELS}/{model['id']}")
        message = f"Model with id {model['id']} does not exist"
        assert (404, {"statusCode": 404, "message": message}) == (response.status_code, response.json())
    assert http.get(sample).status_code == 404


def test_each_key_has_its_own_workspace(simulator: Simulator, connect: Connect, train: Train) -> None:
    """A model is seen with the key that trained it, and with no other."""
    mine, other = connect(simulator, "mine"), connect(simulator, "other")
    model_id = train(mine).json()["id"]

    assert other.get(MODELS).json()["models"] == []
    assert other.delete(f"{MODELS}/{model_id}").status_code == 404
    assert len(mine.get(MODELS).json()["models"]) == 1


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic key", "key"])
def test_a_key_is_required(simulator: Simulator, header: str | None) -> None:
    """Without a bearer token every operation is answered with 401."""
    headers = {} if header is None else {"Authorization": header}
    for method, path in (
        ("GET", MODELS),
        ("GET", f"{MODELS}/x"),
        ("DELETE", f"{MODELS}/x"),
        ("POST", f"{MODELS}/new"),
    ):
        response = httpx.request(method, simulator.base_url + path, headers=headers, trust_env=False)
        assert response.json() == {"statusCode": 401, "message": "Unauthorized"}
        assert response.status_code == 401


def test_only_known_keys(connect: Connect) -> None:
    """With `tokens`, any other key is a wrong one."""
    with running(tokens=["right"]) as server:
        assert connect(server, "right").get(MODELS).status_code == 200
        assert connect(server, "wrong").get(MODELS).status_code == 401


def test_the_free_plan_does_not_train(simulator: Simulator, connect: Connect, train: Train) -> None:
    """A key that starts with free_ may list, but not train."""
    free = connect(simulator, "free_key")

    assert train(free).status_code == 402
    assert free.get(MODELS).json() == {"models": []}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v2/images/models/", 404),
        ("PUT", MODELS, 405),
        ("POST", f"{MODELS}/some-id", 405),
        ("GET", f"{MODELS}/new", 405),
        ("HEAD", MODELS, 405),
        ("POST", "/", 404),
        ("GET", f"{MODELS}/a%0Ab", 404),
    ],
)
def test_other_requests_are_refused_in_json(http: httpx.Client, method: str, path: str, status: int) -> None:
    """What the document does not know is answered with an error body of the usual form."""
    response = http.request(method, path)

    assert status == response.status_code
    if method != "HEAD":
        assert {"statusCode", "message"} == response.json().keys()
    if status == 405:
        assert method not in response.headers["allow"].split(", ")


def test_an_id_is_one_segment(simulator: Simulator, http: httpx.Client) -> None:
    """An id with every awkward character arrives whole, as it was sent."""
    response = http.get(f"{MODELS}/a%2Fb%3Fc%23d%20%25")

    assert response.json()["message"] == "Model with id a/b?c#d % does not exist"
    assert ("getModel", f"{MODELS}/a%2Fb%3Fc%23d%20%25") == (
        simulator.requests[-1].operation,
        simulator.requests[-1].path,
    )


def test_requests_are_listed(simulator: Simulator, http: httpx.Client, train: Train) -> None:
    """Each request is listed with operation, size and status; its key is not in its repr."""
    train(http)
    http.get(MODELS, params={"a": "b"}, headers={"X-Mine": "yes"})

    first, second = simulator.requests
    assert (first.operation, first.status, first.complete) == ("trainModel", 201, True)
    assert first.size == int(first.headers["content-length"])
    assert (second.method, second.path, second.query, second.headers["x-mine"]) == (
        "GET",
        MODELS,
        "a=b",
        "yes",
    )
    assert "Bearer" not in repr(simulator.requests) + repr(simulator.uploads)


def test_many_at_a_time(connect: Connect, train: Train) -> None:
    """Simulators run side by side, each with a port and models of its own, and leave no thread behind."""
    before = set(threading.enumerate())
    with ExitStack() as stack:
        servers = [stack.enter_context(running()) for _ in range(5)]
        for count, server in enumerate(servers):
            for _ in range(count):
                train(connect(server))
        counts = [len(connect(server).get(MODELS).json()["models"]) for server in servers]
        assert len({server.base_url for server in servers}) == 5

    assert counts == [0, 1, 2, 3, 4]
    # What other tests left may end meanwhile.
    assert set(threading.enumerate()) <= before


def test_it_stops_when_the_block_fails() -> None:
    """An error inside the block ends the simulator as well and comes out as it is."""
    with pytest.raises(KeyError), running() as server:
        raise KeyError("mine")

    with pytest.raises(httpx.ConnectError):
        httpx.get(server.base_url, trust_env=False)


def test_it_stops_under_a_request_without_end(connect: Connect) -> None:
    """A client that never finishes its upload does not hold up the end."""
    with (
        running() as server,
        socket.create_connection(("127.0.0.1", int(server.base_url[-5:].strip(":/")))) as raw,
    ):
        head = (
            f"POST {MODELS}/new HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\nContent-Length: 99\r\n\r\n"
        )
        raw.sendall(head.encode())
        connect(server).get(MODELS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"training_seconds": -1}, "training_seconds is -1: pass a number from 0 to 1e+09"),
        ({"failure_rate": 1.5}, "failure_rate is 1.5: pass a number from 0 to 1"),
        ({"failure_rate": float("nan")}, "failure_rate is nan: pass a number from 0 to 1"),
        ({"train_status": 204}, "train_status is 204: pass 200 or 201"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], message: str) -> None:
    """An option that makes no sense is refused before anything starts."""
    with pytest.raises(ValueError, match=re.escape(message)), running(**options):
        pass


def test_the_clock_only_goes_forward(simulator: Simulator) -> None:
    """A negative step is refused."""
    with pytest.raises(ValueError, match="seconds is -1: pass a number from 0"):
        simulator.advance(-1)


def test_the_command(connect: Connect) -> None:
    """`python -m tryleap.simulator` says where it listens, serves, and ends quietly when told to."""
    command = [sys.executable, "-m", "tryleap.simulator", "--training-seconds", "0", "--seed", "3"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://[0-9.:]+", process.stdout.readline())
        assert found is not None
        response = httpx.get(found[0] + MODELS, headers={"Authorization": "Bearer k"}, trust_env=False)
        process.terminate()
        _, errors = process.communicate(timeout=20)

    assert response.json() == {"models": []}
    assert (process.returncode, errors) == (0, "")


def test_the_command_refuses_nonsense() -> None:
    """A wrong option ends with status 2 and one line that says what to give."""
    ended = run_python("-m", "tryleap.simulator", "--failure-rate", "2")

    assert ended.returncode == 2
    assert "failure_rate is 2.0: pass a number from 0 to 1" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "python_multipart"])
def test_without_its_extra(missing: str) -> None:
    """Where a package of the extra is not installed, the error names the extra."""
    assert import_error("import tryleap.simulator", missing) == (
        f"The simulator needs {missing}, which it cannot import: {install_command('simulator')}"
    )
