"""Schemathesis reads openapi.yaml and finds the simulator right: valid and invalid data, and links."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance.tools import DOCUMENT, HERE
from tests.support.subprocesses import run
from tryleap.simulator import Simulator, running

pytestmark = pytest.mark.heavy

TOKEN = "key-of-schemathesis"

# Enough for each of its ways to break a request, and for each link in either direction, in half a minute.
EXAMPLES = 100


@contextmanager
def simulator(train_status: int) -> Iterator[Simulator]:
    """A simulator that knows one key; no training ends, so no webhook is sent to any address."""
    with running(tokens=[TOKEN], training_seconds=1e9, train_status=train_status, seed=1) as server:
        yield server


def run_schemathesis(base_url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run all checks, as they are by default, with valid and invalid data, always with the same."""
    if importlib.util.find_spec("schemathesis") is None:
        pytest.skip("schemathesis is not installed: make check-all has it")
    config = ("--config-file", str(HERE / "schemathesis.toml"))
    command = ("run", str(DOCUMENT), "--url", base_url, "--header", f"Authorization: Bearer {TOKEN}")
    checks = ("--mode", "all", "--generation-deterministic", "--no-color")
    program = (sys.executable, "-m", "schemathesis.cli")
    return run([*program, *config, *command, *checks, *options], folder)


@pytest.mark.parametrize("train_status", [201, 200])
def test_nothing_fails(tmp_path: Path, train_status: int) -> None:
    """No check fails for any operation, and each link of the response is followed."""
    with simulator(train_status) as server:
        result = run_schemathesis(server.base_url, tmp_path, "--max-examples", str(EXAMPLES))

    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    assert "Tested: 4" in said
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert re.search(rf"✅ {phase}\n", said), said
    # Four links and their four inferred neighbours; the other status of training has two of them.
    assert "6 covered / 8 selected / 8 total" in said


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"status": 418}, "Undocumented status code"),
        ({"status": 200, "body": {"id": 1}}, "Response violates schema"),
        ({"html": True}, "Undocumented Content-Type"),
        ({"status": 500}, "Server error"),
    ],
)
def test_it_sees_what_is_wrong(tmp_path: Path, wrong: dict[str, object], found: str) -> None:
    """A simulator that responds otherwise than documented is found out, so silence means something."""
    with simulator(201) as server:
        server.faults.add("getModel", count=None, **wrong)
        options = ("--include-operation-id", "getModel", "--phases", "examples", "--max-examples", "1")
        result = run_schemathesis(server.base_url, tmp_path, *options)

    assert result.returncode == 1
    assert found in result.stdout


def test_a_simulator_without_keys_is_found_out(tmp_path: Path) -> None:
    """The check of ignored credentials is on: a simulator that takes any key does not pass."""
    with running(training_seconds=1e9, seed=1) as server:
        options = ("--include-operation-id", "listAllModels", "--phases", "coverage,fuzzing", "-n", "5")
        result = run_schemathesis(server.base_url, tmp_path, *options)

    assert result.returncode == 1
    assert "API accepts invalid authentication" in result.stdout or "ignored" in result.stdout.lower()
