"""Reads table.md: what must come of each fault, for each call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OPERATIONS = ("list", "get", "delete", "train")
FILE = Path(__file__).with_name("table.md")
HEADER = ["fault", "calls", "outcome", "status", "processed", "seen", "acted", "again"]
_PROCESSED = {"yes": True, "no": False, "?": None, "": None}


@dataclass(frozen=True)
class Expected:
    """What must come of a call. None: not determined.

    Attributes:
        fault: Its name.
        operation: The call.
        outcome: The name of the error's class, `success`, or `any`.
        status: The response's status, 0 where the error has none.
        processed: `may_have_been_processed`.
        seen: Requests of which the server saw at least a byte.
        acted: Requests that the server could have acted on.
        again: `retries_taken`.
    """

    fault: str
    operation: str
    outcome: str
    status: int | None
    processed: bool | None
    seen: int | None
    acted: int | None
    again: int | None

    @property
    def succeeds(self) -> bool:
        """Whether the call succeeds in spite of the fault."""
        return self.outcome == "success"


def read(file: Path = FILE) -> dict[tuple[str, str], Expected]:
    """Read all rows, by fault and operation."""
    found: dict[tuple[str, str], Expected] = {}
    for number, cells in _rows(file):
        if len(cells) != len(HEADER):
            raise ValueError(f"{file.name}:{number}: {len(cells)} cells, not {len(HEADER)}")
        for fault in _several(cells[0]):
            for operation in _several(cells[1]):
                if operation not in OPERATIONS:
                    raise ValueError(f"{file.name}:{number}: {operation!r} is not one of {OPERATIONS}")
                if (fault, operation) in found:
                    raise ValueError(f"{file.name}:{number}: {fault} for {operation} stands there twice")
                found[fault, operation] = _expected(fault, operation, cells)
    return found


def _rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells != HEADER and not set(line) <= set("|- "):
            yield number, cells


def _several(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(",")]


def _expected(fault: str, operation: str, cells: list[str]) -> Expected:
    outcome, status, processed, *counts = cells[2:]
    if status == "=":  # the one in the fault's name
        status = re.findall(r"\d{3}", fault)[0]
    seen, acted, again = (None if count == "?" else int(count) for count in counts)
    return Expected(
        fault=fault,
        operation=operation,
        outcome=outcome,
        status=None if status == "?" else int(status or 0),
        processed=_PROCESSED[processed],
        seen=seen,
        acted=acted,
        again=again,
    )
