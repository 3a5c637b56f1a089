"""Run the tests on httpx2, the maintained continuation of httpx: `python -m scripts.dev.test_httpx2`.

A copy of the tree in a temporary folder gets `http_library: httpx2` and is generated again; the dependency
and `import httpx`, which users would change themselves, are changed too. Then the tests run there.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from .. import repository
from ..generator import pipeline

ROOT = Path(__file__).resolve().parents[2]

# The tests in which the HTTP library has a part; `--all` runs the others as well.
TESTS = (
    "tests/unit/runtime",
    *(f"tests/integration/{name}" for name in ("faults", "sharing", "wire")),
)

# What is changed, where, and to what; each must be found.
CHANGES = (
    ("generator-config.yaml", r"(?m)^http_library: httpx$", "http_library: httpx2"),
    ("pyproject.toml", r'"httpx(\[http2\])?>=[^"]*"', r'"httpx2\1>=2.16"'),
)
IMPORT = re.compile(r"(?m)^( *)import httpx$")


def copy_tree(folder: Path) -> None:
    """Copy the working tree, so that a change can be tested before it is committed.

    Args:
        folder: An empty folder for the copy.
    """
    repository.copy_tree(ROOT, folder)
    # Some tests list the project's files with git.
    repository.git(folder, "init", "--quiet")
    repository.git(folder, "add", "--all")


def change(folder: Path) -> None:
    """Make the copy one of a project on httpx2.

    Args:
        folder: The copy.

    Raises:
        ValueError: A text that is to be changed is not there.
    """
    for name, wanted, becomes in CHANGES:
        changed, count = re.subn(wanted, becomes, (folder / name).read_text(encoding="utf-8"))
        if not count:
            raise ValueError(
                f"{name} has nothing like {wanted!r}: adapt scripts/dev/test_httpx2.py to its text"
            )
        (folder / name).write_text(changed, encoding="utf-8")
    # The runtime's own tests run on its working defaults, in templates/.
    for path in (*(folder / "tests").rglob("*.py"), folder / "templates" / "runtime" / "_package.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(IMPORT.sub(r"\1import httpx2 as httpx", text), encoding="utf-8")
    config = folder / pipeline.CONFIG.name
    pipeline.generate(folder / pipeline.SPEC.name, config, folder / pipeline.OUTPUT.name)


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        The exit status of the tests.
    """
    parser = argparse.ArgumentParser(
        prog="python -m scripts.dev.test_httpx2", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--all", action="store_true", help="the whole of `make test`, not only what sends")
    parser.add_argument("rest", nargs="*", metavar="ARGUMENT", help="for pytest, after --")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tryleap-httpx2-") as scratch:
        folder = Path(scratch).resolve()
        copy_tree(folder)
        change(folder)
        words = ["pytest", "--numprocesses=auto", "--dist=worksteal", "-m", "not heavy"]
        # That the copy is made right is a test of the tree itself.
        words += [
            "--ignore=tests/unit/tooling/test_httpx2.py",
            *options.rest,
            *(() if options.all else TESTS),
        ]
        print(f"on httpx2: python -m {shlex.join(words)}", flush=True)
        return subprocess.run([sys.executable, "-m", *words], cwd=folder, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
