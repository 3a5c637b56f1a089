"""Hide the target of a redirect from the HTTP library, which follows none (see `_async/attempt.py`).

Even so it makes the request that would follow, and fails if the target is not a valid URL; the status of the
response is then lost. So our own HTTP clients remove the header while the library handles the response.
"""

from __future__ import annotations

from typing import Final

from .._package import httpx

_HIDDEN: Final = "hidden_location"


def hide_location(response: httpx.Response) -> None:
    """Hide the target of a redirect; a response hook."""
    if 300 <= response.status_code < 400:
        location = response.headers.get("location")
        if location is not None:
            response.extensions[_HIDDEN] = location
            del response.headers["location"]


async def hide_location_async(response: httpx.Response) -> None:
    """Hide the target of a redirect; a response hook of the async client."""
    hide_location(response)


def restore_location(response: httpx.Response) -> None:
    """Put back the target of a redirect."""
    location = response.extensions.pop(_HIDDEN, None)
    if location is not None:
        response.headers["location"] = location
