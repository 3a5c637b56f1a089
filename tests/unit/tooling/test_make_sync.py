"""The sync half of each flow: made from the async half, current, and without a trace of it."""

from __future__ import annotations

import io
import shutil
import tokenize
from pathlib import Path

import pytest

from scripts.dev import make_sync

RUNTIME = make_sync.PACKAGES[0]
MODULES = sorted(path for package in make_sync.PACKAGES for path in (package / "_sync").glob("*.py"))
FOREIGN = {"async", "await", "anyio", "aclose", "aiter", "anext", "asyncio", "sleep_async"}


def foreign_names(text: str) -> set[str]:
    """The names in a module that only async code has."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    names = {token.string for token in tokens if token.type == tokenize.NAME}
    return {name for name in names if name in FOREIGN or name.lower().startswith(("async", "concurrency_a"))}


def test_the_sync_halves_are_current() -> None:
    """What is committed is what the async halves give."""
    assert make_sync.out_of_date() == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parents[1].name}-{path.name}")
def test_a_sync_half_has_no_async_names(path: Path) -> None:
    """No module of a sync half has a name that only async code has."""
    assert foreign_names(path.read_text(encoding="utf-8")) == set()


def test_async_names_are_found() -> None:
    """The check above finds them where they are."""
    assert foreign_names((RUNTIME / "_async" / "send.py").read_text(encoding="utf-8")) > {"async", "await"}


def test_a_change_of_the_async_half_is_noticed(tmp_path: Path) -> None:
    """A changed, a new and a removed module are out of date until they are written."""
    shutil.copytree(RUNTIME / "_async", tmp_path / "_async")
    shutil.copytree(RUNTIME / "_sync", tmp_path / "_sync")
    changed = "async def changed() -> None:\n    await changed()\n"
    (tmp_path / "_async" / "wait.py").write_text(changed, encoding="utf-8")
    (tmp_path / "_async" / "new.py").write_text('"""New."""\n', encoding="utf-8")
    (tmp_path / "_async" / "resource.py").unlink()
    found = make_sync.out_of_date([tmp_path])
    make_sync.write(found)

    assert sorted(path.name for path in found) == ["new.py", "resource.py", "wait.py"]
    assert make_sync.out_of_date([tmp_path]) == {}
    assert "def changed() -> None:\n    changed()" in (tmp_path / "_sync" / "wait.py").read_text()


def test_an_unchanged_project_is_not_made_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was found current is trusted until a module or a tool changes, whatever the making would find."""
    shutil.copytree(RUNTIME / "_async", tmp_path / "_async")
    shutil.copytree(RUNTIME / "_sync", tmp_path / "_sync")
    stale, lock = tmp_path / "_sync" / "wait.py", tmp_path / "lock.txt"
    lock.write_text("unasync==1\n", encoding="utf-8")
    monkeypatch.setattr(make_sync, "PACKAGES", (tmp_path,))
    monkeypatch.setattr(make_sync, "LOCK", lock)
    monkeypatch.setattr(make_sync, "CHECKED", tmp_path / "build" / "checked.txt")
    monkeypatch.setattr(make_sync, "out_of_date", dict)
    assert make_sync.first_out_of_date(remember=False) is None
    assert not make_sync.CHECKED.exists()
    assert make_sync.first_out_of_date(remember=True) is None
    monkeypatch.setattr(make_sync, "out_of_date", lambda: {stale: "other text"})

    assert make_sync.first_out_of_date(remember=True) is None
    for file, text in ((stale, "changed = True\n"), (lock, "unasync==2\n")):
        before = file.read_text(encoding="utf-8")
        file.write_text(text, encoding="utf-8")
        assert make_sync.first_out_of_date(remember=True) == stale
        assert make_sync.first_out_of_date(remember=True) == stale
        file.write_text(before, encoding="utf-8")
        assert make_sync.first_out_of_date(remember=True) is None


def test_the_command_says_what_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --check it writes nothing, names the module, and exits with 1."""
    stale = {RUNTIME / "_sync" / "send.py": "other text"}
    monkeypatch.setattr(make_sync, "out_of_date", lambda: stale)

    assert make_sync.main(["--check"]) == 1
    said = capsys.readouterr()
    assert said.out == "out of date: templates/runtime/_sync/send.py\n"
    assert said.err == "Run `make generate`.\n"
    assert (RUNTIME / "_sync" / "send.py").read_text() != "other text"
