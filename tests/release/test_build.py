"""The wheel and the sdist: the same on every run, with everything that belongs into them and nothing else."""

from __future__ import annotations

import email
import os
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts.release import build, package
from scripts.release.problems import DistributionError
from tests.support.paths import files_of
from tests.support.repository import Repository

heavy = pytest.mark.heavy


def change(small: Repository) -> None:
    small.replace("LICENSE", "MIT License", "My Licence")


def stage(small: Repository) -> None:
    change(small)
    small.git("add", "--all")


@pytest.mark.parametrize(
    ("make_dirty", "named"),
    [
        (change, "LICENSE"),
        (lambda small: small.write("generated/tryleap/mine.py", ""), "generated/tryleap/mine.py"),
        (lambda small: (small.root / "LICENSE").unlink(), "LICENSE"),
        (stage, "LICENSE"),
    ],
)
def test_dirty_tree_is_refused(
    small: Repository, make_dirty: object, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not committed is not built, and the message names it and both ways out."""
    make_dirty(small)

    assert build.main(["--root", str(small.root)]) == 1
    said = capsys.readouterr().err
    assert f"the working tree differs from the last commit:\n  {named}\nCommit these files" in said
    assert "scripts.release.build --tree --output DIR" in said
    assert not (small.root / "dist").exists()


def test_many_changes_are_counted(small: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred changed files do not bury the way out."""
    for number in range(100):
        small.write(f"mine/{number:03}", "")

    assert build.main(["--root", str(small.root)]) == 1
    assert "  mine/009\n  ... and 90 more\nCommit" in capsys.readouterr().err


def test_uncommitted_work_never_reaches_dist(small: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """A build of the tree as it is needs a folder of its own."""
    assert build.main(["--root", str(small.root), "--tree"]) == 1
    assert "--tree needs --output: dist/ is for what was committed" in capsys.readouterr().err


@heavy
def test_same_bytes_in_another_folder(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another folder, another day, another umask and what lies about in the tree: the same two files."""
    other = Repository(tmp_path / "elsewhere" / "and-deeper")
    repository.git("clone", "--quiet", str(repository.root), str(other.root))
    for name in (
        ".venv/lib/secret.py",
        "generated/tryleap/__pycache__/client.pyc",
        "build/old",
        ".hypothesis/x",
    ):
        other.write(name, "left behind")
    for path in (other.root / "generated").rglob("*.py"):
        os.utime(path, (1, 1_000_000_000))
    before = os.umask(0o077)
    try:
        monkeypatch.setenv("PYTHONHASHSEED", "7")
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        monkeypatch.setenv("HATCH_BUILD_NO_HOOKS", "1")
        assert build.main(["--root", str(other.root)]) == 0
    finally:
        os.umask(before)
    assert build.main(["--root", str(repository.root)]) == 0

    assert files_of(repository.root / "dist") == files_of(other.root / "dist")
    assert repository.changes() == other.changes() == []


@heavy
def test_what_is_in_them(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """The wheel is the import package with its document and licence, the sdist what one builds and reads."""
    assert build.main(["--root", str(repository.root)]) == 0
    made = package.find(repository.root / "dist")

    with zipfile.ZipFile(made.wheel) as archive:
        times = {each.date_time for each in archive.infolist()}
        metadata = email.message_from_bytes(archive.read(f"tryleap-{made.version}.dist-info/METADATA"))
    wheel = package.names_in_wheel(made.wheel)
    kinds = {Path(name).suffix for name in wheel if name.startswith("tryleap/")}
    assert times == {(2025, 6, 15, 15, 6, 40)}  # the time of the commit
    assert {"tryleap/py.typed", "tryleap/openapi.json", "tryleap/__init__.py"} < wheel
    assert "tryleap/.agents/skills/tryleap/SKILL.md" in wheel
    assert kinds == {".py", ".typed", ".json", ".html", ".md"}
    assert {name.partition("/")[0] for name in wheel} == {"tryleap", f"tryleap-{made.version}.dist-info"}
    sdist = package.names_in_sdist(made.sdist)
    assert {"openapi.yaml", "README.md", "CHANGELOG.md", "LICENSE", "generated/docs/errors.md"} < sdist
    assert {name.partition("/")[0] for name in sdist} == {
        *("PKG-INFO", "pyproject.toml", ".gitignore", "generated"),
        *("openapi.yaml", "README.md", "CHANGELOG.md", "LICENSE"),
    }
    with tarfile.open(made.sdist) as archive:
        assert {member.mtime for member in archive.getmembers()} == {1750000000}
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Version"] == made.version
    assert set(metadata.get_all("Provides-Extra")) == {
        *("cli", "http2", "images"),
        *("postgres", "simulator", "trainings"),
    }
    # Who would follow a link to a file beside the page would find nothing on an index.
    face = metadata.get_payload()
    assert face.startswith("# tryleap\n")
    assert "source distribution, in `generated/docs/`" in face
    assert [link for link in re.findall(r"\]\(([^)]+)\)", face) if "://" not in link] == []
    shown = capsys.readouterr().out
    assert f"{package.digest(made.wheel)}  {made.wheel.name}\n" in shown


@heavy
def test_tree_as_it_is(repository: Repository, tmp_path: Path) -> None:
    """On demand what is not committed is built, for a look, and dist/ is left alone."""
    repository.replace("LICENSE", "MIT License", "My Licence")
    repository.write("generated/tryleap/mine.py", "MINE = 1\n")
    out = tmp_path / "out"

    assert build.main(["--root", str(repository.root), "--tree", "--output", str(out)]) == 0
    made = package.find(out)
    with zipfile.ZipFile(made.wheel) as archive:
        assert archive.read("tryleap/mine.py") == b"MINE = 1\n"
    assert not (repository.root / "dist").exists()


def with_line(target: str, line: str) -> tuple[str, str, str]:
    """What is replaced by what in pyproject.toml to begin the settings of a target with a line."""
    heading = f"[tool.hatch.build.targets.{target}]\n"
    return "pyproject.toml", heading, f"{heading}{line}\n"


IN_WHEEL, IN_SDIST = "the wheel has wrong contents:\n  ", "the sdist has wrong contents:\n  "


@heavy
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (*with_line("wheel", 'exclude = ["py.typed"]'), f"{IN_WHEEL}missing: tryleap/py.typed"),
        (
            *with_line("wheel", 'artifacts = []\nforce-include = { "README.md" = "README.md" }'),
            f"{IN_WHEEL}unexpected: README.md",
        ),
        (*with_line("sdist", 'exclude = ["generated/docs"]'), f"{IN_SDIST}missing: generated/docs/"),
        (
            *with_line("sdist", 'force-include = { "Makefile" = "Makefile" }'),
            f"{IN_SDIST}unexpected: Makefile",
        ),
        (
            *with_line("sdist", 'exclude = ["openapi.json"]'),
            "the wheel built from the sdist differs from the one built from the tree",
        ),
        ("pyproject.toml", 'type = "text/markdown"', 'type = "text/x-rst"', "twine rejects the metadata"),
        ("pyproject.toml", "keywords =", "# keywords =", "pyroma misses metadata"),
        ("pyproject.toml", 'license = "MIT"', 'license = "MIT-ish"', "the package could not be built"),
        # Changed without regenerating.
        (
            "generated/tryleap/_version.py",
            "0.1.0",
            "0.1.1",
            "has version 0.1.1, generator-config.yaml 0.1.0: run make",
        ),
    ],
)
def test_what_is_wrong_is_refused(
    repository: Repository, file: str, old: str, new: str, message: str
) -> None:
    """Each judge refuses what it is there for, and dist/ stays as it was."""
    repository.replace(file, old, new)
    repository.commit_all("Break it")
    repository.write("dist/tryleap-0.0.9.tar.gz", "earlier")

    with pytest.raises(DistributionError, match=re.escape(message)):
        package.build(repository, repository.root / "dist")
    assert files_of(repository.root / "dist") == {"tryleap-0.0.9.tar.gz": b"earlier"}


@heavy
def test_files_twice_are_refused(repository: Repository) -> None:
    """The judge of wheels looks too: a module and a copy of it are a mistake."""
    repository.write("generated/tryleap/copied.py", repository.read("generated/tryleap/errors.py"))
    repository.commit_all("Break it")

    with pytest.raises(DistributionError, match=r"(?s)W002.*check-wheel-contents rejects the wheel"):
        package.build(repository, repository.root / "dist")


@heavy
def test_earlier_packages_give_way(repository: Repository) -> None:
    """dist/ holds one version: the one that was built last."""
    repository.write("dist/tryleap-0.0.9-py3-none-any.whl", "earlier")

    made = package.build(repository, repository.root / "dist")

    assert sorted(files_of(repository.root / "dist")) == sorted(path.name for path in made.files)


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["tryleap-0.1.0.tar.gz"],
        ["tryleap-0.1.0.tar.gz", "tryleap-0.2.0-py3-none-any.whl"],
        ["tryleap-0.1.0.tar.gz", "tryleap-0.1.0-py3-none-any.whl", "notes.txt"],
    ],
)
def test_only_one_package_is_taken(tmp_path: Path, names: list[str]) -> None:
    """What is not exactly one wheel with its sdist is not taken for a package."""
    for name in names:
        (tmp_path / name).touch()

    with pytest.raises(DistributionError, match="should contain one wheel and its sdist and nothing else"):
        package.find(tmp_path)


def test_python_before_3_11_4_exports_too(
    small: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, unpacking takes no filter as an argument."""
    extract = tarfile.TarFile.extractall

    def older(archive: tarfile.TarFile, path: Path) -> None:
        extract(archive, path)

    monkeypatch.setattr(tarfile.TarFile, "extractall", older)
    small.export(tmp_path / "exported")
    assert (tmp_path / "exported" / "LICENSE").is_file()
