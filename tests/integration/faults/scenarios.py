"""The surroundings in which a fault happens: servers, names, certificates, and how all becomes well again."""

from __future__ import annotations

import contextlib
import functools
import itertools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support import certificates
from tests.support.fault_server import FaultServer, FullBacklog, Peer, closed_port, response, sends
from tests.support.modes import Mode

from .wire import Wire, healthy

NAME = "api.leap.invalid"
"""A name that no resolver knows; it is looked up nowhere, as the tests answer in the resolver's place."""

_TLS_KINDS = {"tls-self-signed": "self-signed", "tls-wrong-host": "wrong-host", "tls-expired": "expired"}


async def _nothing() -> None:
    """There is nothing to close."""


@dataclass
class Scenario:
    """Where a fault happens.

    Attributes:
        server: Sees the requests.
        url: What the client is told.
        heal: Ends the fault.
        options: What the client is made with, beside the usual.
        bystander: A server that must see nothing at all.
        is_well_at_first: Whether the first call meets no fault.
        close: Closes what the user has opened himself, to be awaited.
    """

    server: FaultServer
    url: str
    heal: Callable[[], Any]
    options: dict[str, Any] = field(default_factory=dict)
    bystander: FaultServer | None = None
    is_well_at_first: bool = False
    close: Callable[[], Awaitable[None]] = _nothing


@contextlib.asynccontextmanager
async def scenario(wire: Wire, mode: Mode, patch: pytest.MonkeyPatch) -> AsyncIterator[Scenario]:
    """Build the surroundings of a fault, and tear them down again."""
    async with contextlib.AsyncExitStack() as stack:
        yield await _BUILDERS[wire.scenario](_Surroundings(wire, mode, patch, stack))


class _Surroundings(NamedTuple):
    """What a scenario is built of, and what is torn down with it."""

    wire: Wire
    mode: Mode
    patch: pytest.MonkeyPatch
    stack: contextlib.AsyncExitStack

    def serve(self, **options: Any) -> FaultServer:
        """Start the server of the fault."""
        wire, calls = self.wire, itertools.count()

        def behave(peer: Peer) -> None:
            (wire.then if wire.then is not None and next(calls) else wire.behaviour)(peer)

        return self.stack.enter_context(FaultServer(behave, on_connect=wire.on_connect, **options))


def _well_again(server: FaultServer) -> Callable[[], None]:
    return lambda: server.recover(healthy)


async def _plain(at: _Surroundings) -> Scenario:
    server = at.serve()
    return Scenario(server, server.url, _well_again(server))


async def _redirect(at: _Surroundings) -> Scenario:
    there = await _plain(at)
    there.bystander = at.stack.enter_context(FaultServer(healthy))
    there.server.elsewhere = f"http://localhost:{there.bystander.port}"
    return there


async def _refused(at: _Surroundings) -> Scenario:
    server = at.serve(listener=closed_port())
    return Scenario(server, server.url, functools.cache(server.open))


async def _backlog(at: _Surroundings) -> Scenario:
    queue = FullBacklog()
    at.stack.callback(queue.close)
    server = at.serve(listener=queue.listener)

    def heal() -> None:
        queue.free()
        server.open()

    return Scenario(server, server.url, functools.cache(heal))


async def _dns(at: _Surroundings) -> Scenario:
    server = at.serve()
    real = socket.getaddrinfo
    known = False

    def look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if host not in {NAME, NAME.encode()}:
            return real(host, *rest, **named)
        if known:
            return real("127.0.0.1", *rest, **named)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def heal() -> None:
        nonlocal known
        known = True

    at.patch.setattr(socket, "getaddrinfo", look_up)
    return Scenario(server, f"http://{NAME}:{server.port}", heal, {"allow_insecure_http": True})


async def _tls(at: _Surroundings) -> Scenario:
    server = at.serve()
    server.on_connect = at.wire.on_connect or _encrypted(_TLS_KINDS.get(at.wire.scenario, "good"))
    return Scenario(
        server, f"https://127.0.0.1:{server.port}", lambda: server.recover(healthy, _encrypted("good"))
    )


def _encrypted(kind: str) -> Callable[[Peer], None]:
    context: ssl.SSLContext = certificates.serving(kind)
    return lambda peer: peer.start_tls(context)


async def _pool(at: _Surroundings) -> Scenario:
    """A client of the user's own whose only connection is in use by something else."""
    server = at.serve()
    busy = at.stack.enter_context(FaultServer(sends(response(length="1000"), "go on")))
    limits = httpx.Limits(max_connections=1)
    client = at.mode.http_client(limits=limits, verify=certificates.trusting())
    held = await at.mode.settle(client.send(client.build_request("GET", busy.url), stream=True))

    def heal() -> Any:
        return held.aclose() if at.mode.is_async else held.close()

    at.stack.push_async_callback(at.mode.close, client)
    close = functools.partial(at.mode.close, client)
    return Scenario(server, server.url, heal, {"http_client": client}, close=close)


async def _closed_while_idle(at: _Surroundings) -> Scenario:
    """A server that closes each connection after one response, without having said so."""
    there = await _plain(at)
    there.is_well_at_first = True
    return there


_BUILDERS = {
    "plain": _plain,
    "redirect": _redirect,
    "refused": _refused,
    "backlog": _backlog,
    "dns": _dns,
    "tls": _tls,
    **dict.fromkeys(_TLS_KINDS, _tls),
    "pool": _pool,
    "closed-while-idle": _closed_while_idle,
}
