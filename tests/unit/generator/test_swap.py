"""swap: the output is replaced wholly or not at all, whatever happens on the way."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from scripts.generator.document.problems import GenerationError
from scripts.generator.render import swap
from scripts.generator.render.templates import MARK
from tests.support.paths import ROOT, files_of
from tests.support.subprocesses import run

OLD = {MARK: b"mark", "package/old.py": b"old = True\n"}
NEW = {MARK: b"mark", "package/new.py": b"new = True\n", "package/deep/er.py": b""}

# Runs a swap in a process of its own that dies, as by kill -9, when it enters the N-th call that touches the
# disk.
_DYING = """
import os, signal, sys
from pathlib import Path
from scripts.generator.render import swap
from tests.unit.generator.test_swap import NEW

output, moment = Path(sys.argv[1]), int(sys.argv[2])
seen = 0

def watch(event, arguments):
    global seen
    if event in {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree"}:
        if str(output.parent) in str(arguments[0]):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
swap.check_target(output)
swap.recover(output)
with swap.staged(output, NEW):
    pass
"""


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write files below a folder."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An output of an earlier run."""
    write(tmp_path / "out", OLD)
    return tmp_path / "out"


def test_output_is_replaced_whole(output: Path) -> None:
    """After a swap there are the new files and no old one, and nothing lies beside."""
    with swap.staged(output, NEW):
        pass

    assert files_of(output) == NEW
    assert [each.name for each in output.parent.iterdir()] == ["out"]


def test_failure_inside_keeps_the_old(output: Path) -> None:
    """What fails between writing and exchanging leaves the old output and nothing beside it."""
    with pytest.raises(ZeroDivisionError), swap.staged(output, NEW):
        raise ZeroDivisionError

    assert files_of(output) == OLD
    assert [each.name for each in output.parent.iterdir()] == ["out"]


def test_failing_rename_puts_the_old_back(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new folder cannot take its name, the old one takes it again."""
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if swap._NEW in self.name:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)

    with pytest.raises(GenerationError, match="No space left on device"), swap.staged(output, NEW):
        pass

    assert files_of(output) == OLD


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_killed_at_any_moment(tmp_path: Path) -> None:
    """A run that is killed at any touch of the disk leaves, after recovery, all old or all new files."""
    moment, outcomes = 1, set()
    while True:
        output = tmp_path / str(moment) / "out"
        write(output, OLD)
        command = [sys.executable, "-c", _DYING, str(output), str(moment)]
        died = run(command, ROOT, PYTHONPATH=str(ROOT)).returncode

        swap.recover(output)
        found = files_of(output)

        assert found in (OLD, NEW)
        assert [each.name for each in output.parent.iterdir()] == ["out"]
        outcomes.add("new" if "package/new.py" in found else "old")
        if died == 0:
            break
        assert died == -signal.SIGKILL
        moment += 1

    assert outcomes == {"old", "new"}
    assert moment > 10


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_foreign_content_is_refused(tmp_path: Path, kind: str) -> None:
    """What the generator did not write is not replaced: a file, a link, or a folder without the mark."""
    output = tmp_path / "out"
    if kind == "file":
        output.write_text("precious")
    elif kind == "link":
        (tmp_path / "elsewhere").mkdir()
        output.symlink_to(tmp_path / "elsewhere")
    else:
        write(output, {"precious.txt": b"precious"})

    with pytest.raises(GenerationError, match=r"is not a folder|was not written by this generator"):
        swap.check_target(output)


def test_empty_and_missing_folders_are_fine(tmp_path: Path) -> None:
    """An empty folder may be filled, and a missing one made."""
    (tmp_path / "empty").mkdir()

    swap.check_target(tmp_path / "empty")
    swap.check_target(tmp_path / "missing")
