"""What our own HTTP clients, sync and async, have in common."""

from __future__ import annotations

from typing import Final

from .._package import httpx

# A sync client has as many connections, an async client as many slots: see `limiter`.
MAX_CONCURRENT_CALLS: Final = 100
# httpx would keep 20 idle connections at most.
LIMITS: Final = httpx.Limits(
    max_connections=MAX_CONCURRENT_CALLS, max_keepalive_connections=MAX_CONCURRENT_CALLS
)


class _NoCookies(httpx.Cookies):
    """Ignores cookies: none is ever sent, and looking for them takes a tenth of a call's time."""

    def extract_cookies(self, response: httpx.Response) -> None:
        pass


_NO_COOKIES: Final = _NoCookies()


class WithoutCookies:
    """Makes an HTTP client ignore cookies."""

    @property
    def cookies(self) -> httpx.Cookies:
        """No cookies."""
        return _NO_COOKIES
