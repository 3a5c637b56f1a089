"""What a new user does: install the wheel into an empty environment, and paste what the pages show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.release.quickstart.machine import Block, Machine, commands_of, kind_of, pasted

pytestmark = pytest.mark.heavy

PYTHON = [
    pytest.param(block, id=block.name)
    for block in pasted()
    if block.language == "python" and kind_of(block) == "run"
]

A_TEST_OF_THEIRS = """
import pytest
from tryleap import Leap

@pytest.mark.leap_simulator(training_seconds=1800)
def test_training(leap_simulator):
    with Leap() as leap:
        model = leap.image_models.train_model(image_sample_files=["me-1.jpg"])
        leap_simulator.advance(1800)
        assert leap.image_models.get_model(model.id).status == "finished"
    assert leap_simulator.uploads[0].files[0].filename == "me-1.jpg"
"""


def seen(address: str) -> list[dict[str, object]]:
    """The requests that the simulator shows on its page."""
    return httpx.get(f"{address}/_simulator/state", trust_env=False).json()["requests"]


@pytest.mark.parametrize("block", PYTHON)
def test_python_as_pasted(block: Block, full: Machine, plain_environment: Path, address: str) -> None:
    """A block of Python, saved as a file and run, ends well, and says nothing of the key.

    What needs no simulator of its own runs where the package alone is installed.
    """
    machine = full
    if not re.search(r"tryleap\.(simulator|trainings)", block.code):
        machine = Machine(plain_environment, full.folder)
        machine.variables = full.variables
    (full.folder / "pasted.py").write_text(block.code, encoding="utf-8")
    done = machine.run("python pasted.py")

    assert (done.returncode, done.stderr) == (0, "")
    assert "a-new-users-key" not in done.stdout
    if re.search(r"\bLeap\(\w*\)", block.code) and "tryleap.simulator" not in block.code:
        assert seen(address)


def test_shell_as_pasted(full: Machine) -> None:
    """Lines for the shell: what installs names what there is, what serves serves, and prints what works."""
    installed, ran = 0, 0
    extras = full.succeeded(
        'python -c "from importlib.metadata import metadata; '
        "print(*metadata('tryleap').get_all('Provides-Extra'))\""
    ).split()
    for block in pasted():
        if block.language != "sh" or kind_of(block) == "checkout":
            continue
        installing, others = commands_of(block)
        for line in installing:
            name, wanted = re.fullmatch(r'pip install "?(tryleap|\.)(?:\[([a-z0-9,]+)\])?"?', line).groups()
            assert name
            assert set(wanted.split(",") if wanted else ()) <= set(extras)
            installed += 1
        for line in others:
            with full.serving(line) as said:
                (exporting,) = [text.strip() for text in said if text.strip().startswith("export ")]
                assert full.succeeded(f"{exporting}; tryleap models list").strip() == "No models."
            ran += 1

    assert (installed, ran) == (3, 2)


def test_simulate(full: Machine) -> None:
    """`tryleap simulate` prints what to export, what it prints works when pasted, and its page is there."""
    with full.serving("tryleap simulate --training-seconds 0 --seed 1") as said:
        (exporting,) = [line.strip() for line in said if line.strip().startswith("export ")]
        page = httpx.get(re.search(r"http://[0-9.:]+", exporting)[0], trust_env=False)
        made = full.succeeded(f"{exporting}; tryleap models train me-1.jpg --wait --json")

    assert json.loads(made)["status"] == "finished"
    assert "<title>Leap simulator</title>" in page.text


def test_fixture_in_tests_of_their_own(full: Machine) -> None:
    """The fixture is there in any project's pytest, without a word of configuration."""
    (full.folder / "test_theirs.py").write_text(A_TEST_OF_THEIRS, encoding="utf-8")
    said = full.succeeded("python -m pytest -q --strict-markers -W error -p no:cacheprovider")

    assert "1 passed" in said
