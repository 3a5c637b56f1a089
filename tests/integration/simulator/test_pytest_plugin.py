"""The pytest fixture: it runs a simulator that the client finds by itself, and costs nothing until used."""

from __future__ import annotations

from pathlib import Path

from tests.support.subprocesses import assert_tests_pass, run_python

TESTS = """
import os
import httpx
import pytest

def test_environment(leap_simulator):
    assert os.environ["LEAP_BASE_URL"] == leap_simulator.base_url
    headers = {"Authorization": "Bearer " + os.environ["LEAP_API_KEY"]}
    url = leap_simulator.base_url + "/api/v2/images/models"
    assert httpx.get(url, headers=headers, trust_env=False).json() == {"models": []}

@pytest.mark.leap_simulator(tokens=["mine"])
def test_marker(leap_simulator):
    url = leap_simulator.base_url + "/api/v2/images/models"
    assert httpx.get(url, headers={"Authorization": "Bearer x"}, trust_env=False).status_code == 401

def test_afterwards():
    assert "LEAP_BASE_URL" not in os.environ
"""


def test_the_fixture(tmp_path: Path) -> None:
    """It sets the environment for one test, takes options from its marker, and is known to strict pytest."""
    assert_tests_pass(tmp_path, TESTS)


def test_loading_it_imports_nothing_heavy() -> None:
    """Every project's pytest loads it, so it must bring nothing along."""
    program = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport tryleap.pytest_plugin\n"
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = set(run_python("-c", program).stdout.strip("[]\n").replace("'", "").split(", "))
    assert loaded.isdisjoint({"httpx", "attrs", "attr", "anyio", "starlette", "uvicorn", "python_multipart"})
    assert "tryleap" in loaded
