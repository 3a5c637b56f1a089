"""Reads a training request: a multipart parser that nobody here wrote, and the document's schema.

Written from OpenAPI's rules for `multipart/form-data`, it reads from the document what the form must be:
which fields there are, which of them are files, and by `encoding` how an array is written.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import parse_form_data

from tests.conformance.tools import DOCUMENT
from tests.support.http_server import Request

MEDIA_TYPE = "multipart/form-data"


@dataclass(frozen=True)
class Form:
    """What arrived, and what is wrong with it."""

    texts: dict[str, list[str]]
    files: dict[str, list[tuple[str | None, str | None, bytes]]]
    problems: list[str]


def _resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        target: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        value = target
    return value


def operation_of(request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document, and its operation at exactly this path."""
    document = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))
    return document, document["paths"][request.target][request.method.lower()]


def read_form(request: Request) -> Form:
    """Read the form that the request bears and hold it against the document."""
    document, operation = operation_of(request)
    media = operation["requestBody"]["content"][MEDIA_TYPE]
    schema, encoding = _resolved(document, media["schema"]), media.get("encoding", {})
    content_type, length = request.header("Content-Type") or "", len(request.body)
    environment = {
        "wsgi.input": io.BytesIO(request.body),
        "CONTENT_LENGTH": str(length),
        "CONTENT_TYPE": content_type,
        "REQUEST_METHOD": request.method,
    }
    _, texts, files = parse_form_data(environment, silent=False)
    form = Form(
        {name: texts.getlist(name) for name in texts},
        {name: _read(files.getlist(name)) for name in files},
        [],
    )
    if content_type.partition(";")[0] != MEDIA_TYPE:
        form.problems.append(f"the media type is {content_type}")
    if request.header("Content-Length") not in (None, str(length)):
        form.problems.append(f"Content-Length is not {length}")
    form.problems.extend(_security_problems(document, operation, request))
    value = _value(form, schema, encoding)
    form.problems.extend(error.message for error in Draft202012Validator(schema).iter_errors(value))
    return form


def _read(files: list[FileStorage]) -> list[tuple[str | None, str | None, bytes]]:
    found = [(file.filename, file.content_type, file.read()) for file in files]
    for file in files:
        file.close()
    return found


def _security_problems(document: dict[str, Any], operation: dict[str, Any], request: Request) -> list[str]:
    (needed,) = operation.get("security", document["security"])
    (name,) = needed
    scheme = document["components"]["securitySchemes"][name]
    given, _, token = (request.header("Authorization") or "").partition(" ")
    return [] if given.lower() == scheme["scheme"] and token else [f"the token of {name} is missing"]


def _value(form: Form, schema: dict[str, Any], encoding: dict[str, Any]) -> dict[str, Any]:
    """The JSON value that the form stands for; files as texts of a character a byte."""
    value: dict[str, Any] = {}
    for name in sorted(form.texts.keys() | form.files.keys()):
        of_field = schema["properties"].get(name)
        if of_field is None:
            form.problems.append(f"the document has no field {name}")
            continue
        is_array = of_field["type"] == "array"
        is_file = (of_field["items"] if is_array else of_field).get("format") == "binary"
        texts, files = form.texts.get(name, []), form.files.get(name, [])
        if texts and is_file:
            form.problems.append(f"{name} is text, and not a file with a name")
        if files and not is_file:
            form.problems.append(f"{name} is a file, and not text")
        form.problems.extend(
            f"a file of {name} has no media type" for _, media_type, _ in files if not media_type
        )
        given = [*texts, *(content.decode("latin-1") for _, _, content in files)]
        if not is_array and len(given) > 1:
            form.problems.append(f"{name} is given {len(given)} times")
        if is_array and not encoding.get(name, {}).get("explode", False):
            given = [one for joined in given for one in joined.split(",")]
        value[name] = given if is_array else given[0]
    return value
