"""Making the environments, with locks that hold nothing, so that no index is asked."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.dev import setup
from tests.support.paths import ROOT
from tests.support.subprocesses import run


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock holds nothing."""
    locks = tmp_path / "scripts" / "locks"
    locks.mkdir(parents=True)
    (locks / "dev.txt").write_text("# nothing\n")
    return tmp_path


@pytest.fixture
def made(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was made, by a stand-in that takes no time."""
    calls: list[Path] = []

    def make(environment: Path, lock: Path) -> None:
        setup.remove(environment)
        (environment / "bin").mkdir(parents=True)
        (environment / "bin" / "python").touch()
        calls.append(lock)

    monkeypatch.setattr(setup, "make", make)
    return calls


def test_environment_is_made_and_works(checkout: Path) -> None:
    """A real environment starts, has no packages of the machine, and finds the client in generated/."""
    assert setup.set_up("dev", checkout) is True

    python = checkout / ".venv" / "bin" / "python"
    shown = run([python, "-c", "import sys; print(sys.path)"])

    assert shown.returncode == 0
    assert str(checkout / ".venv") in shown.stdout
    assert (checkout / ".venv" / setup.STAMP).is_file()
    pth = next((checkout / ".venv").glob("lib/*/site-packages/tryleap-checkout.pth"))
    assert pth.read_text() == f"{checkout / 'generated'}\n"


def test_second_run_does_nothing(checkout: Path, made: list[Path]) -> None:
    """An environment that is up to date is left alone."""
    assert [setup.set_up("dev", checkout), setup.set_up("dev", checkout)] == [True, False]
    assert len(made) == 1


CHANGES: dict[str, Callable[[Path, pytest.MonkeyPatch], object]] = {
    "another lock": lambda checkout, _: (checkout / "scripts/locks/dev.txt").write_text("# still nothing\n"),
    "another interpreter": lambda _, patch: patch.setattr(setup.sys, "version", "3.99.0"),
    "an interpreter that is gone": lambda checkout, _: (checkout / ".venv/bin/python").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_means_another_environment(
    checkout: Path,
    made: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path, pytest.MonkeyPatch], object],
) -> None:
    """An environment that was made from something else, or does not start, is made anew."""
    setup.set_up("dev", checkout)
    change(checkout, monkeypatch)

    assert setup.set_up("dev", checkout) is True


def test_interrupted_setup(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment whose making was interrupted is made anew, without what was there before."""
    left = checkout / ".venv" / "lib" / "half-installed"
    left.mkdir(parents=True)

    assert setup.set_up("dev", checkout) is True
    assert not left.exists()


def test_failure_leaves_no_stamp(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A lock that cannot be installed ends with pip's message and the way out, and is tried again."""
    lock = checkout / "scripts" / "locks" / "dev.txt"
    lock.write_text("no-hash-here==1.0\n")

    with pytest.raises(setup.SetupError, match=r"(?s)hash.*packages of dev.txt could not be installed"):
        setup.set_up("dev", checkout)
    assert not (checkout / ".venv" / setup.STAMP).exists()


def test_two_at_once(checkout: Path, made: list[Path]) -> None:
    """Of two runs at the same time one makes the environment, the other waits for it."""
    barrier, results = threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        results.append(setup.set_up("dev", checkout))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [False, True]
    assert len(made) == 1


def test_link_elsewhere_is_not_followed(checkout: Path, tmp_path: Path, made: list[Path]) -> None:
    """Where .venv is a link, the link is replaced and what it points to stays."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (checkout / ".venv").symlink_to(elsewhere)

    setup.set_up("dev", checkout)

    assert (elsewhere / "precious").exists()


@pytest.mark.parametrize("name", ["PIP_USER", "PIP_TARGET"])
def test_settings_that_would_install_elsewhere(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Settings of the user's pip that would put packages elsewhere do not reach it."""
    seen: dict[str, str] = {}

    def note(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        seen.update(options["env"])  # type: ignore[call-overload]
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_CERT", "/my/certificates.pem")
    monkeypatch.setattr(setup.subprocess, "run", note)

    setup.run_step(["true"], "")

    assert name not in seen
    assert seen["PIP_CERT"] == "/my/certificates.pem"


OLD = '#!/bin/sh\nshift\nexec "{}" -c "import sys; sys.version_info = (3, 9, 18); $*"\n'


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("old", "is older than Python 3.11: install a later one, or name it"),
        ("nothing", "was not found: install Python 3.11 or later"),
        (sys.executable, None),
    ],
    ids=["too old", "missing", "new enough"],
)
def test_the_interpreter_must_be_new_enough(checkout: Path, python: str, said: str | None) -> None:
    """An interpreter that is too old, or missing, ends with a message that says what to do."""
    (checkout / "old").write_text(OLD.format(sys.executable))
    (checkout / "old").chmod(0o755)
    command = ["make", "-f", str(ROOT / "Makefile"), "python", f"PYTHON={checkout / python}"]
    result = run(command, checkout)

    assert (result.returncode != 0) == (said is not None)
    assert (said or "") in result.stderr
