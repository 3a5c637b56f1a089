"""Headers: those of every request, made once, and those that a caller adds, checked."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from .._package import httpx
from ..models.decode_context import is_mapping, type_name
from ..response.content import ACCEPT_ENCODING
from ..settings import Settings

_NAME_CHARACTERS: Final = frozenset(
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
# The body decides about these: a caller who sets them breaks the request.
_OURS: Final = frozenset({"content-length", "transfer-encoding"})


def user_agent(settings: Settings) -> str:
    """Name package, Python and HTTP library with their versions.

    Args:
        settings: The package's.

    Returns:
        The value of the User-Agent header.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{settings.package}/{settings.version} python/{python} {httpx.__name__}/{httpx.__version__}"


def checked_headers(argument: str, headers: Any) -> dict[str, str]:
    """Check headers that a caller gives.

    Args:
        argument: What the caller calls them.
        headers: The headers, or None.

    Returns:
        A copy.

    Raises:
        TypeError: A name or a value is no string.
        ValueError: A name or a value cannot be sent; a value is not quoted, as it may be a secret.
    """
    if headers is None:
        return {}
    if not is_mapping(headers):
        raise TypeError(f"{argument} must be a mapping of strings, not {type_name(headers)}")
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"{argument}: the header {name!r} and its value must be strings")
        if not name or not _NAME_CHARACTERS.issuperset(name):
            raise ValueError(f"{argument}: {name!r} is no name of a header")
        if name.lower() in _OURS:
            raise ValueError(f"{argument}: {name} follows from the body and cannot be set")
        check_value(argument, name, value)
    return dict(headers)


def check_value(argument: str, name: str, value: str) -> None:
    """Check the value of a header, without quoting it.

    Args:
        argument: Where it comes from.
        name: The header's name.
        value: Its value.

    Raises:
        ValueError: It holds a line break or another character that cannot be sent.
    """
    if any((character < " " and character != "\t") or character == "\x7f" for character in value):
        raise ValueError(
            f"{argument}: the value of the header {name} holds a line break or a control character"
        )
    if not value.isascii():
        raise ValueError(f"{argument}: the value of the header {name} holds characters beyond ASCII")
    if value != value.strip():
        raise ValueError(f"{argument}: the value of the header {name} has a space at its beginning or end")


def base_headers(
    settings: Settings, host: bytes, own: httpx.Headers | None, default: Mapping[str, str]
) -> httpx.Headers:
    """Put together the headers of every request.

    Args:
        settings: The package's.
        host: The host and port of the service.
        own: The headers of the caller's own HTTP client, or None.
        default: The client's default headers, which win over all others.

    Returns:
        The headers, in the order in which they are sent.
    """
    headers = httpx.Headers(
        {
            "Host": host.decode("ascii"),
            "Accept": "*/*",
            "Connection": "keep-alive",
            "User-Agent": user_agent(settings),
        }
    )
    if own is not None:
        mine = {key: value for key, value in own.items() if key not in ("accept", "connection", "host")}
        # The HTTP library's own User-Agent says less than ours; one that the caller chose stays.
        if mine.get("user-agent", "").startswith("python-httpx"):
            del mine["user-agent"]
        headers.update(mine)
    headers.update(default)
    # Nothing else can be unpacked in bounded memory; see `content`.
    headers["Accept-Encoding"] = ACCEPT_ENCODING
    return headers
