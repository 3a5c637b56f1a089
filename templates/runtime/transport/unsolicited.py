"""Leftovers: bytes that a server sends after an answer has ended.

The HTTP library would take them for the answer to the next request on the same connection, so one caller
would be given what another one asked for. A connection with leftovers is therefore never used again. This
reaches into the library, and gives way in silence where the library has changed or another transport is in
its place.
"""

from __future__ import annotations

from typing import Any, Final

from .._package import httpx

# From the stream of an answer, through its wrappers, to the state of the protocol on its connection.
_WAY: Final = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


def discard_connection(response: httpx.Response) -> None:
    """Keep a connection from being used again, if more came on it than the answer.

    Args:
        response: The answer, read to its end and not yet closed.
    """
    state: Any = response.stream
    for name in _WAY:
        state = getattr(state, name, None)
        if state is None:
            return
    left, _ = state.trailing_data
    if left:
        # What h11 has for a connection that cannot go on; the library then closes it instead of keeping it.
        state.send_failed()
