"""A program that starts trainings and may die: run by the tests with one argument, the settings as JSON.

`point` names where it ends itself with a signal, at the `nth` time that it comes there.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import anyio

from tryleap import AsyncLeap, Leap, LeapError
from tryleap.trainings import AsyncTrainings, Trainings
from tryleap.trainings._journal import Journal

POINTS = ("inserted", "claimed", "mid-upload", "last byte", "response", "recording", "recorded")
BIG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4096  # several chunks


class Killer:
    """Sends this process a signal at a point."""

    def __init__(self, point: str | None, nth: int, number: int) -> None:
        self.point, self.left, self.number = point, nth, number

    def passes(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), self.number)

    def progress(self, sent: int, total: int | None) -> None:
        if sent == total:
            self.passes("last byte")
        elif sent:
            self.passes("mid-upload")


def after(cls: type, name: str, act: Callable[[], None]) -> None:
    """Act after a method has returned."""
    inner = getattr(cls, name)

    @functools.wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        result = inner(*args, **kwargs)
        act()
        return result

    setattr(cls, name, outer)


def before(cls: type, name: str, act: Callable[[], None]) -> None:
    """Act before a method is called."""
    inner = getattr(cls, name)

    @functools.wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        act()
        return inner(*args, **kwargs)

    setattr(cls, name, outer)


def prepare(settings: dict[str, Any]) -> Killer:
    killer = Killer(settings.get("point"), settings.get("nth", 1), settings.get("signal", signal.SIGKILL))
    after(Journal, "_insert", lambda: killer.passes("inserted"))
    after(Journal, "claim", lambda: killer.passes("claimed"))
    before(Journal, "settle", lambda: killer.passes("response"))
    after(Journal, "_settle", lambda: killer.passes("recording"))
    after(Journal, "settle", lambda: killer.passes("recorded"))
    return killer


def arguments(settings: dict[str, Any], key: str, killer: Killer) -> dict[str, Any]:
    image = BIG if settings.get("big") else BIG[:500]
    return {
        "name": f"Training {key}",
        "image_sample_files": [image],
        "on_upload_progress": killer.progress,
        "deadline": settings.get("deadline"),
    }


def start_all(settings: dict[str, Any], keys: list[str]) -> None:
    """Start the trainings one after the other; what goes wrong is in the journal."""
    killer = prepare(settings)
    leap = Leap("any-key", base_url=settings["base_url"])
    with leap, Trainings(leap, settings["journal"]) as trainings:
        if "max_trainings" in settings:
            rows = [{"key": key, **arguments(settings, key, killer)} for key in keys]
            trainings.run(rows, concurrency=2, max_trainings=settings["max_trainings"], poll_interval=0.05)
            return
        for key in keys:
            try:
                trainings.start(key, **arguments(settings, key, killer))
            except LeapError as error:
                print(key, type(error).__name__, error, flush=True)


async def start_all_async(settings: dict[str, Any], keys: list[str]) -> None:
    killer = prepare(settings)

    async def start(key: str) -> None:
        try:
            await trainings.start(key, **arguments(settings, key, killer))
        except LeapError as error:
            print(key, type(error).__name__, error, flush=True)

    leap = AsyncLeap("any-key", base_url=settings["base_url"])
    async with leap, AsyncTrainings(leap, settings["journal"]) as trainings:
        for first in range(0, len(keys), 3):
            async with anyio.create_task_group() as group:
                for key in keys[first : first + 3]:
                    group.start_soon(start, key)


def main() -> None:
    settings = json.loads(sys.argv[1])
    keys: list[str] = settings["keys"]
    if settings["mode"] == "sync":
        start_all(settings, keys)
    elif settings["mode"] == "asyncio":
        anyio.run(start_all_async, settings, keys)
    else:
        with ProcessPoolExecutor(2) as pool:
            jobs = [pool.submit(start_all, settings, keys[first::4]) for first in range(4)]
            for job in jobs:
                job.result()


if __name__ == "__main__":
    main()
