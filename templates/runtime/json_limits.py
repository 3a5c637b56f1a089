"""Parse JSON within limits on the number of its values and on its depth."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

# Levels of arrays and objects. What decodes, prints, copies or encodes them is recursive, and would run out
# of stack on deeper ones. Only values of undocumented structure and objects that contain others of their kind
# can have as many, so only those are checked.
MAX_DEPTH: Final = 100
TOO_DEEP: Final = f"it is nested more than {MAX_DEPTH} deep"

_STRING: Final = rb'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+"?'


class JSONLimitError(ValueError):
    """JSON has more values, or is nested more deeply, than allowed."""


def parse_json(content: bytes, max_values: int, *, check_depth: bool = True) -> Any:
    """Parse JSON, within limits on the number of its values and on its depth (100).

    A few bytes of JSON become hundreds of bytes of Python objects, so a limit on its size is not enough.

    Args:
        content: The JSON, in UTF-8, UTF-16 or UTF-32.
        max_values: The values that it may have, containers and keys included.
        check_depth: Whether to check the depth. Pass False if the caller or a codec checks it.

    Returns:
        The value.

    Raises:
        JSONLimitError: It has more values or levels.
        ValueError: It is not JSON.
    """
    encoding = json.detect_encoding(content)
    if not encoding.startswith("utf-8"):
        content = content.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    # Upper bounds, which most content keeps to: there are fewer values than bytes, and the first count
    # includes characters in strings.
    if (
        len(content) >= max_values
        and _values(content) > max_values
        and _values(re.sub(_STRING, b'""', content)) > max_values
    ):
        raise JSONLimitError(f"it has more than the {max_values} values that are read at most")
    try:
        value = json.loads(content)
    except RecursionError:
        raise JSONLimitError(TOO_DEEP) from None
    if check_depth and is_too_deep(value):
        raise JSONLimitError(TOO_DEEP)
    return value


def _values(content: bytes) -> int:
    """Count the values of JSON; too many if its strings contain such characters."""
    return 1 + sum(content.count(mark) for mark in (b"[", b"{", b",", b":"))


def is_too_deep(value: Any, outer: int = 0) -> bool:
    """Return whether the arrays and objects of a JSON value are nested more than 100 deep.

    Args:
        value: The value, as parsed here or by a web framework.
        outer: The arrays and objects that it is in.
    """
    level: list[Any] = [value]
    for _ in range(outer, MAX_DEPTH + 1):
        level = [each for each in level if isinstance(each, list | Mapping)]
        if not level:
            return False
        level = [item for each in level for item in (each.values() if isinstance(each, Mapping) else each)]
    return True
