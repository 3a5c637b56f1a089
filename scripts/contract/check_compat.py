"""List what changed for users since a revision, and the version that this needs."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from attrs import frozen
from packaging.version import Version

from ..generator.document import load
from ..generator.document.problems import GenerationError
from . import changelog, documents, history, interface, versions
from .changes import Change, Severity, worst

ROOT = Path(__file__).resolve().parents[2]
SPEC, CONFIG, USES = "openapi.yaml", "generator-config.yaml", "tests/typing/uses.py"
_PACKAGE, _VERSION = "package_name_override", "package_version_override"


@frozen
class Verdict:
    """What was found between two states.

    Args:
        contract: Changes of the document.
        package: Changes of the Python interface, or None where one of the states has no package.
        uses: Typed uses of the older state that the newer package refuses, or None where none were to be had.
        is_other_code: Whether anything that is generated differs, be it visible or not.
        base: The version of the older state.
        present: The version of the newer one.
    """

    contract: tuple[Change, ...]
    package: tuple[Change, ...] | None
    uses: tuple[Change, ...] | None
    is_other_code: bool
    base: Version
    present: Version

    @property
    def severity(self) -> Severity | None:
        """The worst of all, or None where nothing differs. Code that differs without a trace counts least."""
        found = worst([*self.contract, *(self.package or ()), *(self.uses or ())])
        return found or (Severity.DOCUMENTATION if self.is_other_code else None)

    @property
    def needed(self) -> Version:
        """The least version that says enough."""
        return versions.needed(self.base, self.severity)


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        0 when the version of the configuration is large enough for what changed; else 1.
    """
    options = _options().parse_args(arguments)
    if not options.base:
        print("error: name the revision: make check-compat BASE=<tag, branch or commit>", file=sys.stderr)
        return 1
    try:
        revision = history.find(options.root, options.base)
        missing = [each for each in (SPEC, CONFIG) if not revision.holds(each)]
        if missing:
            print(f"{options.base} has no {missing[0]}: there is nothing to be compatible with yet")
            return 0
        with tempfile.TemporaryDirectory() as folder:
            verdict = _judge(options.root, revision, Path(folder))
    except (history.HistoryError, GenerationError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return _report(verdict, options.base)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.contract.check_compat", description=__doc__)
    parser.add_argument("base", metavar="BASE", help="a tag, a branch or a commit: usually the last release")
    parser.add_argument(
        "--root",
        type=Path,
        default=ROOT,
        metavar="DIR",
        help="the checkout (default: the one of this script)",
    )
    return parser


def _judge(root: Path, revision: history.Revision, folder: Path) -> Verdict:
    old_config = load.load(revision.write(CONFIG, folder)).data
    new_config = load.load(root / CONFIG).data
    old = load.load(revision.write(SPEC, folder)).data
    new = load.load(root / SPEC).data
    package = f"generated/{new_config.get(_PACKAGE)}"
    if not (root / package).is_dir():
        raise ValueError(f"there is no {package}: run make generate first")
    return Verdict(
        contract=documents.compare(old, new),
        package=_interfaces(root, revision, folder, package),
        uses=_uses(root, revision, folder),
        is_other_code=history.differs(revision, "generated"),
        base=versions.read(old_config.get(_VERSION)),
        present=versions.read(new_config.get(_VERSION)),
    )


def _interfaces(
    root: Path, revision: history.Revision, folder: Path, package: str
) -> tuple[Change, ...] | None:
    if not revision.holds(package):
        return None
    before = interface.read(revision.write(package, folder))
    return interface.compare(before, interface.read(root / package))


def _uses(root: Path, revision: history.Revision, folder: Path) -> tuple[Change, ...] | None:
    """Check the older state's typed uses against the package that is there now."""
    if not revision.holds(USES):
        return None
    uses = revision.write(USES, folder)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file=",
        "--no-color-output",
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, "--hide-error-context", f"--cache-dir={root / '.mypy_cache' / 'compat'}", uses.name],
        cwd=uses.parent,
        env={**os.environ, "MYPYPATH": str(root / "generated")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or (done.returncode and not done.stdout):
        raise ValueError(f"mypy could not read the typed uses: {(done.stderr or done.stdout).strip()}")
    found = []
    for line in done.stdout.splitlines():
        place, is_error, message = line.partition(": error: ")
        if is_error and place.startswith(uses.name):
            where = f"{USES}{place.removeprefix(uses.name)} of {revision.name}"
            found.append(Change(where, "typed use refused", Severity.BREAKING, message))
    return tuple(found)


def _report(verdict: Verdict, base: str) -> int:
    _section(f"The contract ({SPEC}) since {base}", verdict.contract)
    if verdict.package is None:
        print(f"\nThe Python interface: skipped, {base} has no generated package")
    else:
        _section("The Python interface", verdict.package)
    if verdict.uses is None:
        print(f"\nThe typed uses: skipped, {base} has no {USES}")
    else:
        _section(f"The typed uses of {base}, checked against the present package", verdict.uses)
    severity = verdict.severity
    print(f"\nGenerated files: {'some differ' if verdict.is_other_code else 'all the same'}")
    enough = versions.suffices(verdict.present, verdict.base, verdict.needed)
    print(
        f"\nThe worst is {severity or 'nothing at all'}: from {verdict.base}, "
        f"the next version is at least {verdict.needed}; {CONFIG} has {verdict.present}"
    )
    if severity is not None:
        package = [*(verdict.package or ()), *(verdict.uses or ())]
        entry = changelog.draft(str(verdict.needed), verdict.contract, package)
        print(f"\nA draft for CHANGELOG.md, to be put into words:\n\n{entry}")
    if not enough:
        print(
            f"error: {CONFIG} needs version {verdict.needed} or more: make version VERSION={verdict.needed}",
            file=sys.stderr,
        )
    return 0 if enough else 1


def _section(title: str, changes: tuple[Change, ...]) -> None:
    print(f"\n{title}: {len(changes) or 'no'} change{'s' * (len(changes) != 1)}")
    for each in changes:
        print(f"  {each.severity!s:<13} {each}")


if __name__ == "__main__":
    sys.exit(main())
