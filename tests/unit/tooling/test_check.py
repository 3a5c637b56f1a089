"""Running the checks: all are run, and any failure is the result."""

from __future__ import annotations

import pytest

from scripts.dev import check


def stand_in(name: str, *, passes: bool) -> check.Check:
    # Both are modules of the standard library that end at once: one well, one badly without its argument.
    return check.Check(name, ("this",) if passes else ("ensurepip", "--no-such-option"), f"mend {name}")


@pytest.fixture
def level(monkeypatch: pytest.MonkeyPatch) -> list[check.Check]:
    """The checks of the level `quick`, to be filled in."""
    checks: list[check.Check] = []
    monkeypatch.setitem(check.LEVELS, "quick", checks)
    return checks


def test_all_pass(level: list[check.Check], capfd: pytest.CaptureFixture[str]) -> None:
    """When every check passes, so does the command."""
    level[:] = [stand_in("one", passes=True), stand_in("two", passes=True)]

    assert check.main(["quick"]) == 0
    assert "two: passed" in capfd.readouterr().err


def test_failure_does_not_stop_the_rest(level: list[check.Check], capfd: pytest.CaptureFixture[str]) -> None:
    """One failing check fails the command, says the way out, and the others run all the same."""
    level[:] = [stand_in("one", passes=False), stand_in("two", passes=True)]

    assert check.main(["quick"]) == 1
    shown = capfd.readouterr().err
    assert "two: passed" in shown
    assert "check: one failed: mend one" in shown


def test_tests_come_last() -> None:
    """The closing line of the tests ends what `make test` prints."""
    assert check.LEVELS["test"][-1] is check.TESTS
    assert set(check.QUICK) < set(check.LEVELS["test"])
