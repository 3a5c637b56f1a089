"""The surroundings in which a fault happens: servers, names, certificates, and how all becomes well again."""

from __future__ import annotations

import contextlib
import functools
import itertools
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from tests.support import certificates
from tests.support.fault_server import FaultServer, FullBacklog, Peer, closed_port
from tests.support.modes import Mode

from .wire import Wire, healthy

NAME = "api.leap.invalid"
"""A name that no resolver knows; it is looked up nowhere, as the tests answer in the resolver's place."""

_TLS_KINDS = {"tls-self-signed": "self-signed", "tls-wrong-host": "wrong-host", "tls-expired": "expired"}


@dataclass
class Scenario:
    """Where a fault happens.

    Attributes:
        server: Sees the requests.
        url: What the client is told.
        heal: Ends the fault.
        options: What the client is made with, beside the usual.
        is_well_at_first: Whether the first call meets no fault.
    """

    server: FaultServer
    url: str
    heal: Callable[[], Any]
    options: dict[str, Any] = field(default_factory=dict)
    is_well_at_first: bool = False


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


def resolving(
    patch: pytest.MonkeyPatch, resolve: Callable[[], list[tuple[str, int]]], name: str = NAME
) -> None:
    """Have a name of a host resolved by a function, which returns addresses and ports."""
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        is_number = named.get("flags", (*rest, 0, 0, 0, 0)[3]) & socket.AI_NUMERICHOST
        if is_number or host not in {name, name.encode()}:
            return real(host, port, *rest, **named)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in resolve()]

    patch.setattr(socket, "getaddrinfo", look_up)


def unknown() -> list[tuple[str, int]]:
    """Resolve nothing."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def _dns(at: _Surroundings) -> Scenario:
    server = at.serve()
    resolving(at.patch, unknown)

    def heal() -> None:
        resolving(at.patch, lambda: [("127.0.0.1", server.port)])

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


async def _closed_while_idle(at: _Surroundings) -> Scenario:
    """A server that closes each connection after one response, without having said so."""
    there = await _plain(at)
    there.is_well_at_first = True
    return there


_BUILDERS = {
    "plain": _plain,
    "refused": _refused,
    "backlog": _backlog,
    "dns": _dns,
    "tls": _tls,
    **dict.fromkeys(_TLS_KINDS, _tls),
    "closed-while-idle": _closed_while_idle,
}
