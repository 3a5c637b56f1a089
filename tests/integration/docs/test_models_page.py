"""The page on models in Python, with the libraries that it shows them with."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest

from tests.integration.docs.pages import GENERATED, blocks, section
from tests.support.subprocesses import run_python
from tryleap import Leap
from tryleap.simulator import Simulator

PAGE = (GENERATED / "docs" / "models-in-python.md").read_text(encoding="utf-8")

REQUEST = """
import asyncio, httpx

async def requested():
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://application") as client:
        return await client.get("/models")

print(asyncio.run(requested()).text)
"""

# What needs a worker runs beside one, in the same process; the tasks go through the broker.
WORKER = """
from celery.contrib.testing.worker import start_worker

app.conf.task_always_eager = False
with start_worker(app, perform_ping_check=False), Leap() as leap:
    model = leap.image_models.list_all_models()[0]
    print(announce.delay(model.to_dict()).get(timeout=30))
    try:
        announce.delay(model)
    except Exception as error:
        print(type(error).__name__)
"""


def train(name: str = "Alex") -> None:
    with Leap() as leap:
        leap.image_models.train_model(name=name, image_sample_urls=["https://example.com/1.jpg"])


def output(code: str) -> str:
    """What a program prints that runs in a process of its own."""
    done = run_python("-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_json_response(simulator: Simulator) -> None:
    """The application answers with the models, under Python's names."""
    (code,) = blocks(section(PAGE, "JSON responses"), "python")
    train()
    (model,) = json.loads(output(code + REQUEST))

    assert model["name"] == "Alex"
    assert model["created_at"].endswith("Z")


@pytest.mark.heavy
@pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed: make check-all has it")
def test_a_table_of_pandas(simulator: Simulator) -> None:
    """The block makes a table with a row per model, whose times are times; of no models too."""
    (code,) = blocks(section(PAGE, "pandas"), "python")
    assert "Empty DataFrame" in output(code)
    train()
    printed = output(code + "\nprint(list(table['name']), table['created_at'].dtype)")

    assert printed.splitlines()[-1].startswith("['Alex'] datetime64[")


@pytest.mark.heavy
@pytest.mark.skipif(find_spec("celery") is None, reason="Celery is not installed: make check-all has it")
def test_a_worker_of_celery(simulator: Simulator) -> None:
    """The block runs as it stands; its task also does on a worker, which a model itself never reaches."""
    (code,) = blocks(section(PAGE, "Celery"), "python")
    train()

    assert output(code) == "Alex is finished\n"
    assert output(code + WORKER).splitlines()[1:] == ["Alex is finished", "EncodeError"]
