"""From a change of the document to the installed package, by the commands of CONTRIBUTING.md alone."""

from __future__ import annotations

import datetime as dt
import faulthandler
import re
import subprocess
import sys
from collections import Counter

import pytest

from scripts.release import release, set_version, versions
from scripts.release.problems import DistributionError
from tests.release import journeys
from tests.support.repository import Repository
from tests.support.subprocesses import run

TESTING, COMMITTING, RELEASING = "Run one test", "Commit", "Release"
CHANGING, LOOKING, RUNNING = "Change the document", "Change a template", "Change the runtime"

COMPATIBLE = "- Models tell how far their training is, as `progress`.\n"
BREAKING = "- **Breaking:** `created_at` is called `made_at`, as the service does now.\n"


def test_every_command_is_accounted_for() -> None:
    """Each command is run by a test below, is what runs these tests, or says what it reaches or costs."""
    lines = journeys.lines()
    outside = [line.command for line in lines if not line.runs and line.command not in journeys.RUNS_THIS]

    assert outside == [
        "git push origin main v0.2.0",
        "make publish REPOSITORY=testpypi",
        "make publish REPOSITORY=pypi",
    ]
    assert {line.heading for line in lines if line.runs} == {
        *(TESTING, RUNNING, LOOKING, CHANGING),
        *(COMMITTING, RELEASING),
    }
    assert Counter(line.heading for line in lines) == {
        TESTING: 2,
        **dict.fromkeys((RUNNING, LOOKING, CHANGING, COMMITTING), 3),
        RELEASING: 8,
    }


# A journey takes a minute, and on a busy machine more than the two that other tests have (seconds).
LONGEST = 600


@pytest.fixture
def checkout(repository: Repository) -> Repository:
    """A checkout whose present version is released."""
    faulthandler.dump_traceback_later(LONGEST, exit=True, file=sys.__stderr__)
    journeys.lend_environments(repository)
    if "## [Unreleased]\n" in repository.read("CHANGELOG.md"):
        set_version.set_version(repository, present(repository), dt.date(2031, 1, 1))
        repository.commit_all("Release")
    repository.git("tag", "--annotate", "--message", "released", f"v{present(repository)}")
    return repository


def present(repository: Repository) -> str:
    return versions.declared(repository.root)


def tell(repository: Repository, text: str) -> None:
    """What a person writes into the changelog."""
    head, _, rest = repository.read("CHANGELOG.md").partition("## [")
    repository.write("CHANGELOG.md", f"{head}## [Unreleased]\n\n### Changed\n\n{text}\n## [{rest}")


def named(done: subprocess.CompletedProcess[str]) -> str:
    """The number that check-compat names."""
    return re.search(r"next version must be at least (\S+);", done.stdout)[1]


@pytest.mark.heavy
def test_optional_field(checkout: Repository) -> None:
    """A field that is added to the document arrives in the package that somebody installs."""
    before = present(checkout)
    checkout.replace(
        "openapi.yaml", "        createdAt:\n", "        progress: {type: integer}\n        createdAt:\n"
    )

    generated, difference, compatible = journeys.paste(checkout, CHANGING)
    assert "changed: tryleap/models/model_v2_entity.py" in generated.stdout
    assert "model_v2_entity.py" in difference.stdout
    assert compatible.returncode != 0  # the number is not given yet
    assert "compatible    ModelV2Entity.progress: " in compatible.stdout
    number = named(compatible)
    assert number == str(next_patch(before))
    assert f"make version VERSION={number}" in compatible.stderr

    tell(checkout, COMPATIBLE)
    assert [step.returncode for step in journeys.paste(checkout, COMMITTING)] == [0, 0]
    steps = journeys.paste(checkout, RELEASING, number)
    assert [step.returncode for step in steps] == [0, 0, 0, 0, 0]
    assert f"tagged {checkout.commit()} as v{number}\n" in steps[-1].stdout
    assert "rehearse: newest: four operations (sync, async)" in steps[-1].stdout
    assert COMPATIBLE.strip() in checkout.git("cat-file", "tag", f"v{number}")

    (wheel,) = (checkout.root / "dist").glob("*.whl")
    python = journeys.installed(wheel, checkout.root.parent / "theirs")
    program = (
        "import tryleap; from tryleap.models import ModelV2Entity as M; "
        "print(tryleap.__version__, 'progress' in M.__annotations__, M.from_dict({'progress': 40}).progress)"
    )
    done = run([python, "-P", "-c", program], python.parent)
    assert (done.stdout, done.stderr) == (f"{number} True 40\n", "")


def next_patch(version: str) -> str:
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}" if major == "0" else f"{major}.{int(minor) + 1}.0"


@pytest.mark.heavy
def test_renamed_field(checkout: Repository) -> None:
    """A breaking change under a number that is too small is stopped, until it has the right one."""
    tag = f"v{present(checkout)}"
    small = next_patch(present(checkout))
    checkout.replace("openapi.yaml", "        createdAt:\n", "        madeAt:\n")
    checkout.replace("openapi.yaml", "[id, name, createdAt,", "[id, name, madeAt,")
    checkout.replace(
        "generator-config.yaml", "columns: [id, name, status, createdAt]", "columns: [id, name, madeAt]"
    )
    checkout.replace("generator-config.yaml", "datetimes: [createdAt]", "datetimes: [madeAt]")
    tell(checkout, BREAKING)

    assert journeys.shell(checkout, f"make version VERSION={small}").returncode == 0
    checkout.commit_all("Rename")
    stopped = journeys.shell(checkout, "make release")
    assert stopped.returncode != 0
    assert (
        f"{small} is too low for the changes since {tag} (see above)\nrelease: nothing was tagged"
        in stopped.stderr
    )
    number = named(subprocess.CompletedProcess([], 1, stopped.stderr))
    assert (
        f"generator-config.yaml needs version {number} or later: make version VERSION={number}"
        in stopped.stderr
    )
    assert checkout.git("tag") == tag

    assert journeys.shell(checkout, f"make version VERSION={number}").returncode == 0
    with pytest.raises(DistributionError, match="the working tree differs from the last commit"):
        release.release(checkout, release.STEPS)
    checkout.commit_all("The right number")
    # All but the rehearsal, which the other journey makes.
    assert release.release(checkout, release.STEPS[:-1]) == f"v{number}"


@pytest.mark.heavy
def test_other_looks(checkout: Repository) -> None:
    """A change of a template shows in everything that it makes, and passes the check."""
    checkout.replace(
        "templates/client/version.py.jinja", "__version__ =", "# one number for all\n__version__ ="
    )

    steps = journeys.paste(checkout, LOOKING) + journeys.paste(checkout, COMMITTING)

    assert [step.returncode for step in steps] == [0] * 5
    assert "+# one number for all" in steps[1].stdout
    assert checkout.changes() == []


@pytest.mark.heavy
def test_change_of_the_runtime(checkout: Repository) -> None:
    """A change in the async flow passes the runtime's tests, reaches the sync half and the package."""
    checkout.replace(
        "templates/runtime/_async/wait.py", "from __future__", "# polls, then pauses\nfrom __future__"
    )

    steps = journeys.paste(checkout, RUNNING)

    assert [step.returncode for step in steps] == [0] * 3
    for half in ("_async", "_sync"):
        assert "# polls, then pauses\n" in checkout.read(f"generated/tryleap/_runtime/{half}/wait.py")


@pytest.mark.heavy
def test_one_test(checkout: Repository) -> None:
    """The commands that run one test run it, and less than all."""
    module, by_name = journeys.paste(checkout, TESTING)

    assert " passed" in module.stdout
    assert re.search(r" passed, \d+ deselected", by_name.stdout)
