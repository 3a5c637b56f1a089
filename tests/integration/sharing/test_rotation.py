"""A key that was replaced is used by no call that begins afterwards."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from tests.support.fault_server import FaultServer
from tests.support.modes import MODES, Mode
from tryleap import Leap


class Meddling(str):
    """A key during whose preparation another thread seems to replace it."""

    __slots__ = ("__dict__",)

    def isascii(self) -> bool:
        """Look at the key, and let it be replaced."""
        self.meddle()
        return super().isascii()

    def meddle(self) -> None:
        """Do nothing, until a test says otherwise."""


def keys_seen(server: FaultServer) -> list[str]:
    """The keys of the requests so far."""
    return [
        re.findall(rb"authorization: Bearer (\S+)", each.head, re.IGNORECASE)[0].decode()
        for each in server.record.arrivals
    ]


@pytest.mark.parametrize("mode", MODES, indirect=True)
@pytest.mark.parametrize("has_own", [False, True])
@pytest.mark.parametrize("third", ["third-key", lambda: "third-key"], ids=["string", "callable"])
def test_a_key_that_is_replaced_meanwhile_is_not_kept(
    echoing: FaultServer, mode: Mode, has_own: bool, third: Any
) -> None:
    """The call that was being prepared is sent with the one or the other; the next one with the new one."""
    own = mode.http_client() if has_own else None

    async def calls(client: Any) -> None:
        key = Meddling("second-key")
        client.access_token = key
        key.meddle = lambda: setattr(client, "access_token", third)  # type: ignore[method-assign]
        for number in range(3):
            await mode.settle(client.image_models.get_model(str(number)))
        if own is not None:
            await mode.close(own)

    options = {"base_url": echoing.url, **({"http_client": own} if has_own else {})}
    mode.use(lambda: mode.client(access_token="first-key", **options), calls)
    assert keys_seen(echoing) == ["second-key", "third-key", "third-key"]


def test_a_key_may_become_a_callable_between_two_steps(
    echoing: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps of a call see the same credentials, whatever another thread does in between."""
    with Leap("first-key", base_url=echoing.url) as leap:
        look: Any = leap._engine.callables

        def look_and_replace(*arguments: Any) -> Any:
            found = look(*arguments)
            leap.access_token = lambda: "second-key"
            return found

        monkeypatch.setattr(leap._engine, "callables", look_and_replace)
        for number in range(2):
            leap.image_models.get_model(str(number))

    assert keys_seen(echoing) == ["first-key", "second-key"]


def test_many_threads_follow_a_rotation(echoing: FaultServer) -> None:
    """No call that begins after a rotation has a key from before it."""
    problems: list[str] = []
    current = 0
    done = threading.Event()

    with Leap("key-0", base_url=echoing.url) as leap:

        def work() -> None:
            while not done.is_set():
                least = current
                raw = leap.image_models.with_raw_response.get_model(
                    "m", extra_headers={"X-Least": str(least)}
                )
                if raw.status_code != 200:
                    problems.append(str(raw.status_code))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for each in threads:
            each.start()
        for number in range(1, 200):
            leap.access_token = f"key-{number}"
            current = number
        done.set()
        for each in threads:
            each.join()
        leap.image_models.get_model("last")

    assert problems == []
    assert keys_seen(echoing)[-1] == "key-199"
    for arrival, key in zip(echoing.record.arrivals[:-1], keys_seen(echoing), strict=False):
        least = re.findall(rb"x-least: (\d+)", arrival.head, re.IGNORECASE)[0]
        assert int(key.partition("-")[2]) >= int(least)
