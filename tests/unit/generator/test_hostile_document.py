"""A hostile document never becomes code.

Payloads are planted in every position where a document holds text. Each is either refused with the place, or
it comes out as data with the very value that the document has, and neither generating nor importing runs it.
"""

from __future__ import annotations

import ast
import copy
import functools
import json
import operator
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.generator import pipeline
from scripts.generator.document.problems import GenerationError, Problem
from tests.support.subprocesses import run

# Descriptions and examples are free text, so at least these many positions accept any payload.
LEAST_ACCEPTED = 12
CANARY = "TRYLEAP_CANARY"
_RUN = f"__import__('pathlib').Path(__import__('os').environ['{CANARY}']).touch()"
PAYLOADS = {
    "double quotes": f'"; {_RUN}; "',
    "single quotes": f"'; {_RUN}; '",
    "triple quotes": f'"""\n{_RUN}\n"""',
    "triple single quotes": f"'''\n{_RUN}\n'''",
    "backslash before a quote": f'\\"; {_RUN}; \\"',
    "trailing backslash": "text \\",
    "line break": f"text\n{_RUN}\n",
    "carriage return": f"text\r{_RUN}\r",
    "line separator": f"text\u2028{_RUN}\u2029",
    "template expression": "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ 7 * 7 }}",
    "template statement": "{% for x in [1] %}{% include '/etc/passwd' %}{% endfor %}{# note",
    "comment": f"# noqa\n{_RUN}  # ",
    "format string": f"{{{_RUN}}}",
    "NUL": f"text\x00{_RUN}",
    "right-to-left": f"text\u202e{_RUN}\u2066",
    "keyword": "class",
    "dunder": "__init__",
    "call": f"x = {_RUN}",
}

BASE: dict[str, Any] = yaml.safe_load("""
openapi: 3.0.3
info: {title: Hostile, version: "1", description: A document.}
servers: [{url: "https://example.com"}]
tags: [{name: Things, description: Things.}]
security: [{bearer: []}]
paths:
  /things/{id}:
    post:
      operationId: makeThing
      tags: [Things]
      summary: Make
      description: Make a thing.
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, description: Id.}
        - {name: q, in: query, schema: {type: string}, description: Query.}
        - {name: X-H, in: header, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
        "400": {description: Wrong.}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer, description: Key.}
  schemas:
    Thing:
      type: object
      description: A thing.
      example: {name: x}
      properties:
        name: {type: string, description: A name., default: x, example: y}
        kind: {type: string, enum: [a, b]}
        state: {type: string, x-extensible-enum: [c, d]}
    Color: {type: string, enum: [red, green]}
""")
_OPERATION = ("paths", "/things/{id}", "post")
_THING = ("components", "schemas", "Thing")


def _holder(document: dict[str, Any], path: tuple[Any, ...]) -> Any:
    """What holds the value at a path."""
    return functools.reduce(operator.getitem, path[:-1], document)


def _set(*path: Any) -> Callable[[dict[str, Any], str], None]:
    """Make a planter that sets the value at a path."""

    def plant(document: dict[str, Any], payload: str) -> None:
        _holder(document, path)[path[-1]] = payload

    return plant


def _rename(*path: Any) -> Callable[[dict[str, Any], str], None]:
    """Make a planter that renames the key at a path."""

    def plant(document: dict[str, Any], payload: str) -> None:
        holder = _holder(document, path)
        holder[payload] = holder.pop(path[-1])

    return plant


def _tag(document: dict[str, Any], payload: str) -> None:
    document["tags"][0]["name"] = payload
    document["paths"]["/things/{id}"]["post"]["tags"] = [payload]


def _path(document: dict[str, Any], payload: str) -> None:
    path, item = document["paths"].popitem()
    document["paths"][path.replace("things", payload)] = item


def _path_parameter(document: dict[str, Any], payload: str) -> None:
    path, item = document["paths"].popitem()
    item["post"]["parameters"][0]["name"] = payload
    document["paths"][path.replace("{id}", f"{{{payload}}}")] = item


def _scheme(document: dict[str, Any], payload: str) -> None:
    document["security"] = [{payload: []}]
    document["components"]["securitySchemes"] = {payload: {"type": "apiKey", "in": "header", "name": payload}}


POSITIONS: dict[str, Callable[[dict[str, Any], str], None]] = {
    "title": _set("info", "title"),
    "description of the document": _set("info", "description"),
    "version": _set("info", "version"),
    "server": _set("servers", 0, "url"),
    "tag": _tag,
    "description of a tag": _set("tags", 0, "description"),
    "operation id": _set(*_OPERATION, "operationId"),
    "summary": _set(*_OPERATION, "summary"),
    "description of an operation": _set(*_OPERATION, "description"),
    "query parameter": _set(*_OPERATION, "parameters", 1, "name"),
    "header parameter": _set(*_OPERATION, "parameters", 2, "name"),
    "description of a parameter": _set(*_OPERATION, "parameters", 1, "description"),
    "example of a parameter": _set(*_OPERATION, "parameters", 1, "example"),
    "description of a response": _set(*_OPERATION, "responses", "400", "description"),
    "media type of a request": _rename(*_OPERATION, "requestBody", "content", "application/json"),
    "media type of a response": _rename(*_OPERATION, "responses", "200", "content", "application/json"),
    "description of a scheme": _set("components", "securitySchemes", "bearer", "description"),
    "description of a schema": _set(*_THING, "description"),
    "example of a schema": _set(*_THING, "example", "name"),
    "description of a property": _set(*_THING, "properties", "name", "description"),
    "default": _set(*_THING, "properties", "name", "default"),
    "example of a property": _set(*_THING, "properties", "name", "example"),
    "inline enum": _set(*_THING, "properties", "kind", "enum", 1),
    "extensible enum": _set(*_THING, "properties", "state", "x-extensible-enum", 1),
    "title of a schema": _set(*_THING, "title"),
    "named schema": lambda document, payload: document["components"]["schemas"].update(
        {f"{payload} more": {"type": "object", "properties": {"a": {"type": "string"}}}}
    ),
    "named enum": _set("components", "schemas", "Color", "enum", 1),
    # Renames come last, as the others find their places by these names.
    "security scheme": _scheme,
    "property": _rename(*_THING, "properties", "name"),
    "path parameter": _path_parameter,
    "path": _path,
}
CONFIG = {"package_name_override": "hostile", "client_name": "Hostile", "environment_prefix": "HOSTILE"}

_IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
package = importlib.import_module("hostile")
for module in pkgutil.walk_packages(package.__path__, "hostile."):
    importlib.import_module(module.name)
"""


def planted(*positions: str, payload: str) -> dict[str, Any]:
    """Copy the base document and plant a payload in some positions."""
    document = copy.deepcopy(BASE)
    for position in positions:
        POSITIONS[position](document, payload)
    return document


def write(folder: Path, document: dict[str, Any]) -> tuple[Path, Path]:
    """Write a document and a configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "config.json").write_text(json.dumps(CONFIG))
    return folder / "openapi.json", folder / "config.json"


# Where the text is a value that the client sends or compares, and so must come out unchanged.
VALUES = (
    "query parameter",
    "header parameter",
    "property",
    "inline enum",
    "extensible enum",
    "named enum",
    "operation id",
)


def accepted_positions(folder: Path, payload: str) -> tuple[list[str], list[Problem]]:
    """The positions that take a payload all at once, and the first problem of each that does not."""
    accepted: list[str] = []
    problems: list[Problem] = []
    for position in POSITIONS:
        try:
            pipeline.understand(*write(folder, planted(*accepted, position, payload=payload)))
        except GenerationError as error:
            problems.append(error.problems[0])
        else:
            accepted.append(position)
    assert len(accepted) >= LEAST_ACCEPTED
    return accepted, problems


def constants(folder: Path) -> set[str]:
    """Collect every string constant of the generated modules."""
    return {
        each.value
        for path in folder.rglob("*.py")
        for each in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


@pytest.mark.parametrize("name", PAYLOADS)
def test_payload(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A payload is refused with its place or becomes data; neither generating nor importing runs it."""
    payload, canary = PAYLOADS[name], tmp_path / "canary"
    monkeypatch.setenv(CANARY, str(canary))
    accepted, problems = accepted_positions(tmp_path / "one", payload)
    for problem in problems:
        assert problem.place.file
        assert problem.place.pointer.startswith("#")

    output = tmp_path / "out"
    pipeline.generate(*write(tmp_path / "one", planted(*accepted, payload=payload)), output=output)
    command = [sys.executable, "-c", _IMPORT_ALL, str(output)]
    done = run(command, PYTHONDONTWRITEBYTECODE="1")
    assert done.returncode == 0, done.stderr
    assert not canary.exists(), "the payload ran"
    if set(accepted) & set(VALUES):
        assert payload in constants(output), "the value in the client is not that of the document"


def test_the_canary_sings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The payload would be noticed if it ran."""
    monkeypatch.setenv(CANARY, str(tmp_path / "canary"))

    exec(_RUN)  # noqa: S102 - the payload itself, to see that the test can fail

    assert (tmp_path / "canary").exists()
