"""Compare default values with the patterns of their schemas, in a child process with a time limit.

A regular expression can take practically forever on a short string, and Python cannot interrupt it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator

from . import pointers
from .problems import Place, Problem
from .walk import Item

# Seconds for all patterns of a document; a normal one takes microseconds.
LIMIT = 2.0
_CHILD = """
import json, re, sys
for pattern, value in json.load(sys.stdin):
    try:
        fits = re.search(pattern, value) is not None
    except (re.error, RecursionError, OverflowError):
        fits = True
    print(json.dumps(fits), flush=True)
"""


def unmatched_defaults(schemas: Iterable[Item]) -> Iterator[Problem]:
    """Find default strings that do not match the pattern of their schema.

    Args:
        schemas: The schemas of a document.

    Yields:
        A problem for each, and one for a pattern that exceeds the time limit.
    """
    pairs = [
        (item.pointer, item.data["pattern"], item.data["default"])
        for item in schemas
        if isinstance(item.data.get("pattern"), str) and isinstance(item.data.get("default"), str)
    ]
    if not pairs:
        return
    results = _compared([(pattern, default) for _, pattern, default in pairs])
    for (pointer, pattern, default), fits in zip(pairs, results, strict=False):
        if not fits:
            yield Problem(
                Place(pointers.join(pointer, "default")),
                f"{default!r} does not match {pattern!r}",
                "Correct the default or the pattern.",
            )
    if len(results) < len(pairs):
        pointer, pattern, _ = pairs[len(results)]
        yield Problem(
            Place(pointers.join(pointer, "pattern")),
            f"the pattern {pattern!r} takes more than {LIMIT:g} s for the default value",
            "Write it without repetitions of repetitions, or leave out the default.",
        )


def _compared(pairs: list[tuple[str, str]]) -> list[bool]:
    """Compare in a child process; return the results until the time limit."""
    command = [sys.executable, "-I", "-c", _CHILD]
    with subprocess.Popen(  # noqa: S603 - our own interpreter, the document goes in as data
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as child:
        try:
            output, _ = child.communicate(json.dumps(pairs), timeout=LIMIT)
        except subprocess.TimeoutExpired:
            child.kill()
            output, _ = child.communicate()
    return [json.loads(line) for line in output.splitlines()]
