"""`make release`: what is not in order is not tagged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.release import release, versions
from scripts.release.problems import DistributionError
from tests.support.repository import Repository

# Nothing but what this test is about, so that it takes no time.
QUICK = release.STEPS[:3]


def number(small: Repository, version: str, text: str = "### Added\n\n- New.") -> None:
    """Bring a version up to where it can be released, and commit it."""
    small.set_version(version)
    small.write("CHANGELOG.md", f"# Changelog\n\n## [{version}] - 2031-12-31\n\n{text}\n")
    small.commit_all(version)


def tags(small: Repository) -> list[str]:
    return small.git("tag").split()


def test_all_well(small: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """What it will do is said before; the tag is annotated with what the changelog says."""
    number(small, "0.1.0")

    assert release.release(small, QUICK) == "v0.1.0"

    said = capsys.readouterr().out.splitlines()
    commit = small.commit()
    assert said[:5] == [
        f"release: 0.1.0, from commit {commit}. Steps:",
        "release:   1. check that everything is committed",
        "release:   2. check that the version is not released yet",
        "release:   3. check that the changelog begins with it",
        "release:   4. tag the commit as v0.1.0",
    ]
    assert said[-1] == f"release: 4. tagged {commit} as v0.1.0"
    assert small.commit("v0.1.0") == commit
    assert small.git("cat-file", "tag", "v0.1.0").endswith("\n\ntryleap 0.1.0\n\n### Added\n\n- New.")


def begin_with(text: str) -> Callable[[Repository], None]:
    """Have the changelog begin otherwise."""

    def write(small: Repository) -> None:
        small.write("CHANGELOG.md", f"# Changelog\n\n{text}")
        small.commit_all("Write")

    return write


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda small: small.write("mine.txt", ""), "mine.txt\nCommit these files, or stash them"),
        (
            lambda small: small.git("tag", "v0.1.0", "HEAD~1"),
            "the tag v0.1.0 already exists: set a new version with make version",
        ),
        (
            begin_with("## [Unreleased]\n\n- New.\n"),
            "begins with `## [Unreleased]`, not with 0.1.0 and a date: run make version VERSION=0.1.0",
        ),
        (
            begin_with("## [0.1.0] - 2031-12-31\n"),
            "the entry of 0.1.0 in CHANGELOG.md is empty: describe the changes",
        ),
    ],
)
def test_refusals(
    small: Repository,
    spoil: Callable[[Repository], None],
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each thing that is not in order is named with what to do, and nothing is tagged."""
    number(small, "0.1.0")
    spoil(small)
    before = tags(small)

    assert release.main(["--root", str(small.root)]) == 1
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.endswith("release: nothing was tagged\n")
    assert tags(small) == before
    # The rehearsal, which is last, was not begun.
    assert not (small.root / "dist").exists()


@pytest.mark.heavy
def test_drift(repository: Repository) -> None:
    """What was written by hand is refused."""
    repository.write("generated/tryleap/mine.py", "")

    with pytest.raises(DistributionError, match=r"(?s)mine\.py.*generated/ is not up to date"):
        release.insist_on_no_drift(repository, "0.1.0")


def test_first_release(small: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Before there is a tag there is nothing to compare with, and it says so."""
    release.insist_on_enough(small, "0.1.0")

    assert "there is no earlier release to compare with" in capsys.readouterr().out


def test_last_release_is_the_newest_before(small: Repository) -> None:
    """Compared is with the newest tag behind the commit, whatever other tags there are."""
    assert small.last_tag() is None
    for name in ("v0.1.0", "v0.2.0"):
        small.write("more", name)
        small.commit_all(name)
        small.git("tag", "--annotate", "--message", name, name)
    small.git("tag", "another")
    small.git("checkout", "--quiet", "HEAD~1")

    assert small.last_tag() == "v0.1.0"


def test_failed_rehearsal(small: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the last step is, its failure keeps the tag away."""
    number(small, "0.1.0")

    def fail(*_: object) -> None:
        raise DistributionError("it does not install")

    with pytest.raises(DistributionError, match="it does not install"):
        release.release(small, (*QUICK, release.Step("it can be installed", fail)))
    assert tags(small) == []


def test_change_meanwhile(small: Repository) -> None:
    """A commit, or a change, that is made while the steps run is not tagged."""
    number(small, "0.1.0")

    def change(*_: object) -> None:
        small.write("mine.txt", "")

    def commit(*_: object) -> None:
        small.commit_all("Meanwhile")

    with pytest.raises(DistributionError, match=r"mine\.txt"):
        release.release(small, (release.Step("nobody changes anything", change),))
    with pytest.raises(DistributionError, match="there was another commit in the meantime: run this again"):
        release.release(small, (release.Step("nobody commits", commit),))
    assert tags(small) == []


def test_git_that_cannot_tag(small: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git itself refuses, for want of a name for example, that is the result."""
    number(small, "0.1.0")
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "")

    with pytest.raises(DistributionError, match="git could not create the tag"):
        release.release(small, QUICK)
    assert tags(small) == []


def test_every_step_is_there() -> None:
    """The rehearsal, which takes longest, comes last."""
    assert [step.go for step in release.STEPS] == [
        *(release.insist_on_clean, release.insist_on_new_tag, release.insist_on_changelog),
        *(release.insist_on_no_drift, release.insist_on_enough, release.rehearse),
    ]


def test_version_of_the_configuration_counts(small: Repository) -> None:
    """The tag is named after the one place where the version stands."""
    number(small, "3.4.5")

    assert versions.declared(small.root) == "3.4.5"
    assert release.release(small, ()) == "v3.4.5"
