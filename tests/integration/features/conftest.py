"""A server that answers with what it was sent, and packages generated while the tests run."""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import anyio
import pytest

from scripts.generator import pipeline
from tests.integration.features.responses import ANSWERS

HERE = Path(__file__).parent


class Generated:
    """A generated package.

    Args:
        folder: Where it was written.
        name: Its import name.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name

    def module(self, path: str = "") -> ModuleType:
        """Import the package, or a module of it."""
        return importlib.import_module(f"{self.name}.{path}" if path else self.name)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Generated]]:
    """Generates a package from a document of this folder, once in a session, ready to be imported."""
    folders: list[str] = []

    @functools.cache
    def generate(name: str) -> Generated:
        output = tmp_path_factory.mktemp(name) / "out"
        pipeline.generate(HERE / f"{name}.yaml", None, output)
        folders.append(str(output))
        sys.path.insert(0, str(output))
        importlib.invalidate_caches()
        (package,) = [each.parent.name for each in output.glob("*/py.typed")]
        return Generated(output, package)

    yield generate
    for folder in folders:
        sys.path.remove(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server that answers with what it was sent, or with a canned answer."""

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            told = {
                "path": unquote(parts.path),
                "query": parse_qsl(parts.query),
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body.decode("latin-1"),
            }
            echo = (200, "application/json", json.dumps(told).encode())
            status, media_type, content = ANSWERS.get(parts.path, echo)
            if parts.path == "/things":
                content = body
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    echo = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    # As the thread of a session it is there before and after each test.
    thread = Thread(target=echo.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{echo.server_port}"
    echo.shutdown()
    thread.join()
    echo.server_close()


class Either:
    """A client whose calls are written once: `client.things.get_thing(...)`, sync or awaited.

    Args:
        module: The package.
        name: The client's name.
        kind: `sync` or `async`.
        options: The constructor's arguments.
    """

    def __init__(self, module: ModuleType, name: str, kind: str, **options: Any) -> None:
        self._make = getattr(module, name if kind == "sync" else f"Async{name}")
        self._is_async = kind == "async"
        self._options = options

    def __getattr__(self, resource: str) -> Any:
        return _Calls(functools.partial(self._call, resource))

    def _call(self, resource: str, method: str, *args: Any, **kwargs: Any) -> Any:
        async def awaited() -> Any:
            async with self._make(**self._options) as client:
                return await getattr(getattr(client, resource), method)(*args, **kwargs)

        if self._is_async:
            return anyio.run(awaited)
        with self._make(**self._options) as client:
            return getattr(getattr(client, resource), method)(*args, **kwargs)


class _Calls:
    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call

    def __getattr__(self, method: str) -> Any:
        return functools.partial(self._call, method)


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two clients is used."""
    return request.param
