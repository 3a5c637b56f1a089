"""Define the folder of the checkout, and create the option parsers of the commands."""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def command_parser(
    command: str, description: str | None, *, has_root: bool = False
) -> argparse.ArgumentParser:
    """Create the parser of a command.

    Args:
        command: The name of its module below `scripts`.
        description: Its help text, which keeps its line breaks.
        has_root: Whether it has the option --root.

    Returns:
        The parser.
    """
    created = argparse.ArgumentParser(
        prog=f"python -m scripts.{command}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if has_root:
        text = "the checkout (default: the one of this script)"
        created.add_argument("--root", type=Path, default=ROOT, metavar="DIR", help=text)
    return created
