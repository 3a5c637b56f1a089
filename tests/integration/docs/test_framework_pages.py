"""The pages on web frameworks: each application passes its own test, on the simulator, as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.docs.pages import GENERATED, blocks, section
from tests.support.subprocesses import assert_tests_pass


@pytest.mark.parametrize("page", ["frameworks", "trainings"])
@pytest.mark.parametrize("framework", ["FastAPI", "Flask", "Django"])
def test_an_application_passes_its_test(page: str, framework: str, tmp_path: Path) -> None:
    """The block is one file that pytest runs: uploads or orders, a signed webhook, a forged one, the end."""
    text = (GENERATED / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert_tests_pass(tmp_path, *blocks(section(text, framework), "python"))
