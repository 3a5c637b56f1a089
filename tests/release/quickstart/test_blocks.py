"""Each block of the pages is pasted by the tests of the quickstart, or left out by a named rule."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.release.quickstart.machine import PAGES, Block, commands_of, kind_of, pasted


def test_every_block_is_accounted_for() -> None:
    """Each block is run or left out for a reason that is named, and those left out are few."""
    blocks = pasted()
    kinds = Counter(kind_of(block) for block in blocks)
    fences = [
        line for page in PAGES for line in page.read_text("utf-8").splitlines() if line.startswith("```")
    ]

    assert len(blocks) == len(fences) / 2
    assert kinds == {"install": 1, "checkout": 1, "run": len(blocks) - 2}
    for page in PAGES:
        run = [block for block in blocks if block.page == page and kind_of(block) == "run"]
        assert len(run) >= 2


def test_only_installing_lines_are_left_out() -> None:
    """Of a block that is run, each line is, but for those that install."""
    left_out = [line for block in pasted() if kind_of(block) == "run" for line in commands_of(block)[0]]

    assert set(left_out) == {'pip install ".[simulator]"'}


@pytest.mark.parametrize("language", ["", "bash", "console", "text"])
def test_an_unknown_kind_is_refused(language: str) -> None:
    """A block that nobody would run is named, so that it cannot be forgotten."""
    with pytest.raises(AssertionError, match=r"README\.md 7: nobody runs"):
        kind_of(Block(PAGES[0], 7, language, "tryleap models list\n"))


def test_a_mixed_block_is_run() -> None:
    """One line that installs does not spare the others."""
    block = Block(PAGES[0], 0, "sh", "pip install tryleap\ntryleap models list\n")

    assert kind_of(block) == "run"
    assert commands_of(block) == (["pip install tryleap"], ["tryleap models list"])
