"""Check the base URL, and never send a credential over plain http to another machine."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import SplitResult, urlsplit

from .._package import BaseError, httpx

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# Normalising a host turns the second and the third into the first.
_AT: Final = "@\N{FULLWIDTH COMMERCIAL AT}\N{SMALL COMMERCIAL AT}"


def checked_base_url(value: object, *, allow_insecure_http: bool) -> str:
    """Check the base URL of a client, and return it without a slash at its end.

    Raises:
        TypeError: It is not a string.
        ValueError: It is not a URL of http or https with a host.
        BaseError: It is plain http to another machine, and that is not allowed.
    """
    if not isinstance(value, str):
        raise TypeError(f"base_url must be a string, not {type(value).__name__}")
    text = value.strip()
    if not text.isprintable() or " " in text:
        raise ValueError("base_url contains a space or a control character")
    # A password may contain a slash or another character that ends a host, so an @ anywhere counts. The URL
    # is not quoted, as a part of it may be a secret.
    if _has_at(text):
        raise ValueError(
            "base_url contains a user name or a password: pass credentials by their own arguments. "
            "Write an @ that belongs to the path as %40"
        )
    if "?" in text or "#" in text:
        raise ValueError(
            "base_url must have neither a query nor a fragment: leave out what begins with ? or #"
        )
    parts = _split(text)
    if parts is None or not _is_url(text):
        raise ValueError(
            "base_url is not a valid URL: its host or port cannot be read. "
            "Give https://, a host and, if it needs one, a port, for example https://api.example.com:8443"
        )
    host = parts.hostname
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host:
        raise ValueError(f"base_url must be a URL with http:// or https:// and a host, not {text!r}")
    if parts.scheme.lower() == "http" and not allow_insecure_http and not is_loopback(host):
        raise BaseError(
            f"base_url is {text!r}: over plain http anyone on the network can read the credential.",
            "Use https://, or pass allow_insecure_http=True if you trust the network",
        )
    return text.rstrip("/")


def _is_url(text: str) -> bool:
    """Return whether the HTTP library, which is stricter than `urlsplit`, accepts a URL."""
    try:
        httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return True


def shown_url(value: str) -> str:
    """Write scheme, host, port and path of a URL from the environment, or that it is not a valid one."""
    parts = _split(value.strip())
    # An @ after the host: a password may begin before it.
    if parts is None or not parts.hostname or _has_at(parts.path + parts.query + parts.fragment):
        return "not a valid URL; it is not shown, as it may contain a password"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _has_at(text: str) -> bool:
    return any(each in text for each in _AT)


def _split(text: str) -> SplitResult | None:
    """Split a URL; return None if its host or port is invalid."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: `localhost`, a name below it, or a loopback address."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
