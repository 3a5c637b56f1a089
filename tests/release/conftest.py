"""Copies of the repository for what builds, tags and publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.repository import Repository, identity

__all__ = ["identity"]

# What the commands look at that need nothing else of the repository.
FEW = ("generator-config.yaml", "generated/tryleap/_version.py", "LICENSE", ".gitignore")


@pytest.fixture
def small(tmp_path: Path) -> Repository:
    """A clean repository of a few files, version 0.1.0, with nothing in its changelog yet."""
    made = Repository(tmp_path / "small")
    made.root.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    for name in FEW:
        made.write(name, (ROOT / name).read_text(encoding="utf-8"))
    made.write("CHANGELOG.md", "# Changelog\n")
    made.set_version("0.1.0")
    made.commit_all("A few files")
    return made


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A clean copy."""
    return Repository.make(tmp_path / "repository")
