"""The mutations of the code: all can be made, and one that no test notices fails the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.dev import mutate_code
from tests.unit.mutation.code_table import MUTATIONS, Mutation

PACKAGE = Path(mutate_code.PACKAGE)
NOTICED = Mutation(
    "_runtime/request/parameters.py", "two dots pass", 'if text in ("", ".", ".."):', 'if text in ("", "."):'
)
UNNOTICED = Mutation(
    "_runtime/request/parameters.py", "other words", "# Only the commas between", "# The commas between"
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: f"{each.file}-{each.name}")
def test_it_can_be_made(mutation: Mutation) -> None:
    """The text stands once in the present package, and the changed file is still Python."""
    file = PACKAGE / mutation.file
    changed = mutate_code.mutated(file.read_text(encoding="utf-8"), mutation)

    assert compile(changed, str(file), "exec")
    assert changed != file.read_text(encoding="utf-8")


def test_there_are_enough() -> None:
    """There are more than forty, no two alike, and few that survive."""
    assert len({(each.file, each.was, each.becomes) for each in MUTATIONS}) == len(MUTATIONS) >= 40
    assert len([each for each in MUTATIONS if each.survives]) <= len(MUTATIONS) // 20


def test_the_modules_that_run_first_exist() -> None:
    """They are given for every file that is changed, and are among all that run."""
    given = [module for modules in mutate_code.FIRST.values() for module in modules]

    assert {each.file for each in MUTATIONS} == set(mutate_code.FIRST)
    assert [each for each in given if not (mutate_code.ROOT / each).is_file()] == []
    assert [each for each in given if not each.startswith(mutate_code.TESTS)] == []


def test_a_text_that_is_gone() -> None:
    """A change that no longer fits the package says which one to adapt, and where."""
    with pytest.raises(ValueError, match=r"is there 0 times.*code_table\.py"):
        mutate_code.mutated("nothing", NOTICED)


@pytest.mark.parametrize(
    ("chosen", "status", "score"),
    [
        ((NOTICED,), 0, "1 of 1 changes were caught"),
        ((NOTICED, UNNOTICED), 1, "1 of 2 changes were caught"),
    ],
)
def test_survivors_fail(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    chosen: tuple[Mutation, ...],
    status: int,
    score: str,
) -> None:
    """The command fails for a change that no test notices, names it, and leaves the package alone."""
    monkeypatch.setattr(mutate_code, "MUTATIONS", chosen)
    # These notice the one, not the other.
    monkeypatch.setattr(mutate_code, "TESTS", ("tests/unit/runtime/test_parameters.py",))
    monkeypatch.setattr(mutate_code, "FIRST", {})
    before = (PACKAGE / NOTICED.file).read_bytes()

    assert mutate_code.main(["--jobs", "1"]) == status
    said = capsys.readouterr().out
    assert score in said
    assert ("other words: SURVIVED: no test notices it" in said) == (status == 1)
    assert (PACKAGE / NOTICED.file).read_bytes() == before
