"""Fail when `generated/` is not what the document, the configuration and the templates give.

Generates into a scratch folder and compares every file both ways. It never changes the working tree. It knows
nothing of what is in the files.
"""

from __future__ import annotations

import argparse
import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What running Python and looking at folders leave behind; never content.
IGNORED = frozenset({"__pycache__", ".DS_Store"})

LARGEST_DIFF = 60  # lines shown of one file
MOST_FILES = 25  # differing files shown; the rest are counted

MEND = "make generate"


def entries(folder: Path) -> dict[str, Path]:
    """Every file and link below a folder by its path in it, sorted; empty if there is no such folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if IGNORED.isdisjoint(parts) and (path.is_symlink() or not path.is_dir()):
            found["/".join(parts)] = path
    return found


def kind(path: Path) -> str:
    """What a path is, in the terms that git keeps: a link, an executable file or a plain file."""
    if path.is_symlink():
        return f"a link to {path.readlink()}"
    if not path.is_file():
        return "no regular file"
    return "an executable file" if path.stat().st_mode & 0o100 else "a plain file"


def text_difference(name: str, expected: bytes, found: bytes) -> str:
    """A unified diff from what is there to what should be, cut to `LARGEST_DIFF` lines."""
    try:
        before, after = (content.decode("utf-8").split("\n") for content in (found, expected))
    except UnicodeDecodeError:
        return f"{name}: differs, and is no text ({len(found)} bytes here, {len(expected)} generated)"
    lines = list(
        difflib.unified_diff(
            before, after, f"generated/{name}", f"generated/{name} (as generated)", lineterm=""
        )
    )
    cut = len(lines) - LARGEST_DIFF
    # Control characters would act on the terminal, and \r would hide the very difference.
    shown = [line.replace("\r", "\\r").replace("\x1b", "\\x1b") for line in lines[:LARGEST_DIFF]]
    return "\n".join([*shown, f"... and {cut} more lines"] if cut > 0 else shown)


def differences(expected: Path, found: Path) -> list[str]:
    """Compare two folders.

    Args:
        expected: what the generator writes now.
        found: what is in the working tree.

    Returns:
        A description of each file that differs, in the order of their paths; empty when none does.
    """
    wanted, present = entries(expected), entries(found)
    report = []
    for name in sorted(wanted.keys() | present.keys()):
        if name not in present:
            report.append(f"{name}: missing in generated/")
        elif name not in wanted:
            report.append(f"{name}: in generated/, but nothing generates it")
        elif kind(wanted[name]) != kind(present[name]):
            report.append(f"{name}: {kind(present[name])}, but {kind(wanted[name])} is generated")
        elif wanted[name].is_file() and wanted[name].read_bytes() != present[name].read_bytes():
            report.append(text_difference(name, wanted[name].read_bytes(), present[name].read_bytes()))
    return report


def generate(output: Path) -> bool:
    """Run the generator of this checkout into a folder; returns whether it succeeded, and shows why not."""
    result = subprocess.run(  # noqa: S603 - a command of ours
        [sys.executable, "-m", "scripts.generate", "--output", str(output)],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        print(f"{result.stdout}{result.stderr}".rstrip(), file=sys.stderr)
    return result.returncode == 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status: 0 when nothing differs, else 1."""
    argparse.ArgumentParser(prog="python -m scripts.check_drift", description=__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="tryleap-drift-") as scratch:
        expected = Path(scratch) / "generated"
        if not generate(expected):
            print("check-drift: nothing could be generated to compare with (see above)", file=sys.stderr)
            return 1
        report = differences(expected, ROOT / "generated")
        count = len(entries(expected))
    if not report:
        print(f"generated/ is what openapi.yaml, generator-config.yaml and templates/ give ({count} files)")
        return 0
    print("\n".join(report[:MOST_FILES]))
    if len(report) > MOST_FILES:
        print(f"... and {len(report) - MOST_FILES} more files")
    print(
        f"\ncheck-drift: {len(report)} file{'s' if len(report) > 1 else ''} in generated/ not as generated. "
        "Nobody edits generated/ by hand: change openapi.yaml, generator-config.yaml or templates/, then run"
        f"\n\n    {MEND}\n",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
