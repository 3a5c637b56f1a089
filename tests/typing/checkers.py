"""Type checkers and a language server, run as their users run them: on a file beside the package."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.paths import GENERATED
from tests.support.subprocesses import run

_BIN = Path(sys.executable).parent
_OPTIONS = {
    "mypy": ("--strict", "--no-error-summary"),
    "basedpyright": ("--level", "error", "--pythonpath", sys.executable, "--project", "."),
    "ty": ("check", "--python", str(_BIN.parent), "--extra-search-path", str(GENERATED)),
    "pyrefly": ("check", "--python-interpreter-path", sys.executable, "--search-path", str(GENERATED)),
}
# One line an error, where that is not the default.
_FORMATS = {"ty": "concise", "pyrefly": "min-text"}


def errors(checker: str, file: Path, folder: Path) -> dict[int, str]:
    """Have a checker read a copy of a file."""
    copy = folder / file.name
    shutil.copy(file, copy)
    settings = {"include": ["."], "extraPaths": [str(GENERATED)], "typeCheckingMode": "standard"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    targets = () if checker == "basedpyright" else (copy.name,)
    extra = ("--output-format", _FORMATS[checker]) if checker in _FORMATS else ()
    command = [_BIN / checker, *_OPTIONS[checker], *extra, *targets]
    done = run(command, folder, MYPYPATH=str(GENERATED), NO_COLOR="1")
    found = re.findall(
        rf"^(?=.*\berror\b).*?{re.escape(copy.name)}:(\d+).*$", done.stdout, re.MULTILINE | re.IGNORECASE
    )
    assert found or done.returncode == 0, done.stdout + done.stderr
    return {int(line): done.stdout for line in found}


class LanguageServer:
    """basedpyright as an editor's server, for a folder of files.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        settings = {"extraPaths": [str(GENERATED)], "typeCheckingMode": "standard"}
        (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
        self._process = subprocess.Popen(
            [_BIN / "basedpyright-langserver", "--stdio"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._number = 0
        root = {"uri": folder.as_uri(), "name": folder.name}
        self._request(
            "initialize", processId=None, rootUri=folder.as_uri(), capabilities={}, workspaceFolders=[root]
        )
        self._send(method="initialized", params={})

    def hover(self, file: Path, line: int, column: int) -> str:
        """Return what an editor shows for a place in a file; lines and columns count from 0."""
        uri, text = file.as_uri(), file.read_text(encoding="utf-8")
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        place = {"line": line, "character": column}
        found = self._request("textDocument/hover", textDocument={"uri": uri}, position=place)
        return "" if found is None else str(found["contents"]["value"])

    def close(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.communicate()

    def _request(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._send(id=self._number, method=method, params=params)
        while True:
            message = self._receive()
            if message.get("id") == self._number and "method" not in message:
                return message["result"]
            if "id" in message:
                # The server asks for settings and the like: it gets none.
                items = message.get("params", {}).get("items")
                self._send(id=message["id"], result=None if items is None else [None] * len(items))

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> Any:
        stream = self._process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(stream.read(length))
