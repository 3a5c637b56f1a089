"""Tell objects of a process that they are in a forked child.

Python keeps the function that it calls after a fork, and everything that the function's module refers to,
until the process has ended. So this module imports neither the package nor `typing`, whose caches refer to
all classes: otherwise the whole HTTP library would survive until the last garbage collection, which made the
end of every process 3 ms longer.
"""

from __future__ import annotations

import os
import weakref


class ForkListener:
    """An object with something that a parent and its child process must not share."""

    def after_fork(self) -> None:
        """Forget what belongs to the parent; called in the child."""
        raise NotImplementedError


_listeners: weakref.WeakSet[ForkListener] = weakref.WeakSet()


def add_listener(listener: ForkListener) -> None:
    """Call `after_fork` of an object in each child process, for as long as the object exists."""
    _listeners.add(listener)


def _after_fork() -> None:
    for listener in list(_listeners):
        listener.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_after_fork)
