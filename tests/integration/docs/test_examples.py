"""Every block of Python, and of curl, on every page runs as it is pasted, against the simulator."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.integration.docs.conftest import KEY
from tests.integration.docs.pages import GENERATED, PAGES, ROOT, blocks, execute, programs, section
from tests.support.pictures import write_samples
from tests.support.subprocesses import assert_tests_pass, run
from tryleap import Leap
from tryleap.cli import main
from tryleap.simulator import Simulator, running

# The model that the document's examples speak of.
KNOWN = "5f9b9c0e-7c1f-4b5c-9c0e-7c1f4b5c9c0e"
LONGEST_LINE = 110
# Pages whose blocks run one by one: test clients of web frameworks warn when they are imported, so their
# applications have processes of their own. The programs on trainings by a journal are killed and delivered
# twice in test_trainings_pages.
OTHERS = ("frameworks", "trainings", "cluster", "unknown")
README = ROOT / "README.md"
PLAIN_PAGES = [README, *(page for page in PAGES if page.stem not in OTHERS)]
# Libraries that make check-all has; there test_models_page runs these blocks.
MISSING = [name for name in ("celery", "pandas") if find_spec(name) is None]
PROGRAMS = [
    pytest.param(page, code, id=f"{page.relative_to(ROOT)} {number}")
    for page, number, code in programs(README, *PAGES)
    if page in PLAIN_PAGES and not any(f"import {name}" in code or f"from {name}" in code for name in MISSING)
]
SHELL = [
    pytest.param(code, id=f"{page.stem} {number}")
    for page in PAGES
    for number, code in enumerate(blocks(page.read_text(encoding="utf-8"), "sh"))
    if code.startswith("curl ")
]


@pytest.fixture
def known(simulator: Simulator) -> Simulator:
    """The simulator, in which the document's own model exists."""
    with Leap() as leap:
        made = leap.image_models.train_model(image_sample_files=["me-1.jpg"])
    models = simulator._state.workspaces[KEY]
    models[KNOWN] = dataclasses.replace(models.pop(made.id), id=KNOWN)
    return simulator


def run_curl(code: str) -> subprocess.CompletedProcess[bytes]:
    """Run a block of a page that calls curl."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    environment = {name: os.environ[name] for name in ("LEAP_API_KEY", "LEAP_BASE_URL", "PATH")}
    command = code.replace("curl ", "curl --silent --fail ", 1)
    return subprocess.run(["sh", "-c", command], env=environment, capture_output=True)


# One block of the README shows an error on purpose.
@pytest.mark.parametrize(("page", "code"), [each for each in PROGRAMS if each.values[0] != README])
def test_example_runs_as_pasted(
    page: Path, code: str, known: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """A block runs alone, ends without an error, gets what it asked for, and never prints the key."""
    before = len(known.requests)
    execute(code)

    statuses = [request.status for request in known.requests[before:]]
    assert [status for status in statuses if status not in (200, 201)] == []
    assert KEY not in capsys.readouterr().out


@pytest.mark.parametrize("page", PLAIN_PAGES, ids=lambda page: page.stem)
def test_examples_need_nothing_in_the_workspace(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new user, whose workspace is empty each time, sees no traceback and no key either."""
    monkeypatch.chdir(tmp_path)
    write_samples(tmp_path, "me-1.jpg", "me-2.jpg")
    with running(training_seconds=0) as server:
        monkeypatch.setenv("LEAP_BASE_URL", server.base_url)
        for number, code in enumerate(each.values[1] for each in PROGRAMS if each.values[0] == page):
            monkeypatch.setenv("LEAP_API_KEY", f"key-of-workspace-{number}")
            execute(code)

    assert "key-of-workspace" not in capsys.readouterr().out


FILES_OF_TESTS = [
    ("testing", None),
    *((page, name) for page in ("frameworks", "trainings") for name in ("FastAPI", "Flask", "Django")),
]


@pytest.mark.parametrize(("page", "heading"), FILES_OF_TESTS)
def test_files_of_tests_pass(page: str, heading: str | None, tmp_path: Path) -> None:
    """A block that is a file of tests, or an application with its test, passes under pytest as it stands."""
    text = (GENERATED / "docs" / f"{page}.md").read_text(encoding="utf-8")

    assert_tests_pass(tmp_path, *blocks(section(text, heading) if heading else text, "python"))


def test_examples_are_tidy(tmp_path: Path) -> None:
    """Blocks have their imports sorted and used, and no line that is too long."""
    for page, number, code in programs(*PAGES):
        (tmp_path / f"{page.stem}_{number}.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "I,F,E"]
    command += ["--line-length", str(LONGEST_LINE), "--config", 'lint.isort.known-first-party=["tryleap"]']
    done = run([*command, str(tmp_path)])

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("code", SHELL)
def test_curl_does_the_same(code: str, known: Simulator) -> None:
    """The command for curl is one that the API answers with success."""
    done = run_curl(code)

    assert done.returncode == 0, done.stderr
    assert known.requests[-1].status in (200, 201)


COMMANDS = [
    pytest.param(code, id=f"{page.stem} {number}")
    for page in PLAIN_PAGES
    for number, code in enumerate(blocks(page.read_text(encoding="utf-8"), "sh"))
    # The simulator runs until it is ended: the test of the page on testing starts it.
    if code.startswith("tryleap ") and not code.startswith("tryleap simulate")
]


@pytest.mark.parametrize("code", COMMANDS)
def test_command_does_the_same(code: str, known: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    """The command is one that ends well; what it asks on a terminal is answered beforehand."""
    before = len(known.requests)
    Path("photos").mkdir()
    shutil.copy("me-1.jpg", "photos")
    words = shlex.split(code)[1:]
    words += ["--yes"] if "delete" in words else []
    words += [] if "--json" in words else ["--json"]

    assert main(words) == 0
    # Commands for images work on this machine alone.
    assert [each.status for each in known.requests[before:] if each.status not in (200, 201)] == []
    assert (words[0] == "images") == (len(known.requests) == before)
    assert all(json.loads(line) for line in capsys.readouterr().out.splitlines())


def test_curl_trains_with_what_python_trains_with(simulator: Simulator) -> None:
    """Both examples of training send the same fields and the same files."""
    page = (GENERATED / "docs" / "ImageModelsApi.md").read_text(encoding="utf-8")
    execute(next(code for code in blocks(page, "python") if ".train_model(" in code))
    assert run_curl(next(code for code in blocks(page, "sh") if "-X POST" in code)).returncode == 0

    by_python, by_curl = simulator.uploads[-2:]
    assert by_python.fields == by_curl.fields
    assert [(file.filename, file.sha256) for file in by_python.files] == [
        (file.filename, file.sha256) for file in by_curl.files
    ]


@pytest.mark.parametrize("name", ["list_all_models", "get_model", "train_model", "delete_model"])
def test_headers_are_those_that_are_sent(name: str, known: Simulator) -> None:
    """Content-Type, Accept and Authorization of the page are what the example sends."""
    part = section((GENERATED / "docs" / "ImageModelsApi.md").read_text(encoding="utf-8"), name)
    execute(blocks(part, "python")[0])
    sent = known.requests[-1].headers
    reported = section(part, "HTTP request headers")

    kind = sent["content-type"].partition(";")[0] if "content-type" in sent else None
    assert f"- **Content-Type**: {f'`{kind}`' if kind else 'none'}" in reported
    assert f"- **Accept**: `{sent['accept']}`" in reported
    assert ("- **Authorization**: `Bearer`" in reported) == sent["authorization"].startswith("Bearer ")


def test_there_are_examples() -> None:
    """The collection above finds what it is for."""
    assert len(PROGRAMS) > len(PAGES)
    assert len(SHELL) == 4
    assert len(COMMANDS) >= 4
