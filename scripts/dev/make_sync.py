"""Write each _sync/ in templates/ from the _async/ beside it.

unasync replaces tokens, and the pinned ruff sorts imports and formats the code. `make generate` runs this
first, and the generator refuses to run if a sync module is out of date.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..options import ROOT, command_parser

PACKAGES = (ROOT / "templates" / "runtime", ROOT / "templates" / "leap" / "trainings")
LOCK = ROOT / "scripts" / "locks" / "dev.txt"
# The digest of the last state that was found up to date, so that the tools run again only after a change.
CHECKED = ROOT / "build" / "sync-checked.txt"
NOTICE = "# Made from ../_async by `make generate`: change that.\n"

# In addition to those of unasync, which also replaces the prefix "Async" by "Sync".
REPLACEMENTS = {
    "_async": "_sync",
    "concurrency_async": "concurrency_sync",
    "_concurrency_async": "_concurrency_sync",
    "AsyncTrainings": "Trainings",
    "aclose": "close",
    "sleep_async": "sleep",
}


def _sync_sources(package: Path) -> dict[str, str]:
    """Return the text of each sync module of a package by its file name."""
    import unasync  # late: it loads setuptools, and most runs of the generator need neither

    with tempfile.TemporaryDirectory() as folder:
        copied, made = Path(folder, "_async"), Path(folder, "_sync")
        copied.mkdir()
        for path in sorted((package / "_async").glob("*.py")):
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


def out_of_date(packages: Iterable[Path] = PACKAGES) -> dict[Path, str | None]:
    """Find sync modules that are missing, different or no longer needed.

    Args:
        packages: The folders with an `_async/`.

    Returns:
        The text that each should have, by its path; None for one that should not exist.
    """
    found: dict[Path, str | None] = {}
    for package in packages:
        made, target = _sync_sources(package), package / "_sync"
        present = {path.name: path.read_text(encoding="utf-8") for path in target.glob("*.py")}
        for name in sorted({*made, *present}):
            if made.get(name) != present.get(name):
                found[target / name] = made.get(name)
    return found


def first_out_of_date(*, remember: bool) -> Path | None:
    """Find a sync module of the project that is out of date.

    Nothing is made anew if modules, rules and tools are those of the last run that found none.

    Args:
        remember: Whether to record in build/ that there is none.

    Returns:
        The first such module, or None.
    """
    files = [Path(__file__), LOCK]
    files += [path for package in PACKAGES for path in sorted(package.glob("_*sync/*.py"))]
    found = hashlib.sha256()
    for path in files:
        found.update(f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    digest = found.hexdigest()
    with contextlib.suppress(OSError):
        if CHECKED.read_text(encoding="utf-8") == digest:
            return None
    stale = next(iter(out_of_date()), None)
    if stale is None and remember:
        with contextlib.suppress(OSError):  # such as a checkout that is read-only
            CHECKED.parent.mkdir(exist_ok=True)
            CHECKED.write_text(digest, encoding="utf-8")
    return stale


def write(changes: Mapping[Path, str | None]) -> None:
    """Write and remove sync modules, as `out_of_date` returned them."""
    for path, text in changes.items():
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("dev.make_sync", __doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a file is out of date"
    )
    options = parser.parse_args(arguments)
    changes = out_of_date()
    if not options.check:
        write(changes)
    for path in changes:
        print(f"{'out of date' if options.check else 'changed'}: {path.relative_to(ROOT).as_posix()}")
    if options.check and changes:
        print("Run `make generate`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
