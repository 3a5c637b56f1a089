"""The command line, `tryleap`. It needs the extra `cli`, and says so if that is missing."""

from __future__ import annotations

from collections.abc import Sequence

from ._cli.start import start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The arguments; those of the process by default.

    Returns:
        The exit status; `tryleap --help` lists them.
    """
    package = __name__.rpartition(".")[0]
    return start(package, "tryleap", arguments)
