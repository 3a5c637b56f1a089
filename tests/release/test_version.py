"""One number for a version, and a changelog that begins with it."""

from __future__ import annotations

import datetime as dt

import pytest

from scripts.release import check_version, set_version, versions
from scripts.release.checkout import Checkout
from scripts.release.problems import DistributionError
from tests.support.repository import Repository

TODAY = dt.date(2031, 12, 31)
OLD = "## [0.0.2] - 2031-01-02\n\n- Old.\n"
OLDER = "## [0.0.1] - 2031-01-01\n\n- Older.\n"


def check(repository: Repository, text: str) -> int:
    repository.write("CHANGELOG.md", f"# Changelog\n\n{text}")
    return check_version.main(["--root", str(repository.root)])


@pytest.mark.parametrize(
    "text",
    [
        "## [Unreleased]\n",
        f"## [Unreleased]\n\n- New.\n\n{OLD}{OLDER}",
        f"## [0.1.0] - 2031-12-31\n\n- New.\n\n{OLD}",
        f"## [0.1.0] - 2031-12-31 [YANKED]\n\n- New.\n\n{OLD}",
        f"## [Unreleased]\n\n## [0.1.0] - 2031-12-31\n\n{OLD}",
    ],
)
def test_what_goes_together(small: Repository, text: str) -> None:
    """The number of the configuration is that of the top section, or later than all that are told of."""
    assert check(small, text) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no section: begin one with `## [Unreleased]`"),
        (
            OLD,
            "has version 0.1.0, CHANGELOG.md begins with 0.0.2: give both the same number with make version",
        ),
        (
            "## [0.2.0] - 2031-12-31\n",
            "has version 0.1.0, CHANGELOG.md begins with 0.2.0: give both the same",
        ),
        (
            "## [Unreleased]\n\n## [0.2.0] - 2031-12-31\n",
            "has version 0.1.0, but CHANGELOG.md already has 0.2.0",
        ),
        ("## 0.1.0\n", "`## 0.1.0` should be `## [Unreleased]` or like"),
        ("## [0.1.0]\n", "`## [0.1.0]` should be"),
        ("## [0.1.0] - 2031-02-30\n", "with a valid version number and date"),
        ("## [one] - 2031-12-31\n", "with a valid version number and date"),
        ("## [unreleased]\n", "`## [unreleased]` should be"),
        (f"## [0.1.0] - 2031-12-31\n{OLDER}{OLD}", "the newest version comes first"),
        (f"## [0.1.0] - 2031-12-31\n{OLD}{OLD}", "the newest version comes first"),
        (f"## [0.1.0] - 2031-12-31\n## [Unreleased]\n{OLD}", "the newest version comes first"),
    ],
)
def test_contradictions(
    small: Repository, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What contradicts, or has another form, is named with what to do."""
    assert check(small, text) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("number", ["one", "0.1", "v0.1.0", "0.1.0+mine", "0.1.0-rc1", "00.1.0", "1.2.3.4"])
def test_numbers_that_are_none(small: Repository, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number is written the way files and tags have it."""
    versions.declare(small.root, number)

    assert check(small, "## [Unreleased]\n") == 1
    assert "write one like 0.2.0" in capsys.readouterr().err


def set_to(repository: Repository, number: str) -> None:
    set_version.set_version(Checkout(repository.root), number, TODAY)


def test_giving_a_number(small: Repository) -> None:
    """What was unreleased gets number and date; the configuration keeps its comments; both agree."""
    before = small.read("generator-config.yaml")
    check(small, f"## [Unreleased]\n\n- New.\n\n{OLD}")

    set_to(small, "0.2.0")

    assert small.read("CHANGELOG.md") == f"# Changelog\n\n## [0.2.0] - 2031-12-31\n\n- New.\n\n{OLD}"
    assert small.read("generator-config.yaml") == before.replace('"0.1.0"', '"0.2.0"')
    assert check_version.main(["--root", str(small.root)]) == 0


def test_giving_another_number(small: Repository) -> None:
    """As long as a number has no tag it can be changed."""
    check(small, f"## [Unreleased]\n\n- New.\n\n{OLD}")
    set_to(small, "0.1.1")
    set_to(small, "0.2.0")

    assert "0.1.1" not in small.read("CHANGELOG.md") + small.read("generator-config.yaml")
    small.git("tag", "v0.2.0")
    with pytest.raises(
        DistributionError, match=r"begins with 0\.2\.0, which is released: begin it with `## "
    ):
        set_to(small, "0.3.0")


@pytest.mark.parametrize(
    ("text", "number", "message"),
    [
        (f"## [Unreleased]\n\n{OLD}", "0.2.0", "`## [Unreleased]` is empty: write what changes for users"),
        (f"## [Unreleased]\n\n- New.\n\n{OLD}", "0.0.2", "the newest version comes first"),
        (f"## [Unreleased]\n\n- New.\n\n{OLD}", "next", "'next' is not a version number"),
    ],
)
def test_numbers_that_do_not_fit(small: Repository, text: str, number: str, message: str) -> None:
    """A number that does not fit changes nothing."""
    check(small, text)
    before = small.read("CHANGELOG.md"), small.read("generator-config.yaml")

    with pytest.raises(DistributionError) as raised:
        set_to(small, number)
    assert message in str(raised.value)
    assert (small.read("CHANGELOG.md"), small.read("generator-config.yaml")) == before


def test_line_must_be_there(small: Repository) -> None:
    """A configuration without the line is not guessed at."""
    small.write("generator-config.yaml", "package_name_override: tryleap\n")

    with pytest.raises(DistributionError, match='has 0 lines that begin with "package_version_override: "'):
        versions.declare(small.root, "0.2.0")


def test_this_checkout() -> None:
    """The version and the changelog of this checkout go together."""
    assert check_version.main([]) == 0
