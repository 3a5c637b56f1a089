"""Provide the option that all release commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def command_parser(command: str, description: str | None) -> argparse.ArgumentParser:
    """Create the parser of a release command, with the option --root.

    Args:
        command: The name of its module.
        description: Its help text.

    Returns:
        The parser.
    """
    created = argparse.ArgumentParser(
        prog=f"python -m scripts.release.{command}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    created.add_argument(
        "--root",
        type=Path,
        default=ROOT,
        metavar="DIR",
        help="the checkout (default: the one of this script)",
    )
    return created
