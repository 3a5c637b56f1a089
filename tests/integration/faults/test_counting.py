"""What the fault tests count with: it notices what it should."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from tests.support.counting import Holdings


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
