"""Copies of the repository, with a history of their own, for what compares, builds, tags and publishes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.release.checkout import Checkout
from tests.support.paths import ROOT

# Who commits and tags in the copies, and when (seconds since 1970), whatever the user's own settings are.
IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "1750000000 +0000",
    "GIT_COMMITTER_DATE": "1750000000 +0000",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


class Repository(Checkout):
    """A repository of one commit, which holds what the work tree of the tests holds."""

    @classmethod
    def make(cls, folder: Path) -> Repository:
        """Copy the work tree as it is, and commit it."""
        made = cls(folder)
        Checkout(ROOT).export(folder, tree=True)
        made.git("init", "--quiet", "--initial-branch=main")
        made.commit_all("As the tests found it")
        return made

    def commit_all(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace the one place where a file says something."""
        text = self.read(name)
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times: adapt this test"
        self.write(name, text.replace(old, new))

    def set_version(self, number: str) -> None:
        """Change the number by hand, everywhere but in the changelog."""
        for name, pattern in {
            "generator-config.yaml": r'(?<=package_version_override: ")[^"]+',
            "generated/tryleap/_version.py": r'(?<=__version__ = ")[^"]+',
        }.items():
            text, count = re.subn(pattern, number, self.read(name))
            assert count == 1
            self.write(name, text)


@pytest.fixture(autouse=True)
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests, and however their git is set up."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
