"""Redirects: none is followed, and none is even prepared.

The HTTP library makes the request that would follow although it is told not to follow, and fails where the
address is nonsense; the status of the answer is lost then. So our own HTTP clients put the address aside
until the answer has come through.
"""

from __future__ import annotations

from typing import Final

from .._package import httpx

_HIDDEN: Final = "hidden_location"


def hide_location(response: httpx.Response) -> None:
    """Hide where a redirect leads; a hook for answers.

    Args:
        response: The answer.
    """
    if 300 <= response.status_code < 400:
        location = response.headers.get("location")
        if location is not None:
            response.extensions[_HIDDEN] = location
            del response.headers["location"]


async def hide_location_async(response: httpx.Response) -> None:
    """Do the same in the async client."""
    hide_location(response)


def restore_location(response: httpx.Response) -> None:
    """Show again where a redirect leads.

    Args:
        response: The answer.
    """
    location = response.extensions.pop(_HIDDEN, None)
    if location is not None:
        response.headers["location"] = location
