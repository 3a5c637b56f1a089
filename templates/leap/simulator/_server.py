"""Start and stop the simulator, a Starlette application on uvicorn in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Unpack

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from .._runtime.request.base_url import is_loopback
from ._api import Api
from ._broken_connections import Protocol
from ._faults import Faults
from ._operations import OPERATIONS
from ._page import Page
from ._routing import Routes
from ._state import Delivery, Options, ReceivedRequest, Settings, SimulatorState, Upload
from ._webhooks import Webhooks

# An API explorer on this machine can call the simulator from a browser.
LOCAL_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^][:/?#@\s]+)(:[0-9]*)?")


class LoopbackHosts:
    """Reject requests whose Host is not a loopback name, as a defence against DNS rebinding.

    A website can resolve its own name to 127.0.0.1. The browser then treats the simulator as part of that
    site, which could read the uploaded pictures and send requests to this machine through webhooks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            match = HOST.fullmatch(Headers(scope=scope).get("host", ""))
            if match is None or not is_loopback(match["name"].strip("[]")):
                message = "The simulator only accepts requests to localhost, 127.0.0.1 and [::1]"
                response = JSONResponse({"statusCode": 421, "message": message}, 421)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn's server, with an event that is set when it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


class Simulator:
    """A running simulator. `running` creates it.

    Attributes:
        base_url: The address, such as `http://127.0.0.1:49152`.
        faults: Injects errors: see `Faults.add`.
    """

    def __init__(self, settings: Settings, folder: Path, listener: socket.socket) -> None:
        self.base_url: str = "http://127.0.0.1:{1}".format(*listener.getsockname())
        self.faults: Faults = Faults()
        self._state = state = SimulatorState(settings, folder, self.base_url)
        self._webhooks = Webhooks(state)
        api = Api(state, Routes(OPERATIONS), self.faults, self._webhooks)
        cors = Middleware(
            CORSMiddleware,
            allow_origin_regex=LOCAL_ORIGIN,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["*"],
        )
        mount = Mount("/", api)
        # Starlette's own pattern does not match paths with a line break.
        mount.path_regex = re.compile("/(?P<path>.*)", re.DOTALL)
        routes = [*Page(state).routes, mount]
        config = uvicorn.Config(
            Starlette(routes=routes, middleware=[Middleware(LoopbackHosts), cors], lifespan=self._lifespan),
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._listener, self._server = listener, _Server(config)
        self._thread = threading.Thread(target=self._run, name=f"simulator {self.base_url}", daemon=True)

    def __repr__(self) -> str:
        return f"<Simulator {self.base_url}>"

    @property
    def uploads(self) -> list[Upload]:
        """The accepted training requests, oldest first, with the SHA-256 of each file."""
        return list(self._state.uploads)

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The last 10,000 requests to the API, oldest first."""
        return list(self._state.requests)

    @property
    def deliveries(self) -> list[Delivery]:
        """The webhooks, sent and pending, in the order of their trainings."""
        return list(self._state.deliveries)

    def advance(self, seconds: float) -> None:
        """Move the simulator's clock forward: trainings progress, delays end and webhooks become due.

        Args:
            seconds: How far to move it, from 0 to 1e9.

        Raises:
            ValueError: The number is out of range.
        """
        self._state.clock.advance(seconds)

    def wait_for_webhooks(self, timeout: float = 10.0) -> list[Delivery]:
        """Wait until all due webhooks have been delivered or have failed for good, and return them.

        Args:
            timeout: Seconds of real time.

        Raises:
            TimeoutError: A delivery is still in progress after that time.
        """
        until = time.monotonic() + timeout
        due = [delivery for delivery in self.deliveries if delivery.due <= self._state.clock.now()]
        for delivery in due:
            if not delivery.settled.wait(max(0.0, until - time.monotonic())):
                raise TimeoutError(
                    f"the webhook of model {delivery.model_id} is still in progress after {timeout} s"
                )
        return due

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._state.clock.loop = asyncio.get_running_loop()
        yield
        await self._webhooks.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._listener]))
        finally:
            self._server.settled.set()

    def _start(self) -> None:
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            raise RuntimeError("the simulator did not start: see the traceback of its thread")

    def _stop(self) -> None:
        self._state.clock.stop()
        self._server.should_exit = True
        self._thread.join()


def _listen(port: int) -> socket.socket:
    """Return a listening socket on loopback, so that clients can connect before the event loop runs."""
    # Explicitly TCP, because otherwise asyncio does not set TCP_NODELAY and each response takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows the option would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except (OSError, OverflowError) as problem:
        listener.close()
        raise OSError(f"port {port} on 127.0.0.1 cannot be used: {problem}") from problem
    return listener


@contextmanager
def running(*, port: int = 0, **options: Unpack[Options]) -> Iterator[Simulator]:
    """Run a simulator for the duration of a `with` block. Several can run at the same time.

    Args:
        port: The port on 127.0.0.1; 0 chooses a free one.
        **options: The fields of `Settings`, such as `training_seconds`, `failure_rate` and `seed`.

    Yields:
        The simulator.

    Raises:
        OSError: The port cannot be used.
        ValueError: An option is out of range.
    """
    settings = Settings(**options)
    with closing(_listen(port)) as listener, TemporaryDirectory(prefix="tryleap-simulator-") as folder:
        simulator = Simulator(settings, Path(folder), listener)
        simulator._start()
        try:
            yield simulator
        finally:
            simulator._stop()


def serve(*, port: int = 0, as_json: bool = False, **options: Unpack[Options]) -> None:
    """Run a simulator in the foreground until Ctrl-C, and print how to use it.

    Args:
        port: The port on 127.0.0.1; 0 chooses a free one.
        as_json: Whether to print one line of JSON with the address instead of text.
        **options: The fields of `Settings`.

    Raises:
        OSError: The port cannot be used.
        ValueError: An option is out of range.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with running(port=port, **options) as server:
            print(json.dumps({"base_url": server.base_url}) if as_json else _usage(server), flush=True)
            while server._thread.is_alive():
                server._thread.join(0.5)
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            print()  # the terminal has written ^C, and the prompt comes next
    finally:
        signal.signal(signal.SIGTERM, before)


def _usage(server: Simulator) -> str:
    return (
        f"The simulator is running on {server.base_url}; open it in a browser to see its models.\n"
        f"  export LEAP_BASE_URL={server.base_url} LEAP_API_KEY=any-key\n"
        "Press Ctrl-C to stop it."
    )
