"""Calls: what an operation is, and what one call of it sends. Nothing here does any I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Generic, Literal, TypeVar

from .models.codecs import Codec
from .options import NOT_GIVEN
from .request.bodies import Body, BytesBody, FormBody, JsonBody, JsonField, JsonObject
from .request.multipart import FileField, FormField, Multipart
from .request.parameters import CookieField, HeaderField, QueryField, path_value, query_text

T = TypeVar("T")

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_IDEMPOTENT: Final = _READING | {"PUT", "DELETE"}
_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")


class ResponseSpec:
    """The documented shape of a response.

    Args:
        media_type: Its media type; None where it has no body.
        codec: The codec of its body, for JSON.
        kind: How the body is read: "json", "text", "bytes" or "none".
    """

    __slots__ = ("codec", "kind", "media_type")

    def __init__(
        self,
        media_type: str | None = None,
        codec: Codec | None = None,
        *,
        kind: Literal["json", "text", "bytes", "none"] | None = None,
    ) -> None:
        self.media_type = media_type
        self.codec = codec
        self.kind = kind or ("none" if codec is None else "json")


class Operation(Generic[T]):
    """An operation of the document. One object for the whole life of the program.

    Args:
        id: Its id in the document.
        name: How a caller reaches it, such as "things.get_thing".
        method: "GET" and so on.
        path: Its path, with placeholders.
        responses: Its successes by status: "200", "2XX" or "default".
        errors: Codecs of documented error bodies, by status likewise.
        advice: What the document says of each error, by status likewise.
        verify_with: The call that shows whether an operation that may have been processed was, or None.
        started_id: The attribute of its result that identifies what it starts on the server; None if it
            starts nothing.
        security: The alternatives to authenticate, each the keys of the security schemes that go together;
            None for all that the client has.
        idempotent: Whether it may be sent twice without harm; None to go by the method.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the document's name for it
        name: str,
        method: str,
        path: str,
        responses: Mapping[str, ResponseSpec],
        errors: Mapping[str, Codec] | None = None,
        advice: Mapping[str, str] | None = None,
        verify_with: str | None = None,
        started_id: str | None = None,
        security: tuple[tuple[str, ...], ...] | None = None,
        idempotent: bool | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.method: str = method.upper()
        self.path = path
        self.responses = responses
        self.errors: Mapping[str, Codec] = errors or {}
        self.advice: Mapping[str, str] = advice or {}
        self.verify_with = verify_with
        self.started_id = started_id
        self.security = security
        self.changes: bool = self.method not in _READING
        self.idempotent: bool = self.method in _IDEMPOTENT if idempotent is None else idempotent
        # Texts and names of placeholders by turns.
        self.path_parts: list[str] = _PLACEHOLDER.split(path)
        media_types = dict.fromkeys(each.media_type for each in responses.values() if each.media_type)
        if any(each.kind == "json" for each in responses.values()) or not media_types:
            media_types["application/json"] = None
        self.accept: str = ", ".join(media_types)


class Call(Generic[T]):
    """One call of an operation. It may be sent several times.

    Args:
        operation: The operation.
        path: The encoded values of the path's placeholders.
        query: Parameters in the query.
        header: Parameters that are headers.
        cookie: Parameters that are cookies.
        body: The body, or None.
    """

    __slots__ = ("body", "cookie", "header", "operation", "target")

    def __init__(
        self,
        operation: Operation[T],
        *,
        path: Mapping[str, str] | None = None,
        query: tuple[QueryField, ...] = (),
        header: tuple[HeaderField, ...] = (),
        cookie: tuple[CookieField, ...] = (),
        body: Body | None = None,
    ) -> None:
        self.operation: Operation[T] = operation
        self.header: tuple[HeaderField, ...] = header
        self.cookie: tuple[CookieField, ...] = cookie
        self.body: Body | None = body
        target = operation.path
        if path:
            parts = operation.path_parts
            target = "".join(path[part] if index % 2 else part for index, part in enumerate(parts))
        if query:
            text = query_text(query)
            target = f"{target}?{text}" if text else target
        # The path with its query, as it is sent after the base URL.
        self.target: str = target

    @property
    def path(self) -> str:
        """The path without its query: what messages and the log show."""
        return self.target.partition("?")[0]


def by_status(table: Mapping[str, Any], status: int) -> Any:
    """Find what a table of the document has for a status: its own row, its class's ("5XX") or the default.

    Args:
        table: The table.
        status: The status.

    Returns:
        The entry, or None.
    """
    own = table.get(str(status))
    if own is not None:
        return own
    return table.get(f"{status // 100}XX") or table.get("default")


def require_exactly_one(function: str, /, **arguments: Any) -> None:
    """Refuse a call that gives none, or more than one, of a group of arguments.

    Args:
        function: The function's name, for the message.
        arguments: The group; None and NOT_GIVEN stand for "not given".

    Raises:
        ValueError: Not exactly one is given.
    """
    given = [name for name, value in arguments.items() if value is not None and value is not NOT_GIVEN]
    if len(given) != 1:
        seen = f"not {' and '.join(given)} together" if given else "none was given"
        raise ValueError(f"{function}() takes exactly one of {' and '.join(arguments)}: {seen}")


__all__ = [
    "BytesBody",
    "Call",
    "CookieField",
    "FileField",
    "FormBody",
    "FormField",
    "HeaderField",
    "JsonBody",
    "JsonField",
    "JsonObject",
    "Multipart",
    "Operation",
    "QueryField",
    "ResponseSpec",
    "by_status",
    "path_value",
    "require_exactly_one",
]
