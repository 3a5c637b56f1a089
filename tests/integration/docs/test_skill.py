"""The skill for coding agents inside the package: its snippets run, and what it names exists."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.integration.docs.pages import GENERATED, blocks, execute, plain, tables
from tryleap import Leap, errors
from tryleap.cli import main
from tryleap.simulator import Simulator

SKILL = GENERATED / "tryleap" / ".agents" / "skills" / "tryleap" / "SKILL.md"
TEXT = SKILL.read_text(encoding="utf-8")


def test_its_head_is_what_agents_read() -> None:
    """Name and description stand in front, the name is the folder's, and the description is short enough."""
    _, head, _ = TEXT.split("---\n", 2)
    found = yaml.safe_load(head)

    assert set(found) == {"name", "description"}
    assert found["name"] == SKILL.parent.name
    assert 40 < len(found["description"]) < 1024
    assert "billed" in found["description"]


def test_its_rules_say_what_costs_money() -> None:
    """Training is billed, the simulator is free, and a training is never repeated."""
    rules = " ".join(re.findall(r"^\d\. (.+)$", TEXT, re.MULTILINE))

    assert "Each training is billed" in rules
    assert "Use the simulator to experiment" in rules
    assert "Never train in a loop, and never retry a training yourself" in rules
    assert "may_have_been_processed" in rules


@pytest.mark.parametrize("number", range(len(blocks(TEXT, "python"))))
def test_its_snippets_run(number: int, simulator: Simulator) -> None:
    """Each snippet runs as it is pasted, and trains at most once."""
    execute(blocks(TEXT, "python")[number])

    assert len(simulator.uploads) <= 1


def test_what_it_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    """Methods, commands and errors of its tables are there."""
    operations, failures = tables(TEXT)
    with Leap("any-key") as leap:
        for method, command, _ in operations[1:]:
            resource, _, name = plain(method).partition(".")
            assert callable(getattr(getattr(leap, resource), name))
            assert main([*plain(command).split()[1:], "--help"]) == 0
            capsys.readouterr()
    for name, _ in failures[1:]:
        assert issubclass(getattr(errors, plain(name).partition(" ")[0]), errors.LeapError)
