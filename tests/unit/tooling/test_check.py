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


@pytest.mark.parametrize(("passes", "advice"), [(True, ""), (False, "check: one failed: mend one\n")])
def test_all_are_run(
    level: list[check.Check], capfd: pytest.CaptureFixture[str], passes: bool, advice: str
) -> None:
    """One failing check fails the command and says the way out, and the others run all the same."""
    level[:] = [stand_in("one", passes=passes), stand_in("two", passes=True)]

    assert check.main(["quick"]) == (0 if passes else 1)
    shown = capfd.readouterr().err
    assert "two: passed" in shown
    assert shown.endswith(f"s)\n{advice}")


def test_tests_come_last() -> None:
    """The closing line of the tests ends what `make test` prints."""
    assert check.LEVELS["test"][-1] is check.TESTS
    assert set(check.QUICK) < set(check.LEVELS["test"])
