"""List what changed for users since a revision, and the version that this needs."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from attrs import frozen
from packaging.version import Version

from ..generator.document import load
from ..generator.document.problems import GenerationError
from ..options import ROOT, command_parser
from . import changelog, documents, interface, versions
from .changes import Change, Severity, worst
from .history import HistoryError, Revision, differs, find

SPEC, CONFIG, USES = "openapi.yaml", "generator-config.yaml", "tests/typing/uses.py"
_PACKAGE, _VERSION = "package_name_override", "package_version_override"


class CompatError(Exception):
    """The comparison could not be made; the message says why."""


@frozen
class Verdict:
    """What changed between a revision and the working tree.

    Args:
        since: The name of the revision.
        contract: The changes of the document.
        package: The changes of the Python interface, or None if the revision has no package.
        uses: The revision's typed uses that the current package rejects, or None if it has no typed uses.
        is_other_code: Whether any generated file differs.
        base: The revision's version.
        present: The current version.
    """

    since: str
    contract: tuple[Change, ...]
    package: tuple[Change, ...] | None
    uses: tuple[Change, ...] | None
    is_other_code: bool
    base: Version
    present: Version

    @property
    def severity(self) -> Severity | None:
        """The highest severity, or None if nothing differs. Other changes of code count as documentation."""
        found = worst([*self.contract, *(self.package or ()), *(self.uses or ())])
        return found or (Severity.DOCUMENTATION if self.is_other_code else None)

    @property
    def needed(self) -> Version:
        """The lowest version that these changes allow."""
        return versions.needed(self.base, self.severity)

    @property
    def is_enough(self) -> bool:
        """Whether the configured version is high enough."""
        return versions.suffices(self.present, self.base, self.needed)

    @property
    def summary(self) -> str:
        """The outcome in one line."""
        return (
            f"Most severe change: {self.severity or 'none'}. After {self.base}, the next version must be "
            f"at least {self.needed}; {CONFIG} has {self.present}."
        )

    @property
    def advice(self) -> str:
        """What to do if the configured version is too low."""
        return f"{CONFIG} needs version {self.needed} or later: make version VERSION={self.needed}"

    def __str__(self) -> str:
        """Format the report, ending with the summary."""
        sections = [_section(f"The contract ({SPEC}) since {self.since}", self.contract)]
        if self.package is None:
            sections.append(f"The Python interface: skipped, {self.since} has no generated package")
        else:
            sections.append(_section("The Python interface", self.package))
        if self.uses is None:
            sections.append(f"The typed uses: skipped, {self.since} has no {USES}")
        else:
            sections.append(
                _section(f"The typed uses of {self.since}, checked against the present package", self.uses)
            )
        sections.append(f"Generated files: {'some differ' if self.is_other_code else 'all the same'}")
        return "\n\n".join(("", *sections, self.summary))


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        0 if the configured version is high enough for the changes, otherwise 1.
    """
    options = _options().parse_args(arguments)
    if not options.base:
        print("error: name the revision: make check-compat BASE=<tag, branch or commit>", file=sys.stderr)
        return 1
    try:
        verdict = compare_with(options.root, options.base)
    except CompatError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if verdict is None:
        print(f"{options.base} has no {SPEC} or no {CONFIG}: there is nothing to compare with.")
        return 0
    print(verdict)
    if verdict.severity is not None:
        package = [*(verdict.package or ()), *(verdict.uses or ())]
        entry = changelog.draft(str(verdict.needed), verdict.contract, package)
        print(f"\nA draft for CHANGELOG.md, to reword for users:\n\n{entry}")
    if not verdict.is_enough:
        print(f"error: {verdict.advice}", file=sys.stderr)
    return 0 if verdict.is_enough else 1


def _options() -> argparse.ArgumentParser:
    parser = command_parser("contract.check_compat", __doc__)
    parser.add_argument("base", metavar="BASE", help="a tag, branch or commit: usually the last release")
    parser.add_argument(
        "--root",
        type=Path,
        default=ROOT,
        metavar="DIR",
        help="the checkout (default: the one of this script)",
    )
    return parser


def compare_with(root: Path, base: str) -> Verdict | None:
    """Compare the working tree with a revision.

    Args:
        root: The checkout.
        base: A tag, a branch or a commit.

    Returns:
        What changed; None if the revision has no document or no configuration.

    Raises:
        CompatError: The two could not be compared.
    """
    try:
        revision = find(root, base)
        if not (revision.has(SPEC) and revision.has(CONFIG)):
            return None
        with tempfile.TemporaryDirectory() as folder:
            return _compare(root, revision, Path(folder))
    except (HistoryError, GenerationError, ValueError, OSError) as error:
        raise CompatError(str(error)) from error


def _compare(root: Path, revision: Revision, folder: Path) -> Verdict:
    old_config = load.load(revision.write(CONFIG, folder)).data
    new_config = load.load(root / CONFIG).data
    old = load.load(revision.write(SPEC, folder)).data
    new = load.load(root / SPEC).data
    package = f"generated/{new_config.get(_PACKAGE)}"
    if not (root / package).is_dir():
        raise ValueError(f"there is no {package}: run make generate first")
    return Verdict(
        since=revision.name,
        contract=documents.compare(old, new),
        package=_interfaces(root, revision, folder, package),
        uses=_uses(root, revision, folder),
        is_other_code=differs(revision, "generated"),
        base=versions.read(old_config.get(_VERSION)),
        present=versions.read(new_config.get(_VERSION)),
    )


def _interfaces(root: Path, revision: Revision, folder: Path, package: str) -> tuple[Change, ...] | None:
    if not revision.has(package):
        return None
    before = interface.read(revision.write(package, folder))
    return interface.compare(before, interface.read(root / package))


def _uses(root: Path, revision: Revision, folder: Path) -> tuple[Change, ...] | None:
    """Check the older revision's typed uses against the current package."""
    if not revision.has(USES):
        return None
    uses = revision.write(USES, folder)
    options = ["--strict", "--config-file=", f"--cache-dir={root / '.mypy_cache' / 'compat'}"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mypy", *options, "--output=json", "--no-error-summary", uses.name],
        cwd=uses.parent,
        env={**os.environ, "MYPYPATH": str(root / "generated")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1) or (done.returncode and not done.stdout):
        raise ValueError(f"mypy could not check the typed uses: {(done.stderr or done.stdout).strip()}")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return tuple(
        Change(
            f"{USES}:{each['line']} of {revision.name}",
            "typed use refused",
            Severity.BREAKING,
            each["message"],
        )
        for each in found
        if each["severity"] == "error" and each["file"] == uses.name
    )


def _section(title: str, changes: tuple[Change, ...]) -> str:
    heading = f"{title}: {len(changes) or 'no'} change{'s' * (len(changes) != 1)}"
    return "\n".join([heading, *(f"  {each.severity!s:<13} {each}" for each in changes)])


if __name__ == "__main__":
    sys.exit(main())
