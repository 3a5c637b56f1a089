"""The page on models in Python, with the libraries that it shows them with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.integration.docs.pages import GENERATED, blocks, section
from tests.support.subprocesses import ENVIRONMENT
from tryleap import Leap
from tryleap.simulator import Simulator, running

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


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator with one model."""
    with running(training_seconds=0, tokens=["any-key", "empty"]) as server:
        with Leap("any-key", base_url=server.base_url) as leap:
            leap.image_models.train_model(name="Alex", image_sample_urls=["https://example.com/1.jpg"])
        yield server


def output(code: str, simulator: Simulator, folder: Path, key: str = "any-key") -> str:
    """What a program prints that runs in a process of its own."""
    own = {"LEAP_BASE_URL": simulator.base_url, "LEAP_API_KEY": key}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**ENVIRONMENT, **own},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_json_response(simulator: Simulator, tmp_path: Path) -> None:
    """The application answers with the models, under Python's names."""
    (code,) = blocks(section(PAGE, "JSON responses"), "python")
    (model,) = json.loads(output(code + REQUEST, simulator, tmp_path))

    assert model["name"] == "Alex"
    assert model["created_at"].endswith("Z")


@pytest.mark.heavy
@pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed: make check-all has it")
def test_a_table_of_pandas(simulator: Simulator, tmp_path: Path) -> None:
    """The block makes a table with a row per model, whose times are times; of no models too."""
    (code,) = blocks(section(PAGE, "pandas"), "python")
    assert "Empty DataFrame" in output(code, simulator, tmp_path, key="empty")
    printed = output(code + "\nprint(list(table['name']), table['created_at'].dtype)", simulator, tmp_path)

    assert printed.splitlines()[-1].startswith("['Alex'] datetime64[")


@pytest.mark.heavy
@pytest.mark.skipif(find_spec("celery") is None, reason="Celery is not installed: make check-all has it")
def test_a_worker_of_celery(simulator: Simulator, tmp_path: Path) -> None:
    """The block runs as it stands; its task also does on a worker, which a model itself never reaches."""
    (code,) = blocks(section(PAGE, "Celery"), "python")

    assert output(code, simulator, tmp_path) == "Alex is finished\n"
    assert output(code + WORKER, simulator, tmp_path).splitlines()[1:] == ["Alex is finished", "EncodeError"]
