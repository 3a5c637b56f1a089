"""Write the files that a release has in addition to the wheel and the sdist, to build/release/.

These are a software bill of materials (CycloneDX), the digests of all files, and the changelog's entry, for
the rehearsed files of the tagged commit.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ..options import command_parser
from . import changelog, package, sbom
from .checkout import Checkout
from .problems import DistributionError
from .publish import rehearsed
from .release import insist_on_changelog


def write(checkout: Checkout, output: Path) -> list[Path]:
    """Write the files.

    Args:
        checkout: The checkout in which the release was rehearsed.
        output: The folder, which is emptied first.

    Returns:
        The files.

    Raises:
        DistributionError: There is no rehearsed release, or the files could not be written.
    """
    made = rehearsed(checkout)
    insist_on_changelog(checkout, made.version)
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    listed = output / f"{package.NAME}-{made.version}.cdx.json"
    sbom.write(made, checkout.commit_time(), listed)
    digests = [f"{package.digest(path)}  {path.name}\n" for path in (*made.files, listed)]
    (output / "SHA256SUMS").write_text("".join(digests), encoding="utf-8")
    (output / "NOTES.md").write_text(changelog.read(checkout.root)[0].text + "\n", encoding="utf-8")
    return sorted(output.iterdir())


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser("release.release_files", __doc__, has_root=True)
    root = parser.parse_args(arguments).root
    try:
        files = write(Checkout(root), root / "build" / "release")
    except DistributionError as error:
        print(f"release-files: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"build/release/{path.name}" for path in files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
