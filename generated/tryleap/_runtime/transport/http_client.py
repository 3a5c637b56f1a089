"""What our own HTTP clients, sync and async, have in common."""

from __future__ import annotations

from typing import Final

from .._package import httpx

# As many as the limiter of an async client lets through. httpx would keep 20 idle connections at most.
LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=100)


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
