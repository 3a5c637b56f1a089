"""Run the tests on httpx2, the maintained continuation of httpx.

The tests run in a temporary copy of the tree, which is generated again with `http_library: httpx2`. The
dependency and each `import httpx`, which users would change themselves, are replaced as well.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from .. import repository
from ..generator import pipeline
from ..options import ROOT, command_parser

# The tests that involve the HTTP library; `--all` runs all tests.
TESTS = (
    "tests/unit/runtime",
    *(f"tests/integration/{name}" for name in ("faults", "sharing", "wire")),
)

# The changes: file, pattern and replacement. Each pattern must match.
CHANGES = (
    ("generator-config.yaml", r"(?m)^http_library: httpx$", "http_library: httpx2"),
    ("pyproject.toml", r'"httpx(\[http2\])?>=[^"]*"', r'"httpx2\1>=2.16"'),
)
IMPORT = re.compile(r"(?m)^( *)import httpx$")


def copy_tree(folder: Path) -> None:
    """Copy the working tree, including uncommitted changes, to an empty folder."""
    repository.copy_tree(ROOT, folder)
    # Some tests list the project's files with git.
    repository.git(folder, "init", "--quiet")
    repository.git(folder, "add", "--all")


def change(folder: Path) -> None:
    """Convert a copy of the project to httpx2.

    Raises:
        ValueError: A text to change was not found.
    """
    for name, wanted, becomes in CHANGES:
        changed, count = re.subn(wanted, becomes, (folder / name).read_text(encoding="utf-8"))
        if not count:
            raise ValueError(f"{name} does not match {wanted!r}: update scripts/dev/test_httpx2.py")
        (folder / name).write_text(changed, encoding="utf-8")
    # The runtime's own tests use the defaults in templates/.
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
    parser = command_parser("dev.test_httpx2", __doc__)
    parser.add_argument("--all", action="store_true", help="run all tests, not only those that send requests")
    parser.add_argument("rest", nargs="*", metavar="ARGUMENT", help="for pytest, after --")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tryleap-httpx2-") as scratch:
        folder = Path(scratch).resolve()
        copy_tree(folder)
        change(folder)
        words = ["pytest", "--numprocesses=auto", "--dist=worksteal", "-m", "not heavy"]
        # This tests the conversion, which was already done.
        words += [
            "--ignore=tests/unit/tooling/test_httpx2.py",
            *options.rest,
            *(() if options.all else TESTS),
        ]
        print(f"on httpx2: python -m {shlex.join(words)}", flush=True)
        return subprocess.run([sys.executable, "-m", *words], cwd=folder, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
