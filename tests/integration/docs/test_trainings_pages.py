"""The pages on trainings by a journal: their programs do what the pages say, killed and delivered twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.docs.pages import GENERATED, blocks, execute, section
from tests.support.postgresql import USER, server
from tests.support.subprocesses import ENVIRONMENT, run_python
from tryleap import APIConnectionError, Leap
from tryleap.cli import main
from tryleap.images import sample_image
from tryleap.simulator import Simulator
from tryleap.trainings import Trainings

TRAININGS, CLUSTER, UNKNOWN = (
    (GENERATED / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("trainings", "cluster", "unknown")
)


@pytest.fixture
def postgresql(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database of a PostgreSQL server, where the pages look for it."""
    pytest.importorskip("psycopg", reason="the extra postgres; make check-all has it")
    with server() as folder:
        url = f"postgresql://{USER}@/postgres?host={folder}"
        monkeypatch.setenv("JOURNAL", url)
        yield url


@pytest.fixture
def people(simulator: Simulator, tmp_path: Path) -> list[str]:
    """A folder `people` with the pictures of six."""
    names = ["ada", "bob", "cyd", "dan", "eve", "fay"]
    for number, name in enumerate(names):
        (tmp_path / "people" / name).mkdir(parents=True)
        (tmp_path / "people" / name / "1.jpg").write_bytes(sample_image(number))
    return names


def names_of(simulator: Simulator) -> list[str]:
    """The names that were sent, without their tags."""
    return sorted(each.fields["name"][0].rpartition(" ")[0] for each in simulator.uploads)


def test_a_folder_with_a_crash_in_the_middle(simulator: Simulator, people: list[str]) -> None:
    """The program is killed while answers are on their way, and run again: each is trained once."""
    (code,) = blocks(section(TRAININGS, "From a folder of pictures"), "python")
    simulator.faults.add("train_model", delay=0.01, count=1)
    held = simulator.faults.add("train_model", delay=60, count=None)
    own = {**os.environ, "PYTHONPATH": ENVIRONMENT["PYTHONPATH"]}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=own, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline().endswith(" started\n")
        while len(simulator.uploads) < 5:
            assert first.poll() is None
        first.kill()
    assert held.used == 4
    simulator.faults.clear()
    second = run_python("-c", code)

    assert second.returncode == 0, second.stderr
    assert names_of(simulator) == [name.title() for name in people]
    assert re.findall(r"^(\w+) finished \S+$", second.stdout, re.MULTILINE) == people


def test_the_commands_of_the_page(
    simulator: Simulator, people: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The manifest and the commands work as they stand."""
    part = section(TRAININGS, "From the command line")
    (manifest,), (commands,) = blocks(part, "csv"), blocks(part, "sh")
    (tmp_path / "people.csv").write_text(manifest, encoding="utf-8")
    for line in commands.splitlines():
        assert main(line.split()[1:]) == 0, capsys.readouterr().err

    assert names_of(simulator) == ["Ada", "Bob"]


ON_A_WORKER = """
from celery.contrib.testing.worker import start_worker

app.conf.task_always_eager = False
with start_worker(app, perform_ping_check=False):
    for _ in range(2):
        print("worker", train.delay("order-1042", ["me-1.jpg", "me-2.jpg"]).get(timeout=30))
"""


@pytest.mark.heavy
def test_a_task_of_celery_that_is_delivered_twice(simulator: Simulator) -> None:
    """It trains once, and each delivery gets the same response, also those to a worker."""
    pytest.importorskip("celery", reason="Celery is not installed: make check-all has it")
    (code,) = blocks(section(CLUSTER, "Celery"), "python")
    done = run_python("-c", code + ON_A_WORKER)

    assert done.stdout == "started\n" * 2 + "worker started\n" * 2, done.stderr
    assert len(simulator.uploads) == 1


# The page's application with a broker in files. A worker dies after the first response it gets.
LOCAL_CELERY = """
import os
import signal
from pathlib import Path

from tasks import app, train

from tryleap._runtime._package import httpx

folder = Path(__file__).parent
queue = str(folder / "queue")
app.conf.update(
    task_always_eager=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    broker_url="filesystem://",
    broker_transport_options={"data_folder_in": queue, "data_folder_out": queue},
    result_backend=f"file://{folder}/results",
)
send = httpx.Client.send


def send_and_die(self, request, **options):
    response = send(self, request, **options)
    try:
        (folder / "first").unlink()
    except FileNotFoundError:
        return response
    os.kill(os.getpid(), signal.SIGKILL)


httpx.Client.send = send_and_die

if __name__ == "__main__":
    begun = [train.delay(f"order-{number % 10}", ["me-1.jpg"]) for number in range(20)]
    print(*(each.get(timeout=100) for each in begun))
"""


@pytest.mark.heavy
def test_tasks_of_celery(simulator: Simulator, tmp_path: Path, postgresql: str) -> None:
    """Two workers get each task twice, and a task of a killed worker again: each training is sent once."""
    pytest.importorskip("celery", reason="Celery is not installed: make check-all has it")
    (code,) = blocks(section(CLUSTER, "Celery"), "python")
    (tmp_path / "tasks.py").write_text(code, encoding="utf-8")
    (tmp_path / "local.py").write_text(LOCAL_CELERY, encoding="utf-8")
    (tmp_path / "first").touch()
    for name in ("queue", "results"):
        (tmp_path / name).mkdir()
    python = ["-W", "ignore", "-m"]
    command = [sys.executable, *python, "celery", "-A", "local", "worker", "--concurrency", "2"]
    own = {**os.environ, "PYTHONPATH": ENVIRONMENT["PYTHONPATH"]}
    with ExitStack() as stack:
        for name in ("one", "two"):
            log = stack.enter_context((tmp_path / f"{name}.log").open("wb"))
            named = [*command, "--loglevel", "warning", "--hostname", f"{name}@tests"]
            worker = subprocess.Popen(named, env=own, stdout=log, stderr=log)
            stack.callback(worker.wait, 60)
            stack.callback(worker.terminate)
        done = run_python(*python, "local")
    logs = "".join((tmp_path / f"{name}.log").read_text(errors="replace") for name in ("one", "two"))

    assert set(done.stdout.split()) <= {"started", "sending"}, done.stderr + logs
    assert len(done.stdout.split()) == 20, done.stderr + logs
    assert "signal 9" in logs
    with Leap() as leap, Trainings(leap, postgresql) as trainings:
        assert [each.state for each in trainings.list()].count("sending") == 1
        assert len(trainings.reconcile().adopted) == 1
        assert [(each.state, each.attempts) for each in trainings.list()] == [("finished", 1)] * 10
    assert len(simulator.uploads) == 10


@pytest.mark.heavy
def test_tasks_of_dask(simulator: Simulator, tmp_path: Path, postgresql: str) -> None:
    """The block, saved as a file and run, submits a hundred trainings twice, and each is sent once."""
    pytest.importorskip("distributed", reason="Dask is not installed: make check-all has it")
    (code,) = blocks(section(CLUSTER, "Dask"), "python")
    (tmp_path / "recipe.py").write_text(code, encoding="utf-8")
    done = run_python("recipe.py")

    assert "100 trainings began" in done.stdout, done.stderr
    assert names_of(simulator) == sorted(f"model {number}" for number in range(100))
    assert not (tmp_path / "trainings.db").exists()


def test_waiting_on_a_cluster(simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """`refresh` reports the end of what a worker has started, once."""
    with Leap() as leap, Trainings(leap, "trainings.db") as trainings:
        trainings.start("order-1", image_sample_files=["me-1.jpg"])
    (code,) = blocks(section(CLUSTER, "Waiting"), "python")
    execute(code)
    execute(code)

    assert capsys.readouterr().out == "order-1 finished\n"


def test_what_to_do_about_unknown_ones(
    simulator: Simulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The evidence has the training and the model that resembles it; a person's answer settles it."""
    simulator.faults.add("train_model", reset=True)
    with Leap() as leap, Trainings(leap, "trainings.db") as trainings:
        with pytest.raises(APIConnectionError):
            trainings.start("order-1042", name="Alex", image_sample_files=["me-1.jpg"])
        stranger = leap.image_models.train_model(name="Alex", image_sample_files=["me-1.jpg"])
        look, decide = blocks(UNKNOWN, "python")
        execute(look)
        shown = capsys.readouterr().out
        assert "order-1042 was sent at 20" in shown
        assert f"  may be {stranger.id}, created at 20" in shown
        for response, state in (("n", "unknown"), ("y", "pending")):
            monkeypatch.setattr("builtins.input", lambda question, response=response: response)
            execute(decide)
            training = trainings.get("order-1042")
            assert training is not None
            assert training.state == state
