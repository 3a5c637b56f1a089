"""Runs a command until standard input is closed, so that it ends with whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command that the arguments are; returns its status."""
    # A group of its own, so that what the command starts ends as well.
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)

    def end_with_input() -> None:
        sys.stdin.buffer.read()
        os.killpg(command.pid, signal.SIGTERM)

    threading.Thread(target=end_with_input, daemon=True).start()
    return command.wait()


if __name__ == "__main__":
    sys.exit(main())
