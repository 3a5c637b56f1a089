"""Serve a package index until standard input ends, so no longer than the parent process.

The arguments are the host, the folder, and the name of the uploader, whose password is in INDEX_PASSWORD. It
prints the port, which the system chooses.
"""

from __future__ import annotations

import os
import secrets
import socketserver
import sys
import threading
import wsgiref.simple_server
from pathlib import Path
from typing import Any

import pypiserver


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    """Handles each request in a thread, because installers open several connections."""

    daemon_threads = True


class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    """Logs nothing, because clients report their errors themselves."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the base class has
        """Log nothing."""


def main() -> None:
    """Run the server."""
    host, folder, uploader = sys.argv[1:]
    password = os.environ["INDEX_PASSWORD"]
    application = pypiserver.app(
        roots=[Path(folder)],
        # Installers get other packages from their usual index.
        disable_fallback=True,
        authenticate=["update"],
        auther=lambda name, given: name == uploader and secrets.compare_digest(given, password),
        backend_arg="simple-dir",
        hash_algo="sha256",
    )
    with wsgiref.simple_server.make_server(host, 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
