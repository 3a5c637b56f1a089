"""Format the generated Python with the ruff that is pinned for this interpreter."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

from ..document.problems import stop
from .text import LINE_LENGTH

_FIXES = "I,F401,RUF022"
_WAY_OUT = "Run `make setup`, which installs the pinned tools."


def format_tree(root: Path) -> None:
    """Sort imports and format all Python files in a folder.

    Args:
        root: The folder, whose files are changed in place.

    Raises:
        GenerationError: The formatter is missing or fails, or a file is not valid Python.
    """
    if importlib.util.find_spec("ruff") is None:
        raise stop("", "the formatter ruff is not installed for this interpreter", _WAY_OUT)
    common = ["--target-version", "py311", "--line-length", str(LINE_LENGTH)]
    _ruff(root, "check", "--isolated", "--no-cache", "--quiet", "--fix", "--select", _FIXES, *common)
    _ruff(root, "format", "--isolated", "--no-cache", "--quiet", *common)


def _check_syntax(path: Path, root: Path) -> None:
    try:
        ast.parse(path.read_bytes(), feature_version=(3, 11))
    except (SyntaxError, ValueError) as error:
        place = f"{path.relative_to(root).as_posix()}: {error}"
        raise stop(
            "", f"the generated code is not valid Python: {place}", "This is a bug in a template."
        ) from error


def _ruff(root: Path, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter, arguments without a shell
        [sys.executable, "-m", "ruff", *arguments, str(root)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        # Python's own message about invalid code is the clearest.
        for path in sorted(root.rglob("*.py")):
            _check_syntax(path, root)
        raise stop("", f"the formatter failed: {(done.stderr or done.stdout).strip()}", _WAY_OUT)
