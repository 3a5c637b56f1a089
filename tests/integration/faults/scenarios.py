"""The surroundings in which a fault happens: servers, names, certificates, and how all becomes well again."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.support import certificates
from tests.support.fault_server import FaultServer, FullBacklog, Peer, closed_port
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
        yield await _BUILDERS.get(wire.scenario, _plain)(wire, mode, patch, stack)


def _serve(wire: Wire, stack: contextlib.AsyncExitStack, **options: Any) -> FaultServer:
    calls = 0

    def behave(peer: Peer) -> None:
        nonlocal calls
        calls += 1
        (wire.then if wire.then is not None and calls > 1 else wire.behaviour)(peer)

    return stack.enter_context(FaultServer(behave, on_connect=wire.on_connect, **options))


def _well_again(server: FaultServer) -> Callable[[], None]:
    return lambda: server.recover(healthy)


async def _plain(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    server = _serve(wire, stack)
    return Scenario(server, server.url, _well_again(server))


async def _redirect(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    there = await _plain(wire, mode, patch, stack)
    there.bystander = stack.enter_context(FaultServer(healthy))
    there.server.elsewhere = f"http://localhost:{there.bystander.port}"
    return there


async def _refused(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    server = _serve(wire, stack, listener=closed_port())
    return Scenario(server, server.url, _once(server.open))


async def _backlog(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    queue = FullBacklog()
    stack.callback(queue.close)
    server = _serve(wire, stack, listener=queue.listener)

    def heal() -> None:
        queue.free()
        server.open()

    return Scenario(server, server.url, _once(heal))


def _once(action: Callable[[], None]) -> Callable[[], None]:
    """Make an action that may be asked for several times and is done once."""
    done = False

    def act() -> None:
        nonlocal done
        if not done:
            done = True
            action()

    return act


async def _dns(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    server = _serve(wire, stack)
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

    patch.setattr(socket, "getaddrinfo", look_up)
    return Scenario(server, f"http://{NAME}:{server.port}", heal, {"allow_insecure_http": True})


async def _tls(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    server = _serve(wire, stack)
    kind = _TLS_KINDS.get(wire.scenario, "good")
    first = wire.on_connect

    server.on_connect = first or _encrypted(kind)
    return Scenario(
        server, f"https://127.0.0.1:{server.port}", lambda: server.recover(healthy, _encrypted("good"))
    )


def _encrypted(kind: str) -> Callable[[Peer], None]:
    context: ssl.SSLContext = certificates.serving(kind)
    return lambda peer: peer.start_tls(context)


async def _pool(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    """A client of the user's own whose only connection is in use by something else."""
    server = _serve(wire, stack)

    def begin(peer: Peer) -> None:
        peer.read_request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")

    busy = stack.enter_context(FaultServer(begin))
    limits = httpx.Limits(max_connections=1)
    client = mode.http_client(limits=limits, verify=certificates.trusting())
    held = await mode.settle(client.send(client.build_request("GET", busy.url), stream=True))

    def heal() -> Any:
        return held.aclose() if mode.is_async else held.close()

    async def close() -> None:
        await mode.close(client)

    stack.push_async_callback(close)
    return Scenario(server, server.url, heal, {"http_client": client}, close=close)


async def _closed_while_idle(
    wire: Wire, mode: Mode, patch: pytest.MonkeyPatch, stack: contextlib.AsyncExitStack
) -> Scenario:
    """A server that closes each connection after one response, without having said so."""
    server = _serve(wire, stack)

    def response_and_close(peer: Peer) -> None:
        healthy(peer)
        peer.close()

    server.behaviour = response_and_close
    return Scenario(server, server.url, _well_again(server), is_well_at_first=True)


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
