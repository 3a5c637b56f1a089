"""Starts and stops the simulator: a Starlette application on uvicorn, on a thread of its own."""

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
from ._faults import Faults
from ._operations import OPERATIONS
from ._page import Page
from ._routing import Routes
from ._state import Delivery, Options, ReceivedRequest, Settings, SimulatorState, Upload
from ._webhooks import Webhooks
from ._wire import Protocol

# The pages of an API explorer on this machine may call the simulator from a browser.
LOCAL_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^][:/?#@\s]+)(:[0-9]*)?")


class LoopbackHosts:
    """Refuses requests to any other name than this machine's own.

    A page of the web can give its own name the address 127.0.0.1. The browser then takes the simulator for a
    part of that page, which could read the pictures in it and have it call webhooks on this machine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            match = HOST.fullmatch(Headers(scope=scope).get("host", ""))
            if match is None or not is_loopback(match["name"].strip("[]")):
                message = "The simulator answers to localhost, 127.0.0.1 and [::1] alone"
                response = JSONResponse({"statusCode": 421, "message": message}, 421)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it accepts."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


class Simulator:
    """A running simulator, as `running` gives it.

    Attributes:
        base_url: where it listens, such as `http://127.0.0.1:49152`.
        faults: what goes wrong on demand.
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
        # Its own pattern leaves out paths with a line break.
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
        """The requests to the API, oldest first (the last 10,000)."""
        return list(self._state.requests)

    @property
    def deliveries(self) -> list[Delivery]:
        """The webhooks, sent and to be sent, in the order of their trainings."""
        return list(self._state.deliveries)

    def advance(self, seconds: float) -> None:
        """Moves the simulator's clock forward: trainings go on, delays end and webhooks become due.

        Raises:
            ValueError: the number is negative.
        """
        self._state.clock.advance(seconds)

    def wait_for_webhooks(self, timeout: float = 10.0) -> list[Delivery]:
        """Waits until each webhook that is due was delivered or given up, and returns those.

        Args:
            timeout: seconds of real time.

        Raises:
            TimeoutError: a delivery was still under way then.
        """
        until = time.monotonic() + timeout
        due = [delivery for delivery in self.deliveries if delivery.due <= self._state.clock.now()]
        for delivery in due:
            if not delivery.settled.wait(max(0.0, until - time.monotonic())):
                raise TimeoutError(f"the webhook of model {delivery.model_id} was not settled in {timeout} s")
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
            raise RuntimeError("the simulator did not start: its thread has printed why")

    def _stop(self) -> None:
        self._state.clock.stop()
        self._server.should_exit = True
        self._thread.join()


def _listen(port: int) -> socket.socket:
    """A listening socket on loopback, so that clients may connect before the event loop runs."""
    # Named TCP, or asyncio leaves its delays on, and each answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except (OSError, OverflowError) as problem:
        listener.close()
        raise OSError(f"port {port} on 127.0.0.1 cannot be used: {problem}") from problem
    return listener


@contextmanager
def running(*, port: int = 0, **options: Unpack[Options]) -> Iterator[Simulator]:
    """Runs a simulator for the length of a `with` block; many may run at a time.

    Args:
        port: on 127.0.0.1; 0 lets the system choose a free one.
        **options: the fields of `Settings`, such as `training_seconds`, `failure_rate`, `seed`.

    Raises:
        OSError: the port cannot be used.
        ValueError: an option is outside its range.
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
    """Runs a simulator in the foreground until Ctrl-C, and prints how to use it.

    Args:
        port: as for `running`.
        as_json: prints one line of JSON with the address instead of text.
        **options: as for `running`.

    Raises:
        OSError: the port cannot be used.
        ValueError: an option is outside its range.
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
        f"The simulator listens on {server.base_url}; open it in a browser to see its models.\n"
        f"  export LEAP_BASE_URL={server.base_url} LEAP_API_KEY=any-key\n"
        "Ctrl-C ends it."
    )
