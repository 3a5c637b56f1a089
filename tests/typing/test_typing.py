"""What the types of the package promise, read by mypy; `make check-all` has pyright read the same files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT

HERE = Path(__file__).parent


def mypy(*names: str) -> subprocess.CompletedProcess[str]:
    """Run mypy on files beside this one."""
    files = [str(HERE / name) for name in names]
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def refused_lines(path: Path) -> list[int]:
    """The lines that say that they are refused."""
    return [
        number for number, line in enumerate(path.read_text().splitlines(), 1) if line.endswith("# refused")
    ]


def test_typed_uses_are_accepted() -> None:
    """Every documented use passes mypy in strict mode."""
    done = mypy("uses.py")

    assert done.stdout == ""
    assert done.returncode == 0


def test_wrong_uses_are_refused() -> None:
    """Each wrong use is an error, both image arguments and neither among them, and nothing else is."""
    done = mypy("rejected.py")
    found = sorted({int(number) for number in re.findall(r"rejected\.py:(\d+): error", done.stdout)})

    assert found == refused_lines(HERE / "rejected.py")
