"""Steps: what a call asks its driver to do, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ._package import httpx
    from .response.decode import Reply
    from .uploads import Upload


class Send(NamedTuple):
    """Send a request and read the answer. What comes back is an `Ended`.

    Args:
        request: The request.
        upload: Its upload, which is closed afterwards whatever happens; or None.
        deadline_at: The moment by the clock at which the attempt ends, or None.
        limit: Bytes of the answer, unpacked, that are read at most.
    """

    request: httpx.Request
    upload: Upload | None
    deadline_at: float | None
    limit: int


class Sleep(NamedTuple):
    """Wait. Nothing comes back.

    Args:
        seconds: How long.
    """

    seconds: float


class Work(NamedTuple):
    """Call a function that may block on a file. What it returns comes back, and what it raises is raised.

    Args:
        function: The function.
    """

    function: Callable[[], Any]


class Ask(NamedTuple):
    """Call a function of the caller, and await what it returns if that can be awaited. The result comes back.

    Args:
        function: The function.
        argument: What the caller calls it.
    """

    function: Callable[[], Any]
    argument: str


class Ended(NamedTuple):
    """How sending ended: with a reply, a problem, or both, where an answer began and could not be read.

    Args:
        reply: The reply; its content is what has come of it.
        problem: What went wrong, or None.
        elapsed: Seconds.
        is_own: Whether the reply is one to the very request that was sent.
    """

    reply: Reply | None
    problem: Exception | None
    elapsed: float
    is_own: bool = True
