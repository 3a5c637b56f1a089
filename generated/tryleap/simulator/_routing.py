"""Find the operation of the document that a request is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True)
class Operation:
    """An operation of the document: its route, whether it needs a key, and an example of its result.

    The media type is None if the result has no body.
    """

    id: str
    method: str
    path: str
    is_protected: bool
    status: int = 200
    media_type: str | None = None
    example: Any = None


@dataclass(frozen=True)
class Found:
    """The operation for a method and path. `allowed` lists the methods of the path; it is empty for 404."""

    operation: Operation | None
    parameters: dict[str, str]
    allowed: list[str]

    @property
    def operation_id(self) -> str | None:
        """The operation's id, or None."""
        return self.operation.id if self.operation else None


class Routes:
    """The routes of an API.

    Args:
        operations: The operations of the document. One without a behaviour of its own responds with its
            example.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            self._by_path.setdefault(operation.path, {})[operation.method] = operation
        # The specification requires that fixed paths match before those with parameters.
        self._patterns = {
            path: re.compile(re.sub(r"\\{.+?\\}", "([^/]+)", re.escape(path)))
            for path in sorted(self._by_path, key=lambda path: (path.count("{"), path))
        }

    def find(self, method: str, raw_path: str) -> Found:
        """Return the operation for a percent-encoded path, in which ids can contain slashes."""
        for path, pattern in self._patterns.items():
            if match := pattern.fullmatch(raw_path):
                here = self._by_path[path]
                values = zip(re.findall("{(.+?)}", path), map(unquote, match.groups()), strict=True)
                return Found(here.get(method), dict(values), list(here))
        return Found(None, {}, [])
