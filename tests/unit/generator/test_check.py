"""`scripts.generate --check` compares generated/ with its sources, and describes each kind of difference."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.generator.render import differences
from scripts.release.checkout import Checkout
from tests.support.paths import ROOT
from tests.support.repository import Repository
from tests.support.subprocesses import run


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two equal folders: as found, and as generated."""
    for name in ("expected", "found"):
        folder = tmp_path / name / "generated" / "package"
        folder.mkdir(parents=True)
        (folder / "client.py").write_text("one = 1\ntwo = 2\n")
        (folder / "document.json").write_text("{}\n")
    return tmp_path / "found" / "generated", tmp_path / "expected" / "generated"


def add_hidden(package: Path) -> None:
    (package.parent / ".mine").mkdir()
    (package.parent / ".mine" / "file").touch()


def make_link(package: Path) -> None:
    (package / "client.py").rename(package / "real.txt")
    (package / "client.py").symlink_to("real.txt")


CHANGES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "edited": (
        lambda package: (package / "client.py").write_text("one = 1\ntwo = 3\n"),
        ["--- generated/package/client.py\n", "\n-two = 3\n+two = 2"],
    ),
    "other line ends": (
        lambda package: (package / "client.py").write_bytes(b"one = 1\r\ntwo = 2\r\n"),
        ["-one = 1\\r\n"],
    ),
    "no last line end": (
        lambda package: (package / "client.py").write_text("one = 1\ntwo = 2"),
        ["package/client.py", "@@"],
    ),
    "added": (
        lambda package: (package / "mine.py").touch(),
        ["package/mine.py: in generated/, but not generated"],
    ),
    "hidden": (add_hidden, [".mine/file: in generated/, but not generated"]),
    "removed": (
        lambda package: (package / "document.json").unlink(),
        ["package/document.json: missing from generated/"],
    ),
    "executable": (
        lambda package: (package / "client.py").chmod(0o755),
        ["package/client.py: an executable file, but a plain file is generated"],
    ),
    "a link": (make_link, ["package/client.py: a link to real.txt, but a plain file is generated"]),
    "binary": (
        lambda package: (package / "document.json").write_bytes(b"\xff\xfe\x00"),
        ["package/document.json: differs, and is not text (3 bytes here, 3 generated)"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_difference_is_reported(
    folders: tuple[Path, Path], change: Callable[[Path], object], expected: list[str]
) -> None:
    """Every kind of difference is found, and described so that one sees which it is."""
    change(folders[0] / "package")

    report = "\n".join(differences.describe(*folders))

    assert [part for part in expected if part not in report] == []


def test_equal_folders(folders: tuple[Path, Path]) -> None:
    """Equal files are no drift, nor is what running Python leaves behind."""
    cache = folders[0] / "package" / "__pycache__"
    cache.mkdir()
    (cache / "client.cpython-311.pyc").write_bytes(b"\x00")

    assert differences.describe(*folders) == []


def test_missing_output(folders: tuple[Path, Path]) -> None:
    """A tree without generated/ lacks every file."""
    shutil.rmtree(folders[0])

    assert len(differences.describe(*folders)) == 2


def test_long_difference_is_cut(folders: tuple[Path, Path]) -> None:
    """A file that differs everywhere does not bury the others."""
    (folders[0] / "package" / "client.py").write_text("other\n" * 500)

    (text,) = differences.describe(*folders)

    assert text.count("\n") == differences.MAX_LINES
    assert text.endswith("more lines")


def test_control_characters_do_not_reach_the_terminal(folders: tuple[Path, Path]) -> None:
    """An escape sequence in a file is shown, not carried out."""
    (folders[0] / "package" / "client.py").write_text("\x1b[31mred\n")

    (text,) = differences.describe(*folders)

    assert "\x1b" not in text


@pytest.fixture
def checkout(tmp_path: Path) -> Repository:
    """A copy of the work tree, without a history."""
    made = Repository(tmp_path / "checkout")
    Checkout(ROOT).export(made.root, tree=True)
    return made


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def check(checkout: Repository) -> subprocess.CompletedProcess[str]:
    before = snapshot(checkout.root)
    result = run([sys.executable, "-m", "scripts.generate", "--check"], checkout.root)

    assert snapshot(checkout.root) == before, "the check changed the working tree"
    assert not list((checkout.root / "generated").rglob("__pycache__")), "the check left caches in generated/"
    return result


def test_committed_output_is_as_generated(checkout: Repository) -> None:
    """What is committed passes, in another folder too."""
    result = check(checkout)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "generated is up to date with openapi.yaml" in result.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("generated/tryleap/_version.py", "0.1.0", "9.9.9", "generated/tryleap/_version.py"),
        ("openapi.yaml", "The name of the model.", "Its name.", "+    "),
        ("generator-config.yaml", 'override: "0.1.0"', 'override: "0.2.0"', "+__version__"),
        ("templates/client/version.py.jinja", "__version__", "VERSION", "+VERSION"),
        ("templates/runtime/backoff.py", '"""How', '"""Now: how', "_runtime/backoff.py"),
        ("templates/leap/webhooks.py", '= "leap_token"', '= "my_token"', "webhooks.py"),
    ],
)
def test_change_without_regenerating(checkout: Repository, name: str, old: str, new: str, shown: str) -> None:
    """An edit of the output, or of any source without its output, fails with the diff and the way out."""
    checkout.replace(name, old, new)

    result = check(checkout)

    assert result.returncode == 1
    assert shown in result.stdout
    assert "make generate" in result.stderr


def test_document_that_cannot_be_generated_from(checkout: Repository) -> None:
    """A broken document fails too, with the generator's own message."""
    document = checkout.read("openapi.yaml")
    checkout.write("openapi.yaml", document.replace("/responses/NotFound", "/responses/Nowhere"))

    result = check(checkout)

    assert result.returncode == 1
    assert "Nowhere" in result.stderr
    assert "nothing was compared" in result.stderr
