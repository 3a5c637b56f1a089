"""The Makefile: short, self-describing, and untouched by what a shell says of Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.subprocesses import run

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][a-z0-9-]*):", MAKEFILE, re.MULTILINE)


def test_help_lists_every_target() -> None:
    """`make help`, and make alone, say what each target does."""
    shown = [run(["make", *words], ROOT) for words in ([], ["help"])]

    assert [each.returncode for each in shown] == [0, 0]
    assert shown[0].stdout == shown[1].stdout
    listed = re.findall(r"^  make ([a-z0-9-]+) +\S", shown[0].stdout, re.MULTILINE)
    assert listed == [name for name in TARGETS if name != "python"]


def test_every_target_is_phony() -> None:
    """A file that is called like a target does not keep it from running."""
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE.replace("\\\n", ""), re.MULTILINE)

    assert phony
    assert sorted(phony.group(1).split()) == sorted(TARGETS)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bscripts\.([a-z0-9_.]+)", MAKEFILE))))
def test_every_verb_exists(name: str) -> None:
    """Whatever a target runs is a script of the project."""
    place = (ROOT / "scripts").joinpath(*name.split("."))

    assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()


@pytest.mark.parametrize(
    "target", ["check-upstream", "check-compat", "version", "publish", "test-dependencies"]
)
def test_missing_argument_is_asked_for(target: str) -> None:
    """A target that needs to be told something says so, with an example."""
    result = run(["make", "-n", target], ROOT)

    assert result.returncode != 0
    assert f"make {target} " in result.stderr


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE"])
def test_settings_of_the_shell_stay_out(name: str, tmp_path: Path) -> None:
    """What the user's shell says of Python does not reach what make runs."""
    (tmp_path / "Makefile").write_text(MAKEFILE + f'\nshow:\n\t@echo "[$${name}][$$PYTHONNOUSERSITE]"\n')
    result = run(["make", "-s", "show"], tmp_path, **{name: "elsewhere"})

    assert result.stdout == "[][1]\n"
