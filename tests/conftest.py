"""What holds for every test: nothing of the user's environment gets in, nothing gets out, nothing is left."""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.modes import Mode

PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ws_proxy", "wss_proxy"}

# A test fails for what it finds, never for how fast the machine was; found examples are not kept on disk.
settings.register_profile(
    "tryleap", deadline=None, database=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tryleap")

# How long (seconds) a thread that was told to end may take to do so.
GRACE = 2.0


class OutsideError(RuntimeError):
    """A test tried to reach something other than this machine; no client takes it for a network error."""


def is_here(address: object) -> bool:
    """Whether a socket address is on this machine: loopback, or a socket file."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")


def refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto") and not is_here(arguments[1]):
        raise OutsideError(f"a test connects to {arguments[1]}: tests use servers on loopback only")


# An audit hook sees every library's connections, sync and async, and lasts as long as the process.
sys.addaudithook(refuse_outside)


# A background job of a shell ignores Ctrl-C, and so would each program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Runs each test that is marked `anyio` on both event loops; a missing one fails, not skips."""
    return request.param


@pytest.fixture(params=["sync", "asyncio"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """Each client, for tests to which the async one's event loop makes no difference."""
    return Mode(request.param)


@pytest.fixture(autouse=True)
def clean_environment(nothing_left_running: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the user's proxies, key and base URL out of every test.

    It asks for the other fixture so that monkeypatch has undone its changes before that one looks.
    """
    for name in os.environ:
        if name.lower() in PROXIES or name.startswith("LEAP_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fails a test that leaves a thread running or the working folder changed.

    Unclosed files and sockets need no fixture: their warnings are errors.
    """
    before, folder = set(threading.enumerate()), os.getcwd()  # noqa: PTH109 - compared, not used
    yield
    started = [thread for thread in threading.enumerate() if thread not in before]
    # Workers of an event loop's pool end by themselves soon after the loop, and are daemons.
    ours = [thread for thread in started if not thread.daemon]
    for thread in ours:
        thread.join(GRACE)
    left = [thread.name for thread in ours if thread.is_alive()]
    if left:
        pytest.fail(f"the test left threads running: {', '.join(left)}")
    if os.getcwd() != folder:  # noqa: PTH109 - compared, not used
        pytest.fail("the test left the working folder changed; use monkeypatch.chdir")
