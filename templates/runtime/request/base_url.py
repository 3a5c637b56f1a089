"""Addresses: where requests go, and where a credential must not go."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from .._package import BaseError, httpx

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# The second one becomes the first where a host is normalised.
_AT: Final = re.compile("[@\N{FULLWIDTH COMMERCIAL AT}\N{SMALL COMMERCIAL AT}]")


def checked_base_url(value: object, *, allow_insecure_http: bool) -> str:
    """Check where the service is said to be.

    Args:
        value: An address with http or https, a host, and perhaps a port and a path.
        allow_insecure_http: Whether plain http to other machines is allowed.

    Returns:
        The address without a slash at its end.

    Raises:
        TypeError: It is no string.
        ValueError: It cannot be used.
        BaseError: It is plain http to another machine, and that was not allowed.
    """
    if not isinstance(value, str):
        raise TypeError(f"base_url must be a string, not {type(value).__name__}")
    text = value.strip()
    if not text.isprintable() or " " in text:
        raise ValueError("base_url holds a space or a control character")
    # A password may hold what ends a host, so an @ anywhere counts. What is refused is not quoted: a part of
    # it may be a secret.
    if _AT.search(text):
        raise ValueError(
            "base_url holds a user name or a password: pass credentials by their own arguments. "
            "Write an @ that belongs to the path as %40"
        )
    if "?" in text or "#" in text:
        raise ValueError(
            "base_url must have neither a query nor a fragment: leave out what begins with ? or #"
        )
    parts = _taken_apart(text)
    if parts is None or not _is_address(text):
        raise ValueError(
            "base_url is no address: its host or port cannot be read. "
            "Give https://, a host and, where it needs one, a port, such as https://api.example.com:8443"
        )
    host = parts.hostname
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host:
        raise ValueError(f"base_url must be an address with http:// or https:// and a host, not {text!r}")
    if parts.scheme.lower() == "http" and not allow_insecure_http and not is_loopback(host):
        raise BaseError(
            f"base_url is {text!r}: over plain http anyone on the way can read the credential.",
            "Use https://, or pass allow_insecure_http=True if you know that the way is safe",
        )
    return text.rstrip("/")


def _is_address(text: str) -> bool:
    """Tell whether the HTTP library, which is stricter, takes it as well."""
    try:
        httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return True


def shown_url(value: str) -> str:
    """Write an address that comes from the environment so that it can be shown.

    Args:
        value: Any text.

    Returns:
        Scheme, host, port and path; nothing of the text where it holds more, or cannot be read.
    """
    parts = _taken_apart(value.strip())
    # An @ behind the host: the password may begin there.
    if parts is None or not parts.hostname or _AT.search(parts.path + parts.query + parts.fragment):
        return "an address that cannot be used, and is not shown as it may hold a password"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _taken_apart(text: str) -> SplitResult | None:
    """The parts of an address; None where its host or port cannot be read."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine.

    Args:
        host: A name or an address.

    Returns:
        Whether it is `localhost`, a name below it, or a loopback address.
    """
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
