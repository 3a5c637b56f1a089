"""The rehearsal: an index on this machine, what is installed from it, and that nothing stays behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement

from scripts.release import environments, package, problems, record
from scripts.release.checkout import Checkout
from scripts.release.problems import DistributionError
from tests.support.paths import ROOT
from tests.support.repository import Repository
from tests.support.subprocesses import run

pytestmark = pytest.mark.heavy

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files of commands go, to see that none is left."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def refuses(port: int) -> bool:
    with socket.socket() as looking:
        return looking.connect_ex(("127.0.0.1", port)) != 0


def rehearse(repository: Repository, *options: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-m", "scripts.release.rehearse", *options], repository.root)


def test_broken_package_is_noticed(repository: Repository, scratch: Path) -> None:
    """What installs and imports but does not delete ends the rehearsal; no record and no leftovers."""
    repository.replace("generated/tryleap/simulator/_state.py", "def delete", "def delete_not")
    repository.commit_all("Break it")
    record.write(record.Record("earlier", "0.0.9", {}), repository.root)

    done = rehearse(repository)

    assert done.returncode == 1
    assert "the installed package does not work (see above)" in done.stderr
    assert "trial.py" in done.stderr
    assert refuses(int(ADDRESS.search(done.stdout)[1]))
    assert list(scratch.iterdir()) == []
    with pytest.raises(DistributionError, match="nothing was rehearsed here yet: run make rehearse"):
        record.read(repository.root)


def test_lowest_that_does_not_work_is_noticed(repository: Repository, scratch: Path) -> None:
    """A lower bound on which the package does not work is noticed, not promised."""
    repository.replace("pyproject.toml", '"starlette>=0.42"', '"starlette>=0.13"')
    repository.replace("pyproject.toml", '"uvicorn>=0.30"', '"uvicorn>=0.11"')

    done = rehearse(repository, "--tree")

    assert done.returncode == 1
    assert "rehearse: newest" not in done.stdout
    assert list(scratch.iterdir()) == []


def test_end_on_demand(repository: Repository, scratch: Path) -> None:
    """A rehearsal that is told to end takes its index and its environments down first."""
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.release.rehearse", "--tree"],
        cwd=repository.root,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        said = running.stdout.readline()
        port = int(ADDRESS.search(said)[1])
        assert not refuses(port)
        running.send_signal(signal.SIGTERM)
        status = running.wait(30)

    assert status == 128 + signal.SIGTERM
    assert refuses(port)
    assert list(scratch.iterdir()) == []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> package.Package:
    """The package of the tree as it is."""
    return package.build(Checkout(ROOT), tmp_path_factory.mktemp("dist"), tree=True)


def test_index_is_real(made: package.Package, tmp_path: Path) -> None:
    """What is uploaded can be downloaded with its digest; others cannot upload; afterwards nobody listens."""
    from scripts.release import index

    with index.serving() as served:
        served.upload(made)
        listed = httpx.get(f"{served.simple}tryleap/", trust_env=False).text
        fetched = httpx.get(
            f"{served.address}/packages/{made.wheel.name}", trust_env=False, follow_redirects=True
        ).content
        stranger = httpx.post(f"{served.address}/", data={":action": "file_upload"}, trust_env=False)
        unknown = httpx.get(f"{served.simple}httpx/", trust_env=False)
        with pytest.raises(
            DistributionError, match=r"(?s)HTTPError.*twine could not upload to the index on this"
        ):
            served.upload(made)
        port = int(ADDRESS.match(served.address)[1])
        folder = served.folder

    assert [f"{path.name}#sha256={package.digest(path)}" in listed for path in made.files] == [True, True]
    assert fetched == made.wheel.read_bytes()
    assert stranger.status_code == 401
    assert unknown.status_code == 404  # and so installers ask elsewhere for it
    assert refuses(port)
    assert not folder.exists()


def test_other_package_of_that_name(made: package.Package, tmp_path: Path) -> None:
    """An installation whose files are not those of the wheel does not count."""
    folder = tmp_path / "lib" / "python3.11" / "site-packages"
    with zipfile.ZipFile(made.wheel) as archive:
        archive.extractall(folder)
    environments._insist_on_same(made, tmp_path)
    (folder / "tryleap" / "cli.py").write_text("")

    with pytest.raises(DistributionError, match=r"not the wheel that was uploaded: see tryleap/cli\.py"):
        environments._insist_on_same(made, tmp_path)


@pytest.mark.parametrize(
    ("declared", "lowest"), [("rich>=13", "13.8.0"), ("httpx[http2]<1,>=0.27", "0.27.1"), ("attrs", "15.0")]
)
def test_bound_that_nobody_can_reach(declared: str, lowest: str) -> None:
    """A declared lower bound is one that can be installed, and so was tried."""
    wanted = [Requirement(declared)]
    environments.insist_on_declared([Requirement(f"a>={lowest}")], {"a": lowest})

    with pytest.raises(DistributionError, match=rf"the lowest that can be installed .* is {lowest}: write "):
        environments.insist_on_declared(wanted, {wanted[0].name: lowest})


def test_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where packages come from is the user's to say; what is chosen, and proxies to this machine, are not."""
    for name in ("UV_RESOLUTION", "UV_DEFAULT_INDEX", "PYTHONPATH", "LEAP_API_KEY"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("no_proxy", "example.com")
    reported = environments.settings()

    assert {"UV_RESOLUTION", "PYTHONPATH", "LEAP_API_KEY"}.isdisjoint(reported)
    assert reported["UV_DEFAULT_INDEX"] == "theirs"
    assert (reported["no_proxy"], reported["NO_PROXY"]) == ("example.com,127.0.0.1", "127.0.0.1")
    assert os.environ["PYTHONPATH"] == "theirs"


def test_end_while_another_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to end at the very moment when it starts another program, a process ends that one too."""
    started: list[subprocess.Popen[str]] = []
    real = subprocess.Popen

    def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
        started.append(real(*arguments, **options))
        os.kill(os.getpid(), signal.SIGTERM)
        return started[0]

    monkeypatch.setattr(problems.subprocess, "Popen", start)
    with pytest.raises(SystemExit) as raised, problems.ending_in_order():
        problems.run([sys.executable, "-c", "import signal; signal.pause()"], "it failed")

    assert raised.value.code == 128 + signal.SIGTERM
    assert started[0].returncode == -signal.SIGKILL
