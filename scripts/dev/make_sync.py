"""Write templates/runtime/_sync from templates/runtime/_async.

The library unasync replaces tokens; imports are then sorted and the code is formatted by the pinned ruff.
`make generate` runs this first, and the generator refuses to run where the result is out of date.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import unasync

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "templates" / "runtime"
NOTICE = "# Made from ../_async by `make generate`: change that.\n"

# Beside those that unasync knows; it also turns names that begin with "Async" into names with "Sync".
REPLACEMENTS = {
    "_async": "_sync",
    "concurrency_async": "concurrency_sync",
    "aclose": "close",
    "sleep_async": "sleep",
}


def sync_sources(source: Path = RUNTIME / "_async") -> dict[str, str]:
    """Make the sync modules.

    Args:
        source: The folder of the async modules.

    Returns:
        The text of each module by its file name.
    """
    with tempfile.TemporaryDirectory() as folder:
        copied, made = Path(folder, "_async"), Path(folder, "_sync")
        copied.mkdir()
        for path in sorted(source.glob("*.py")):
            (copied / path.name).write_bytes(path.read_bytes())
        rule = unasync.Rule(str(copied), str(made), REPLACEMENTS)
        unasync.unasync_files([str(path) for path in sorted(copied.iterdir())], [rule])
        for path in made.iterdir():
            path.write_text(NOTICE + path.read_text(encoding="utf-8"), encoding="utf-8")
        _ruff("check", "--fix", "--select", "I,F401", str(made))
        _ruff("format", str(made))
        return {path.name: path.read_text(encoding="utf-8") for path in sorted(made.iterdir())}


def _ruff(command: str, *arguments: str) -> None:
    options = ["--isolated", "--no-cache", "--quiet", "--line-length", "110", "--target-version", "py311"]
    subprocess.run([sys.executable, "-m", "ruff", command, *options, *arguments], check=True)  # noqa: S603 - a command of ours


def out_of_date(made: dict[str, str], target: Path = RUNTIME / "_sync") -> list[str]:
    """List the sync modules that are missing, different, or left over.

    Args:
        made: What `sync_sources` returned.
        target: The folder of the sync modules.

    Returns:
        The file names.
    """
    present = {path.name: path.read_text(encoding="utf-8") for path in target.glob("*.py")}
    return sorted(name for name in {*made, *present} if made.get(name) != present.get(name))


def write(made: dict[str, str], target: Path = RUNTIME / "_sync") -> list[str]:
    """Write what has changed, and remove what is left over.

    Args:
        made: What `sync_sources` returned.
        target: The folder of the sync modules.

    Returns:
        The names of the files that changed.
    """
    changed = out_of_date(made, target)
    target.mkdir(exist_ok=True)
    for name in changed:
        if name in made:
            (target / name).write_text(made[name], encoding="utf-8", newline="\n")
        else:
            (target / name).unlink()
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.dev.make_sync", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a file is out of date"
    )
    options = parser.parse_args(arguments)
    made = sync_sources()
    changed = out_of_date(made) if options.check else write(made)
    for name in changed:
        print(f"{'out of date' if options.check else 'changed'}: templates/runtime/_sync/{name}")
    if options.check and changed:
        print("Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
