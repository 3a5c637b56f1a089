"""Make the HTTP client of an async client. A sync client imports nothing of this, and no anyio."""

from __future__ import annotations

import ssl
from functools import partial
from typing import Any

from .._package import httpx
from . import httpx_internals, limiter
from .early_responses import hearing_early_responses
from .http_client import LIMITS, WithoutCookies
from .limiter import SLOT_LIMITS, SlotTransport
from .redirects import hide_location_async


class _AsyncClient(WithoutCookies, httpx_internals.AsyncClient):  # type: ignore[override]  # its cookies are never set
    pass


def new_http_client(**options: Any) -> httpx.AsyncClient:
    """Make an HTTP client of our own, with options of httpx except limits and hooks."""
    client = _AsyncClient(
        make_transport=_slot_transport,
        limits=LIMITS,
        event_hooks={"response": [hide_location_async]},
        **options,
    )
    limiter.enable(client)
    return client


def _slot_transport(verify: ssl.SSLContext, proxy: httpx.Proxy | None) -> httpx.AsyncBaseTransport:
    # No reference to the client here: the slots would keep a client alive that was never closed.
    make = partial(httpx.AsyncHTTPTransport, verify=verify, limits=SLOT_LIMITS, proxy=proxy)
    return SlotTransport(lambda: hearing_early_responses(make()))
