"""Read and write the version, which is defined only in generator-config.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from .problems import DistributionError

PLACE = "generator-config.yaml"
KEY = "package_version_override"

_LINE = re.compile(rf"^{KEY}: .*$", re.MULTILINE)


def declared(root: Path) -> str:
    """Return the version of a checkout or a copy of one."""
    return str(yaml.safe_load((root / PLACE).read_text(encoding="utf-8"))[KEY])


def declare(root: Path, version: str) -> None:
    """Replace the version, and nothing else of the file.

    Raises:
        DistributionError: There is not exactly one line with the version.
    """
    path = root / PLACE
    text, count = _LINE.subn(f'{KEY}: "{version}"', path.read_text(encoding="utf-8"))
    if count != 1:
        raise DistributionError(f'{PLACE} has {count} lines that begin with "{KEY}: ", not one')
    path.write_text(text, encoding="utf-8")
