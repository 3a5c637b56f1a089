"""The sync half of the runtime's flow: made from the async half, current, and without a trace of it."""

from __future__ import annotations

import io
import shutil
import tokenize
from pathlib import Path

import pytest

from scripts.dev import make_sync

ASYNC, SYNC = make_sync.RUNTIME / "_async", make_sync.RUNTIME / "_sync"
FOREIGN = {"async", "await", "anyio", "aclose", "aiter", "anext", "asyncio", "sleep_async"}


def foreign_names(text: str) -> set[str]:
    """The names in a module that only async code has."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    names = {token.string for token in tokens if token.type == tokenize.NAME}
    return {name for name in names if name in FOREIGN or name.lower().startswith(("async", "concurrency_a"))}


def test_the_sync_half_is_current() -> None:
    """What is committed is what the async half gives."""
    assert make_sync.out_of_date(make_sync.sync_sources()) == []


@pytest.mark.parametrize("path", sorted(SYNC.glob("*.py")), ids=lambda path: path.name)
def test_the_sync_half_has_no_async_names(path: Path) -> None:
    """No module of the sync half has a name that only async code has."""
    assert foreign_names(path.read_text(encoding="utf-8")) == set()


def test_async_names_are_found() -> None:
    """The check above finds them where they are."""
    assert foreign_names((ASYNC / "send.py").read_text(encoding="utf-8")) > {"async", "await"}


def test_a_change_of_the_async_half_is_noticed(tmp_path: Path) -> None:
    """A changed, a new and a removed module are out of date until they are written."""
    source, target = tmp_path / "_async", tmp_path / "_sync"
    shutil.copytree(ASYNC, source)
    shutil.copytree(SYNC, target)
    (source / "wait.py").write_text("async def changed() -> None:\n    await changed()\n", encoding="utf-8")
    (source / "new.py").write_text('"""New."""\n', encoding="utf-8")
    (source / "resource.py").unlink()
    made = make_sync.sync_sources(source)

    assert make_sync.out_of_date(made, target) == ["new.py", "resource.py", "wait.py"]
    assert make_sync.write(made, target) == ["new.py", "resource.py", "wait.py"]
    assert make_sync.out_of_date(made, target) == []
    assert "def changed() -> None:\n    changed()" in (target / "wait.py").read_text(encoding="utf-8")


def test_the_command_says_what_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --check it writes nothing, names the module, and exits with 1."""
    monkeypatch.setattr(make_sync, "sync_sources", dict)

    assert make_sync.main(["--check"]) == 1
    said = capsys.readouterr()
    assert "out of date: templates/runtime/_sync/send.py" in said.out
    assert said.err == "Run `make generate`.\n"
    assert (SYNC / "send.py").is_file()
