"""`make publish`: the rehearsed files of the tagged commit, and no others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.release import package, publish, record
from tests.support.repository import Repository
from tests.support.subprocesses import run

WHEEL, SDIST = "dist/tryleap-0.1.0-py3-none-any.whl", "dist/tryleap-0.1.0.tar.gz"


@pytest.fixture
def released(small: Repository) -> Repository:
    """A checkout as a release leaves it, with stand-ins for the two files."""
    small.write(WHEEL, "the wheel")
    small.write(SDIST, "the sdist")
    found = package.find(small.root / "dist")
    record.write(record.of(found, small.commit()), small.root)
    small.git("tag", "--annotate", "--message", "0.1.0", "v0.1.0")
    return small


def no_files(small: Repository) -> None:
    for path in (small.root / "dist").iterdir():
        path.unlink()


def other_version(small: Repository) -> None:
    kept = record.read(small.root)
    record.write(record.Record(kept.commit, "0.0.9", kept.digests), small.root)


def later_commit(small: Repository) -> None:
    small.write("more", "")
    small.commit_all("More")


def tag_elsewhere(small: Repository) -> None:
    small.git("tag", "--delete", "v0.1.0")
    later_commit(small)
    small.git("tag", "v0.1.0")
    small.git("checkout", "--quiet", "HEAD~1")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda small: small.write(WHEEL, "another wheel"),
            "dist/ is not what was rehearsed: tryleap-0.1.0-py3-none-any.whl differs",
        ),
        (
            lambda small: small.write(SDIST, "another sdist"),
            "dist/ is not what was rehearsed: tryleap-0.1.0.tar.gz differs",
        ),
        (
            lambda small: small.write("dist/tryleap-0.0.9.tar.gz", "an earlier sdist"),
            "should contain one wheel and its sdist and nothing else, but contains tryleap-0.0.9.tar.gz, ",
        ),
        (no_files, "but contains nothing: run make rehearse"),
        (lambda small: record.forget(small.root), "nothing was rehearsed here yet: run make rehearse"),
        (lambda small: small.write(str(record.PLACE), "{"), "rehearsed.json cannot be read"),
        (other_version, "dist/ is not what was rehearsed"),
        (
            lambda small: small.git("tag", "--delete", "v0.1.0"),
            "there is no tag v0.1.0: make release creates it",
        ),
        (tag_elsewhere, "the last commit does not have the tag v0.1.0: git checkout v0.1.0"),
        (later_commit, "the last commit is not the one that was rehearsed"),
    ],
)
def test_refusals(
    released: Repository,
    spoil: Callable[[Repository], None],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is not what was rehearsed and tagged is not uploaded; twine is not even asked."""
    spoil(released)
    monkeypatch.setattr(publish.subprocess, "run", forbidden(publish.subprocess.run))

    assert publish.main(["testpypi", "--root", str(released.root)]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert said.endswith("publish: nothing was uploaded\n")


def forbidden(real: Callable[..., object]) -> Callable[..., object]:
    def run_but_not_twine(command: list[object], **options: object) -> object:
        assert "twine" not in command
        return real(command, **options)

    return run_but_not_twine


def test_in_order(released: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twine is asked for the two files and the index by its name, wherever the user's variables point."""
    asked: list[tuple[list[str], dict[str, str]]] = []
    real = publish.subprocess.run

    def note(command: list[str], **options: dict[str, str]) -> object:
        if "twine" not in command:
            return real(command, **options)
        asked.append((command, options["env"]))
        return real([sys.executable, "-c", "raise SystemExit(3)"], check=False)

    monkeypatch.setattr(publish.subprocess, "run", note)
    monkeypatch.setenv("TWINE_REPOSITORY_URL", "http://127.0.0.1:9/")

    assert publish.main(["testpypi", "--root", str(released.root)]) == 3  # twine's own status
    ((command, environment),) = asked
    files = [released.root / WHEEL, released.root / SDIST]
    assert command[1:] == ["-m", "twine", "upload", "--repository", "testpypi", *files]
    assert "TWINE_REPOSITORY_URL" not in environment


@pytest.mark.parametrize("name", ["", "mine", "https://example.com/"])
def test_other_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the two indexes can be named."""
    with pytest.raises(SystemExit):
        publish.main([name])
    assert "choose from" in capsys.readouterr().err


@pytest.mark.heavy
def test_upload(repository: Repository, tmp_path: Path) -> None:
    """Twine itself uploads the files to the index that its settings give that name."""
    from scripts.release import index

    made = package.build(repository, repository.root / "dist")
    record.write(record.of(made, repository.commit()), repository.root)
    repository.git("tag", f"v{made.version}")
    with index.serving() as served:
        settings = f"[testpypi]\nrepository = {served.address}/\nusername = {index.UPLOADER}\n"
        (tmp_path / ".pypirc").write_text(settings)
        command = [sys.executable, "-m", "scripts.release.publish", "testpypi"]
        done = run(
            command,
            repository.root,
            HOME=str(tmp_path),
            TWINE_PASSWORD=served.password,
            NO_PROXY="127.0.0.1",
        )
        arrived = {path.name: path.read_bytes() for path in served.folder.iterdir()}

    assert done.returncode == 0, done.stdout + done.stderr
    assert arrived == {path.name: path.read_bytes() for path in made.files}
