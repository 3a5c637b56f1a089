"""The copy of the tree that is tested on httpx2: it is on httpx2 throughout, or is not made at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.dev import test_httpx2 as on_httpx2


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the tree, not yet changed."""
    on_httpx2.copy_tree(tmp_path)
    return tmp_path


def test_nothing_in_the_copy_is_on_httpx(copy: Path) -> None:
    """Client, dependency and tests are all changed; what speaks to another program may stay on httpx."""
    on_httpx2.change(copy)
    imports = [
        f"{path.relative_to(copy)}: {line}"
        for folder in ("generated", "tests")
        for path in (copy / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() in ("import httpx", "import httpx as httpx") or line.startswith("from httpx")
    ]

    assert imports == []
    assert "import httpx2 as httpx" in (copy / "generated/tryleap/_runtime/_package.py").read_text()
    assert '"httpx2[http2]>=2.16"' in (copy / "pyproject.toml").read_text()


def test_a_text_that_is_not_there(copy: Path) -> None:
    """A configuration that says it in other words is an error, not a run on httpx once more."""
    config = copy / "generator-config.yaml"
    config.write_text(config.read_text().replace("http_library: httpx", "http_library:  httpx"))

    with pytest.raises(ValueError, match=r"generator-config\.yaml does not match"):
        on_httpx2.change(copy)
