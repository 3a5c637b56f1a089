"""A server on loopback that does wrong what a framework cannot.

It owns sockets and threads and the record of what arrived; what it answers is a function (see `sends`). It
must know nothing of the client. Every server listens on a port that the system chose, any number of them may
run at once, and each ends all its threads by itself when its `with` block is left.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

Behaviour = Callable[["Peer"], object]

LONGEST_STALL = 20.0  # seconds: a client that never gives up must not keep the tests from ending
_PIECE = 64 * 1024
_RST = struct.pack("ii", 1, 0)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_GONE = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


class PeerGone(Exception):  # noqa: N818, because it is the ordinary end of a connection
    """The client has closed the connection, or the server is being stopped."""


@dataclass
class Arrival:
    """A request of which at least a byte arrived.

    Attributes:
        method: Of the request line, or "" as long as that is not known.
        path: Likewise.
        head: Request line and headers, as they came.
        complete: Whether the whole request arrived, so that the server could have acted on it.
        refused: Whether the response said that the server did not act on it.
    """

    method: str = ""
    path: str = ""
    head: bytes = b""
    complete: bool = False
    refused: bool = False

    @property
    def may_have_acted(self) -> bool:
        """Whether the server could have done what the request asks for."""
        return self.complete and not self.refused


@dataclass
class Record:
    """What a server saw."""

    connections: int = 0
    arrivals: list[Arrival] = field(default_factory=list)


class Peer:
    """One connection, as the server has it."""

    def __init__(self, server: FaultServer, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.arrival = Arrival()
        self.requests = 0  # on this connection
        self._read = b""
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether this side has closed the connection."""
        return self._closed

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Answer the client's handshake."""
        try:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        except (OSError, ValueError) as problem:
            raise PeerGone from problem

    def wait_for_request(self) -> Arrival:
        """Wait for the first bytes of the next request, and leave them unread where there is no TLS."""
        if not self._read:
            if isinstance(self.socket, ssl.SSLSocket):
                self._receive()
            else:
                self.wait_for_bytes()
        self.arrival = Arrival()
        self.requests += 1
        self.server.record.arrivals.append(self.arrival)
        return self.arrival

    def wait_for_bytes(self) -> None:
        """Wait until the client has sent something, and leave it unread."""
        try:
            data = self.socket.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError) as problem:
            raise PeerGone from problem
        if not data:
            raise PeerGone

    def read_some(self, size: int) -> None:
        """Take in `size` bytes of the request, or its head if that is shorter, and leave the rest unread."""
        while len(self._read) < size and not self._read.endswith(b"\r\n\r\n"):
            self._receive(size - len(self._read))

    def read_head(self) -> Arrival:
        """Read request line and headers."""
        while b"\r\n\r\n" not in self._read:
            self._receive()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        self.arrival.head = head
        self.arrival.method, self.arrival.path = method, path
        return self.arrival

    def read_request(self) -> Arrival:
        """Read a whole request. Its body is counted, not kept."""
        arrival = self.read_head()
        self.read_body(arrival)
        return arrival

    def read_body(self, arrival: Arrival) -> None:
        """Read the body of a request whose head was read."""
        length = _LENGTH.search(arrival.head)
        if length is not None:
            missing = int(length[1])
            while missing > len(self._read):
                missing -= len(self._read)
                self._read = b""
                self._receive()
            self._read = self._read[missing:]
        elif _CHUNKED.search(arrival.head):
            while b"0\r\n\r\n" not in self._read:
                self._read = self._read[-8:]
                self._receive()
            self._read = self._read.split(b"0\r\n\r\n", 1)[1]
        arrival.complete = True

    def send(self, data: bytes) -> None:
        """Send bytes."""
        try:
            self.socket.sendall(data)
        except (OSError, ValueError) as problem:
            raise PeerGone from problem

    def drip(self, data: bytes, *, interval: float) -> None:
        """Send the same bytes again and again, until the client gives up."""
        limit = time.monotonic() + LONGEST_STALL
        while time.monotonic() < limit:
            self.send(data)
            if self._gone(interval):
                raise PeerGone

    def stall(self) -> None:
        """Do nothing, not even read, until the client gives up."""
        self._gone(LONGEST_STALL)
        raise PeerGone

    def drain(self) -> None:
        """Read whatever comes until the client closes the connection."""
        while True:
            self._receive()
            self._read = b""

    def end_sending(self) -> None:
        """Close the connection in one direction: nothing more is sent."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the connection in an orderly way."""
        self._closed = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def reset(self) -> None:
        """Close the connection so that the client receives a reset."""
        self._closed = True
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        self.socket.close()

    def interrupt(self) -> None:
        """Wake the thread that waits on this connection; for another thread."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def _receive(self, size: int = _PIECE) -> None:
        try:
            data = self.socket.recv(size)
        except (OSError, ValueError) as problem:
            raise PeerGone from problem
        if not data:
            raise PeerGone
        self._read += data

    def _gone(self, seconds: float) -> bool:
        poll = select.poll()
        try:
            poll.register(self.socket, _GONE)
            return bool(poll.poll(seconds * 1000))
        except (OSError, ValueError):
            return True


def response(
    body: bytes = b"",
    *,
    status: int | str = 200,
    content_type: str = "application/json",
    headers: Mapping[str, str | bytes] | None = None,
    length: str | None = "",
) -> bytes:
    """Put a response together; `length` replaces the right Content-Length, or leaves it out if None."""
    lines = [f"HTTP/1.1 {status}{' Whatever' if isinstance(status, int) else ''}".encode()]
    if length is not None:
        lines.append(f"Content-Length: {length or len(body)}".encode())
    for name, value in {"Content-Type": content_type, **(headers or {})}.items():
        lines.append(name.encode() + b": " + (value.encode() if isinstance(value, str) else value))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def sends(
    data: bytes | Callable[[Arrival], bytes], then: Literal["close", "reset", "stall", "go on"] = "close"
) -> Behaviour:
    """Read a request, send some bytes, and end."""

    def behave(peer: Peer) -> None:
        arrival = peer.read_request()
        peer.send(data if isinstance(data, bytes) else data(arrival))
        if then != "go on":
            {"close": peer.close, "reset": peer.reset, "stall": peer.stall}[then]()

    return behave


class FaultServer:
    """A listening socket, a thread that accepts, and a thread for each connection.

    Args:
        behaviour: What it does with a request; or what it sends before it closes the connection.
    """

    def __init__(
        self,
        behaviour: Behaviour | bytes,
        *,
        on_connect: Behaviour | None = None,
        listener: socket.socket | None = None,
    ) -> None:
        self.behaviour = sends(behaviour) if isinstance(behaviour, bytes) else behaviour
        self.on_connect = on_connect
        self.record = Record()
        self.recovered = threading.Event()
        self.busy = 0  # requests that are being answered, the closing of their connections included
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._waker, self._wakened = socket.socketpair()
        self._lock = threading.Lock()
        self._peers: set[Peer] = set()
        self._threads: list[threading.Thread] = []
        self._stopped = False
        self._acceptor: threading.Thread | None = None
        if listener is None:
            self.open()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        """How many connections neither side has closed."""
        with self._lock:
            return len(self._peers)

    def open(self) -> None:
        """Begin to accept connections."""
        self._listener.listen(128)
        self._acceptor = threading.Thread(target=self._accept, name=f"fault server {self.port}", daemon=True)
        self._acceptor.start()

    def recover(self, behaviour: Behaviour, on_connect: Behaviour | None = None) -> None:
        """End the fault: behave otherwise from the next request on, and let go of what was stalled."""
        self.behaviour, self.on_connect = behaviour, on_connect
        self.recovered.set()

    def stop(self) -> None:
        """Close everything and wait for all threads."""
        self._stopped = True
        self.recovered.set()
        self._waker.close()
        if self._acceptor is not None:
            self._acceptor.join()
        with self._lock:
            peers = list(self._peers)
        for peer in peers:
            peer.interrupt()
        for thread in self._threads:
            thread.join()
        self._wakened.close()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self) -> None:
        while self._wakened not in select.select([self._listener, self._wakened], [], [])[0]:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Peer(self, connection)
            thread = threading.Thread(
                target=self._serve, args=[peer], name=f"peer of fault server {self.port}", daemon=True
            )
            with self._lock:
                self.record.connections += 1
                self._peers.add(peer)
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: Peer) -> None:
        try:
            if self.on_connect is not None:
                self.on_connect(peer)
            while not peer.closed and not self._stopped:
                peer.wait_for_request()
                with self._lock:
                    self.busy += 1
                try:
                    self.behaviour(peer)
                finally:
                    with self._lock:
                        self.busy -= 1
        except PeerGone:
            pass
        finally:
            if not peer.closed:
                peer.close()
            with self._lock:
                self._peers.discard(peer)


def closed_port() -> socket.socket:
    """A port on which every connection is refused, and that nobody else can take meanwhile."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


class FullBacklog:
    """A port on which connecting hangs, because the queue of connections that nobody accepts is full."""

    def __init__(self) -> None:
        self.listener = closed_port()
        self.listener.listen(0)
        self._fillers = [socket.socket() for _ in range(4)]
        for filler in self._fillers:
            filler.setblocking(False)
            filler.connect_ex(self.listener.getsockname())

    def close(self) -> None:
        """Close what fills the queue; the listener belongs to the server that takes it over."""
        for filler in self._fillers:
            filler.close()

    def free(self) -> None:
        """Empty the queue."""
        self.close()
        self.listener.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self.listener.accept()[0].close()
        self.listener.setblocking(True)
