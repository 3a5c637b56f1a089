"""Addresses: where requests go, and where a credential must not go."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from .._package import BaseError

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


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
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as problem:
        raise ValueError(f"base_url is no address: {problem}") from problem
    if "@" in parts.netloc:
        # Not quoted: what stands before the @ is a secret.
        raise ValueError("base_url holds a user name or a password: pass credentials by their own arguments")
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host:
        raise ValueError(f"base_url must be an address with http:// or https:// and a host, not {text!r}")
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        raise ValueError(f"base_url must have neither a query nor a fragment: {text!r}")
    if parts.scheme.lower() == "http" and not allow_insecure_http and not is_loopback(host):
        raise BaseError(
            f"base_url is {text!r}: over plain http anyone on the way can read the credential. "
            "Use https://, or pass allow_insecure_http=True if you know that the way is safe"
        )
    return text.rstrip("/")


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
