"""The locks: complete, pinned by hash, and without an address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.dev import setup, upgrade
from tests.support.paths import ROOT

LOCKS = ROOT / "scripts" / "locks"
ALL = [ROOT / f"{lock}.txt" for lock in upgrade.LOCKS]

PIN = re.compile(r"[a-z0-9][a-z0-9.-]*==[0-9][A-Za-z0-9.!+]*( ; .+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(name: str) -> set[str]:
    lines = (line.partition("#")[0].strip() for line in (LOCKS / f"{name}.in").read_text().splitlines())
    found = [re.match(r"[A-Za-z0-9._-]+", line) for line in lines if line and not line.startswith("-")]
    return {canonical(match.group()) for match in found if match}


def pinned(name: str) -> dict[str, str]:
    lines = [line for line in (LOCKS / f"{name}.txt").read_text().splitlines() if line[0].isalnum()]
    return dict(line.split(" ")[0].split("==") for line in lines)


@pytest.mark.parametrize("lock", ALL, ids=lambda lock: lock.stem)
def test_every_line_is_a_pin_or_a_hash(lock: Path) -> None:
    """A lock holds names, versions and hashes: no address, no path, no option."""
    lines = lock.read_text().splitlines()

    assert [line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)] == []


@pytest.mark.parametrize("name", setup.ENVIRONMENTS)
def test_everything_asked_for_is_pinned(name: str) -> None:
    """What NAME.in asks for is in NAME.txt: renewing was not forgotten."""
    assert asked_for(name) - pinned(name).keys() == set()


def test_both_environments_judge_with_the_same_versions() -> None:
    """The larger environment has every package of the smaller one, in the same version."""
    small, large = pinned("dev"), pinned("check-all")

    assert {name: version for name, version in small.items() if large.get(name) != version} == {}


def test_the_parser_is_pinned_by_hand() -> None:
    """openapi-python-client changes only when somebody means it to."""
    assert "openapi-python-client==0.29.1" in (LOCKS / "dev.in").read_text()
