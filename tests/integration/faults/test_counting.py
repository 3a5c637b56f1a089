"""What the fault tests count with: it notices what it should."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from tests.support.counting import Holdings
from tests.support.fault_server import FaultServer
from tests.support.modes import Mode

from .wire import healthy


def test_descriptors_and_threads_are_noticed(tmp_path: Path) -> None:
    """An open file, an open socket and a running thread are named, each once; nothing else is."""
    before = Holdings()
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="left behind")
    thread.start()
    with (tmp_path / "left.txt").open("w"), socket.socket():
        left = before.left_over()
    end.set()
    thread.join()

    assert [each.split(":")[0].split()[0] for each in left] == ["descriptor", "descriptor", "thread"]
    assert "left.txt" in left[0]
    assert left[2] == "thread left behind"
    assert before.left_over() == []


def test_a_server_takes_everything_with_it() -> None:
    """A hundred servers at once, with an open connection each, end without a descriptor or thread left."""
    before = Holdings()
    servers = [FaultServer(healthy) for _ in range(100)]
    clients = [socket.create_connection(("127.0.0.1", server.port)) for server in servers]
    for client, server in zip(clients, servers, strict=True):
        client.sendall(b"GET /a/m1 HTTP/1.1\r\n\r\nGET /b")
        assert client.recv(15) == b"HTTP/1.1 200 Wh"
        assert Mode("sync").run(lambda it=server: Mode("sync").until(lambda: len(it.record.arrivals) == 2))  # type: ignore[misc]
    records = [server.record for server in servers]
    for server in servers:
        server.stop()
    for client in clients:
        client.close()

    assert before.left_over() == []
    assert {len({each.path for each in record.arrivals}) for record in records} == {2}
    assert all([each.complete for each in record.arrivals] == [True, False] for record in records)
