"""Record which files were rehearsed and from which commit, so that only these are published."""

from __future__ import annotations

import json
from pathlib import Path

from attrs import asdict, frozen

from . import package
from .package import Package
from .problems import DistributionError

PLACE = Path("build") / "rehearsed.json"


@frozen
class Record:
    """A successful rehearsal.

    Args:
        commit: The full name of the commit.
        version: The version of the package.
        digests: The SHA-256 of each file, by its name.
    """

    commit: str
    version: str
    digests: dict[str, str]


def of(made: Package, commit: str) -> Record:
    """Return the record of a package."""
    return Record(commit, made.version, {path.name: package.digest(path) for path in made.files})


def write(record: Record, root: Path) -> None:
    """Write the record of a checkout."""
    path = root / PLACE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")


def forget(root: Path) -> None:
    """Remove the record of a checkout."""
    (root / PLACE).unlink(missing_ok=True)


def read(root: Path) -> Record:
    """Return the record of a checkout.

    Raises:
        DistributionError: There is none, or it cannot be read.
    """
    try:
        return Record(**json.loads((root / PLACE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DistributionError("nothing was rehearsed here yet: run make rehearse") from None
    except (ValueError, TypeError):
        raise DistributionError(f"{PLACE} cannot be read: run make rehearse, which writes it again") from None
