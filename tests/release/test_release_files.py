"""What is attached to a release: made of what was rehearsed and tagged, and valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.release import package, record, release_files
from tests.support.repository import Repository
from tests.support.subprocesses import run


def released(repository: Repository) -> package.Package:
    repository.set_version("0.1.0")
    repository.write("CHANGELOG.md", "# Changelog\n\n## [0.1.0] - 2031-12-31\n\n### Added\n\n- New.\n")
    repository.commit_all("0.1.0")
    made = package.build(repository, repository.root / "dist")
    record.write(record.of(made, repository.commit()), repository.root)
    repository.git("tag", "--annotate", "--message", "0.1.0", "v0.1.0")
    return made


@pytest.mark.heavy
def test_files(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The list names what pip installs and nothing of the tools; the digests are right; twice is the same."""
    made = released(repository)
    folder = repository.root / "build" / "release"
    assert release_files.main(["--root", str(repository.root)]) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert release_files.main(["--root", str(repository.root)]) == 0

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert sorted(first) == ["NOTES.md", "SHA256SUMS", "tryleap-0.1.0.cdx.json"]
    assert first["NOTES.md"] == b"### Added\n\n- New.\n"
    for path in (*made.files, folder / "tryleap-0.1.0.cdx.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    checked = run(["sha256sum", "--check", "SHA256SUMS"], folder)
    assert (checked.returncode, checked.stdout.count(": OK")) == (0, 3)
    listed = json.loads(first["tryleap-0.1.0.cdx.json"])
    subject = listed["metadata"]["component"]
    names = {each["name"] for each in listed["components"]}
    direct = next(each for each in listed["dependencies"] if each["ref"] == subject["bom-ref"])["dependsOn"]
    assert (listed["bomFormat"], subject["name"], subject["version"]) == ("CycloneDX", "tryleap", "0.1.0")
    assert {each.partition("==")[0] for each in direct} == {"anyio", "attrs", "httpx"}
    assert {"anyio", "attrs", "httpx", "httpcore", "certifi"} <= names
    assert names.isdisjoint({"typer", "starlette", "pytest", "twine"})
    assert all(each["purl"].startswith("pkg:pypi/") for each in listed["components"])


def test_nothing_of_what_was_not_rehearsed(small: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a rehearsal there is nothing to attach."""
    assert release_files.main(["--root", str(small.root)]) == 1
    assert "nothing was rehearsed here yet: run make rehearse" in capsys.readouterr().err
    assert not (Path(small.root) / "build").exists()
