"""Make the HTTP client of a sync client."""

from __future__ import annotations

from typing import Any

from .._package import httpx
from .deadlines import hold
from .http_client import LIMITS, WithoutCookies
from .redirects import hide_location


class _Client(WithoutCookies, httpx.Client):  # type: ignore[override]  # its cookies are never set
    pass


def new_http_client(**options: Any) -> httpx.Client:
    """Make an HTTP client of our own, with options of httpx except limits and hooks."""
    client = _Client(limits=LIMITS, event_hooks={"response": [hide_location]}, **options)
    hold(client)
    return client
