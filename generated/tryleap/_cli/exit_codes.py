"""The exit statuses of the command line, and what each means. The help of the program lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

SUCCESS: Final = 0
FAILURE: Final = 1
WRONG_USE: Final = 2
OPERATION_FAILED: Final = 3
WAIT_TIMED_OUT: Final = 4
FAILED_AFTERWARDS: Final = 5
INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
TERMINATED: Final = 143

MEANINGS: Final[Mapping[int, str]] = {
    SUCCESS: "success",
    FAILURE: "an error of the service or the connection",
    WRONG_USE: "wrong usage",
    OPERATION_FAILED: "what was waited for failed",
    WAIT_TIMED_OUT: "it did not finish in time",
    FAILED_AFTERWARDS: "the request succeeded but a later step failed (do not repeat it)",
    INTERRUPTED: "interrupted",
    CLOSED_PIPE: "nobody reads the output any more",
    TERMINATED: "terminated",
}


def listed(codes: Iterable[int]) -> str:
    """List exit statuses with their meanings, in one sentence."""
    return f"Exit status: {', '.join(f'{code} {MEANINGS[code]}' for code in codes)}."
