"""Operations of the document, and calls of them. Without I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, Literal, TypeVar

from .models.codecs import Codec
from .request.bodies import Body, BytesBody, FormBody, JsonBody, JsonField, JsonObject
from .request.multipart import FileField, FormField, Multipart
from .request.parameters import CookieField, HeaderField, QueryField, is_given, path_value, query_text

T = TypeVar("T")

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_IDEMPOTENT: Final = _SAFE | {"PUT", "DELETE"}


class ResponseSpec:
    """The documented shape of a response.

    Args:
        media_type: Its media type; None if it has no body.
        codec: The codec of its body, if that is JSON.
        kind: How the body is decoded: "json", "text", "bytes" or "none". By default "json" with a codec, else
            "none".
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
    """An operation of the document. There is one object for each.

    Args:
        id: Its id in the document.
        name: The method of the client, for example "things.get_thing".
        method: The HTTP method.
        path: Its path, with placeholders.
        responses: Its successful responses by status: "200", "2XX" or "default".
        errors: The codecs of documented error bodies, likewise by status.
        advice: What the document advises for each error, likewise by status.
        verify_with: The call that shows whether a request took effect if its response was lost, or None.
        started_id: The attribute of its result that identifies what it starts on the server; None if it
            starts nothing.
        security: The alternatives to authenticate, each the keys of the security schemes that are used
            together; None to send all credentials of the client.

    Attributes:
        changes: Whether it may change something on the server: its method is not a safe one, such as GET.
        idempotent: Whether it may be sent twice without harm, by its method.
        path_parts: The path, split into literal text and names of placeholders in turn.
        accept: The Accept header.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the name in the document
        name: str,
        method: str,
        path: str,
        responses: Mapping[str, ResponseSpec],
        errors: Mapping[str, Codec] | None = None,
        advice: Mapping[str, str] | None = None,
        verify_with: str | None = None,
        started_id: str | None = None,
        security: tuple[tuple[str, ...], ...] | None = None,
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
        self.changes: bool = self.method not in _SAFE
        self.idempotent: bool = self.method in _IDEMPOTENT
        self.path_parts: list[str] = path.replace("}", "{").split("{")
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
        header: Parameters in headers.
        cookie: Parameters in cookies.
        body: The body, or None.

    Attributes:
        target: The path and the query, as they follow the base URL.
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
        self.target: str = target

    @property
    def path(self) -> str:
        """The path without the query, as messages and the log show it."""
        return self.target.partition("?")[0]


def by_status(table: Mapping[str, Any], status: int) -> Any:
    """Look up a status in a table of the document: by itself, its class ("5XX"), or "default"; else None."""
    own = table.get(str(status))
    if own is not None:
        return own
    return table.get(f"{status // 100}XX") or table.get("default")


def require_exactly_one(function: str, /, **arguments: Any) -> None:
    """Check that exactly one of a group of arguments is given: neither None nor `NOT_GIVEN`.

    Raises:
        ValueError: None is given, or several.
    """
    given = [name for name, value in arguments.items() if is_given(value)]
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
