"""A server that answers with what it was sent, and packages generated while the tests run."""

from __future__ import annotations

import functools
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from scripts.generator import pipeline
from tests.integration.features.responses import RESPONSES
from tests.support.http_server import Request, Response, serving

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


def respond(request: Request) -> Response:
    """Answer with what was sent, or with a canned response."""
    if request.path in RESPONSES:
        return RESPONSES[request.path]
    if request.path == "/things":
        return Response(200, request.body)
    reported = {
        "path": unquote(request.path),
        "query": parse_qsl(urlsplit(request.target).query),
        "headers": {name.lower(): value for name, value in request.headers},
        "body": request.body.decode("latin-1"),
    }
    return Response(200, json.dumps(reported).encode())


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The base URL of a server that answers with what it was sent, or with a canned response."""
    with serving(respond) as running:
        yield running.base_url
