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
    """A rehearsal that went well.

    Args:
        commit: what was built, by its full name.
        version: the version of the package.
        digests: the SHA-256 of each file by its name.
    """

    commit: str
    version: str
    digests: dict[str, str]


def of(made: Package, commit: str) -> Record:
    """The record that would be made of a package."""
    return Record(commit, made.version, {path.name: package.digest(path) for path in made.files})


def write(record: Record, root: Path) -> None:
    """Keep a record in a checkout, in place of any earlier one."""
    path = root / PLACE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")


def forget(root: Path) -> None:
    """Remove the record, because the next rehearsal has begun."""
    (root / PLACE).unlink(missing_ok=True)


def read(root: Path) -> Record:
    """The record of a checkout.

    Raises:
        DistributionError: there is none.
    """
    try:
        return Record(**json.loads((root / PLACE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DistributionError("nothing was rehearsed here yet: run make rehearse") from None
    except (ValueError, TypeError):
        raise DistributionError(f"{PLACE} cannot be read: run make rehearse, which writes it again") from None
