"""`scripts.generate --check` compares generated/ with its sources, and describes each kind of difference."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.generator.render import differences
from tests.support.paths import ROOT

SOURCES = ("scripts", "templates", "generated", "openapi.yaml", "generator-config.yaml")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two equal folders: as found, and as generated."""
    for name in ("expected", "found"):
        folder = tmp_path / name / "generated" / "package"
        folder.mkdir(parents=True)
        (folder / "client.py").write_text("one = 1\ntwo = 2\n")
        (folder / "document.json").write_text("{}\n")
    return tmp_path / "found" / "generated", tmp_path / "expected" / "generated"


def edit(found: Path) -> None:
    (found / "package" / "client.py").write_text("one = 1\ntwo = 3\n")


def change_line_ends(found: Path) -> None:
    (found / "package" / "client.py").write_bytes(b"one = 1\r\ntwo = 2\r\n")


def drop_last_line_end(found: Path) -> None:
    (found / "package" / "client.py").write_text("one = 1\ntwo = 2")


def add(found: Path) -> None:
    (found / "package" / "mine.py").write_text("")


def add_hidden(found: Path) -> None:
    (found / ".mine").mkdir()
    (found / ".mine" / "file").write_text("")


def remove(found: Path) -> None:
    (found / "package" / "document.json").unlink()


def make_executable(found: Path) -> None:
    (found / "package" / "client.py").chmod(0o755)


def make_link(found: Path) -> None:
    path = found / "package" / "client.py"
    path.rename(path.with_name("real.txt"))
    path.symlink_to("real.txt")


def make_binary(found: Path) -> None:
    (found / "package" / "document.json").write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (edit, ["--- generated/package/client.py\n", "\n-two = 3\n+two = 2"]),
        (change_line_ends, ["-one = 1\\r\n"]),
        (drop_last_line_end, ["package/client.py", "@@"]),
        (add, ["package/mine.py: in generated/, but not generated"]),
        (add_hidden, [".mine/file: in generated/, but not generated"]),
        (remove, ["package/document.json: missing from generated/"]),
        (make_executable, ["package/client.py: an executable file, but a plain file is generated"]),
        (make_link, ["package/client.py: a link to real.txt, but a plain file is generated"]),
        (make_binary, ["package/document.json: differs, and is not text (3 bytes here, 3 generated)"]),
    ],
)
def test_difference_is_reported(
    folders: tuple[Path, Path], change: Callable[[Path], None], expected: list[str]
) -> None:
    """Every kind of difference is found, and described so that one sees which it is."""
    change(folders[0])

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
def checkout(tmp_path: Path) -> Path:
    """A copy of what the check reads."""
    for name in SOURCES:
        source, target = ROOT / name, tmp_path / "checkout" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    return tmp_path / "checkout"


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(checkout: Path) -> subprocess.CompletedProcess[str]:
    before = snapshot(checkout)
    command = [sys.executable, "-m", "scripts.generate", "--check"]
    result = subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=100)

    assert snapshot(checkout) == before, "the check changed the working tree"
    assert not list((checkout / "generated").rglob("__pycache__")), "the check left caches in generated/"
    return result


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}: adapt this test"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_committed_output_is_as_generated(checkout: Path) -> None:
    """What is committed passes, in another folder too."""
    result = run(checkout)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "generated is up to date with openapi.yaml" in result.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("generated/tryleap/_version.py", "0.1.0", "9.9.9", "generated/tryleap/_version.py"),
        ("openapi.yaml", "The name of the model.", "Its name.", "+    "),
        ("generator-config.yaml", 'override: "0.1.0"', 'override: "0.2.0"', "+__version__"),
        ("templates/client/version.py.jinja", "__version__", "VERSION", "+VERSION"),
        ("templates/runtime/backoff.py", '"""', '"""Now: ', "_runtime/backoff.py"),
        ("templates/leap/webhooks.py", "leap_token", "my_token", "webhooks.py"),
    ],
)
def test_change_without_regenerating(checkout: Path, name: str, old: str, new: str, shown: str) -> None:
    """An edit of the output, or of any source without its output, fails with the diff and the way out."""
    replace(checkout / name, old, new)

    result = run(checkout)

    assert result.returncode == 1
    assert shown in result.stdout
    assert "make generate" in result.stderr


def test_document_that_cannot_be_generated_from(checkout: Path) -> None:
    """A broken document fails too, with the generator's own message."""
    replace(checkout / "openapi.yaml", "#/components/responses/NotFound", "#/components/responses/Nowhere")

    result = run(checkout)

    assert result.returncode == 1
    assert "Nowhere" in result.stderr
    assert "nothing was compared" in result.stderr
