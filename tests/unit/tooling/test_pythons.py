"""`make test-pythons`: which interpreters it chooses, and what it writes into README.md."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from scripts.dev import test_pythons
from scripts.dev.test_pythons import BEGIN, END, Interpreter
from scripts.release import environments
from scripts.release.problems import DistributionError
from tests.support.paths import ROOT


def interpreters(*versions: str) -> list[Interpreter]:
    return [Interpreter(version, f"/somewhere/{version}/bin/python3") for version in versions]


def test_the_newest_of_each_version_is_chosen() -> None:
    """Others than the supported versions are left out, and 3.12.10 is newer than 3.12.9."""
    here = interpreters("3.13.0rc1", "3.10.13", "3.12.9", "3.12.10", "3.11.7", "3.11.2")

    chosen = test_pythons.choose(here, [(3, 11), (3, 12), (3, 13), (3, 14)])

    assert [each.version for each in chosen] == ["3.11.7", "3.12.10", "3.13.0rc1"]


def test_interpreters_of_pyenv_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They count without being switched on; a shim does not, which runs whatever is switched on."""
    (tmp_path / "versions" / "3.12.1" / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin")
    paths: list[str] = []

    def uv(*_: object, variables: dict[str, str], **__: object) -> str:
        paths.append(variables["PATH"])
        listed = [
            ("3.12.1", f"{tmp_path}/versions/3.12.1/bin/python3", "cpython"),
            ("3.12.1", f"{tmp_path}/shims/python3.12", "cpython"),
            ("3.11.13", "/usr/bin/pypy3", "pypy"),
        ]
        return json.dumps(
            [{"version": each[0], "path": each[1], "implementation": each[2]} for each in listed]
        )

    monkeypatch.setattr(environments, "uv", uv)

    assert test_pythons.found() == [Interpreter("3.12.1", f"{tmp_path}/versions/3.12.1/bin/python3")]
    assert paths == [f"/usr/bin{os.pathsep}{tmp_path}/versions/3.12.1/bin"]


@pytest.mark.heavy  # uv, which finds interpreters, is in the environment of check-all alone
def test_the_interpreter_of_the_tests_is_found() -> None:
    """Uv lists the machine's own interpreters."""
    versions = {each.minor for each in test_pythons.found()}

    assert sys.version_info[:2] in versions


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The versions whose tests were run; they pass unless `fail` is among the arguments."""
    collected: list[str] = []
    current = "{}.{}.1".format(*sys.version_info[:2])
    monkeypatch.setattr(test_pythons, "supported", lambda: [sys.version_info[:2], (3, 98), (3, 99)])
    monkeypatch.setattr(test_pythons, "found", lambda: interpreters(current, "3.98.2"))
    monkeypatch.setattr(test_pythons, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text(f"| {BEGIN}nothing{END} |\n")

    def run_tests(interpreter: Interpreter, arguments: list[str]) -> bool:
        collected.append(interpreter.version)
        return "fail" not in arguments

    monkeypatch.setattr(test_pythons, "run_tests", run_tests)
    return collected


def test_every_interpreter_is_run(
    runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The report names what passed and what is not here; README.md is only changed on request."""
    assert test_pythons.main([]) == 0
    said = capsys.readouterr().out
    assert len(runs) == 2
    assert "test-pythons: not on this machine: Python 3.99\n" in said
    assert said.endswith(f"test-pythons: passed on {', '.join(runs)}; failed on none\n")
    assert "nothing" in (tmp_path / "README.md").read_text()

    assert test_pythons.main(["--write"]) == 0
    assert f"{BEGIN}CPython {runs[0]} and 3.98.2 on " in (tmp_path / "README.md").read_text()


def test_the_others_are_run(runs: list[str]) -> None:
    """Continuous integration has run all tests on its own version already."""
    assert test_pythons.main(["--others"]) == 0
    assert runs == ["3.98.2"]


def test_a_failure_is_the_result(runs: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The remaining interpreters are run all the same, and nothing is written as tested."""
    assert test_pythons.main(["--write", "fail"]) == 1
    assert capsys.readouterr().out.endswith(f"passed on none; failed on {', '.join(runs)}\n")
    assert len(runs) == 2
    assert "nothing" in (tmp_path / "README.md").read_text()


def test_readme_has_one_place_for_it(tmp_path: Path) -> None:
    """The project's README has it; without it the message names the comments that are missing."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(re.findall(f"{re.escape(BEGIN)}CPython 3.*?{re.escape(END)}", text)) == 1

    (tmp_path / "README.md").write_text("# Nothing\n")
    with pytest.raises(DistributionError, match=r"README\.md has 0 places between <!-- tested"):
        test_pythons.write(["3.11.7"], tmp_path / "README.md")


@pytest.mark.heavy
def test_an_interpreter_that_is_none_is_refused(tmp_path: Path) -> None:
    """The message says that the environment could not be created."""
    with pytest.raises(DistributionError, match="the environment could not be created"):
        test_pythons.run_tests(Interpreter("3.98.0", str(tmp_path / "python3")), [])


def test_uv_trusts_the_certificates_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """As pip does, unless the user says otherwise: with HOME and PATH alone nothing else names them."""
    monkeypatch.delenv("UV_SYSTEM_CERTS", raising=False)
    assert environments.settings()["UV_SYSTEM_CERTS"] == "true"

    monkeypatch.setenv("UV_SYSTEM_CERTS", "false")
    assert environments.settings()["UV_SYSTEM_CERTS"] == "false"
