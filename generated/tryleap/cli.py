"""The command line, `tryleap`. It needs the extra `cli`, and says so where that is missing."""

from __future__ import annotations

from collections.abc import Sequence

from ._cli.start import start


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after the program's name; those of the process by default.

    Returns:
        The exit status: 0 done, 1 an error of the service or of the way to it, 2 wrong use, 3 what was waited for
        failed, 4 it had not ended in time, 5 a request that changes something succeeded, and what came after it
        failed: do not repeat it, 130 interrupted.
    """
    package = __name__.rpartition(".")[0]
    return start(package, "tryleap", arguments)
