"""The workflows: in order, and seen when they are not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from scripts.dev import check_workflows
from tests.support.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(name: str) -> dict[str, dict[str, dict[str, object]]]:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))


@pytest.mark.heavy
def test_in_order(capfd: pytest.CaptureFixture[str]) -> None:
    """The judges find nothing, and looked at every workflow."""
    assert check_workflows.main([]) == 0
    assert len(WORKFLOWS) >= 3


# What is changed where, and what is then said.
DANGERS = (
    ("workflows/release.yml", r"(gh-action-pypi-publish)@\S+ # \S+", r"\1@release/v1", "unpinned-uses"),
    ("workflows/release.yml", r'"\$TAG" --verify', "${{ github.ref_name }} --verify", "template-injection"),
    ("workflows/release.yml", r"permissions: \{\}", "permissions: write-all", "excessive-permissions"),
    ("workflows/upgrade.yml", r"concurrency:\n(  .*\n)+", "", "concurrency-limits"),
    ("workflows/ci.yml", r"on:\n  push:", "on:\n  pull_request_target:\n  push:", "dangerous-triggers"),
    ("dependabot.yml", r"    cooldown:\n      default-days: 7\n", "", "dependabot-cooldown"),
)
MISTAKES = (
    ("workflows/release.yml", r"runs-on: ubuntu-latest", "runs-in: ubuntu-latest", "release.yml::"),
    ("workflows/upgrade.yml", r"- cron:", "- corn:", "upgrade.yml::"),
    ("dependabot.yml", r"version: 2", "version: 3", "dependabot.yml::"),
)


@pytest.mark.heavy
@pytest.mark.parametrize("changes", [DANGERS, MISTAKES], ids=["dangers", "mistakes"])
def test_what_is_wrong_is_seen(
    tmp_path: Path, changes: tuple[tuple[str, str, str, str], ...], capfd: pytest.CaptureFixture[str]
) -> None:
    """Each place where a workflow is dangerous, or no workflow at all, is named."""
    folder = tmp_path / ".github"
    shutil.copytree(ROOT / ".github", folder)
    for name, pattern, new, _ in changes:
        text, count = re.subn(pattern, new, (folder / name).read_text(encoding="utf-8"), count=1)
        assert count == 1
        (folder / name).write_text(text, encoding="utf-8")

    assert check_workflows.main(["--folder", str(folder)]) == 1
    shown = capfd.readouterr()
    assert [said for *_, said in changes if said not in shown.out + shown.err] == []
    assert shown.err.endswith("check-workflows: fix the problems above\n")


def test_nothing_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without workflows is a mistake, not a success."""
    assert check_workflows.main(["--folder", str(tmp_path)]) == 1
    assert "has no workflows" in capsys.readouterr().err


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(path: Path) -> None:
    """Every action is pinned by commit, with the version that it is; one action has one commit everywhere."""
    lines = re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    everywhere = "".join(each.read_text(encoding="utf-8") for each in WORKFLOWS)

    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
        assert set(re.findall(rf"{line.partition('@')[0]}@.*", everywhere)) == {line}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_may_do_little(path: Path) -> None:
    """Nothing is permitted to all jobs; each job says what it needs, and how long it may take."""
    workflow = read(path.name)

    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert job["permissions"]
        assert "id-token" not in job["permissions"] or job["permissions"] == {"id-token": "write"}


def test_release_in_its_order() -> None:
    """What is published was rehearsed and built twice; one job alone can publish, with attestations."""
    jobs = read("release.yml")["jobs"]
    trusted = [name for name, job in jobs.items() if "id-token" in job["permissions"]]
    (upload,) = [step for step in jobs["publish"]["steps"] if "pypi-publish" in step["uses"]]

    assert trusted == ["publish"]
    assert set(jobs["publish"]["needs"]) == {"build", "rebuild"}
    assert jobs["attach"]["needs"] == "publish"
    assert jobs["publish"]["environment"] == "pypi"
    assert upload["with"]["attestations"] is True
    assert "password" not in upload["with"]
