"""Make the headers of every request, and check the headers of a caller.

To send another header on every request, add it to `base_headers`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

from .._package import httpx
from ..models.decode_context import is_mapping, type_name
from ..package_settings import Settings
from ..response.content import ACCEPT_ENCODING

_NAME_CHARACTERS: Final = frozenset(
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
# They follow from the body: a caller who sets them breaks the request.
_OF_BODY: Final = frozenset({"content-length", "transfer-encoding"})


def user_agent(settings: Settings) -> str:
    """Return the User-Agent header: package, Python and HTTP library with their versions."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{settings.package}/{settings.version} python/{python} {httpx.__name__}/{httpx.__version__}"


def checked_headers(argument: str, headers: Any) -> dict[str, str]:
    """Check the headers of a caller, and return a copy.

    Raises:
        TypeError: They are not a mapping of strings.
        ValueError: A name or a value cannot be sent. The value is not quoted, as it may be a secret.
    """
    if headers is None:
        return {}
    if not is_mapping(headers):
        raise TypeError(f"{argument} must be a mapping of strings, not {type_name(headers)}")
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"{argument}: the header {name!r} and its value must be strings")
        if not name or not _NAME_CHARACTERS.issuperset(name):
            raise ValueError(f"{argument}: {name!r} is not a valid header name")
        if name.lower() in _OF_BODY:
            raise ValueError(f"{argument}: {name} follows from the body and cannot be set")
        check_value(argument, name, value)
    return dict(headers)


def check_value(argument: str, name: str, value: str) -> None:
    """Refuse the value of a header that cannot be sent. The message does not quote it."""
    if any((character < " " and character != "\t") or character == "\x7f" for character in value):
        raise ValueError(
            f"{argument}: the value of the header {name} contains a line break or a control character"
        )
    if not value.isascii():
        raise ValueError(f"{argument}: the value of the header {name} contains characters beyond ASCII")
    if value != value.strip():
        raise ValueError(f"{argument}: the value of the header {name} has a space at its beginning or end")


def base_headers(
    settings: Settings, host: bytes, own: httpx.Headers | None, default: Mapping[str, str]
) -> httpx.Headers:
    """Make the headers of every request, in the order in which they are sent.

    The client's `default` headers override those of `own`, the caller's own HTTP client, which override ours.
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
        kept = {key: value for key, value in own.items() if key not in ("accept", "connection", "host")}
        # Replace the HTTP library's User-Agent, which says less than ours; keep one that the caller chose.
        if kept.get("user-agent", "").startswith("python-httpx"):
            del kept["user-agent"]
        headers.update(kept)
    headers.update(default)
    # Other encodings cannot be decompressed in bounded memory; see `response.content`.
    headers["Accept-Encoding"] = ACCEPT_ENCODING
    return headers
