"""What others say of the API, as facts, beside what openapi.yaml says; read without our own tools."""

# ruff: noqa: E501 - a row of the table is a line
from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.support.paths import ROOT

from .mutations import LIST, SCHEMAS, TRAIN, Change, Document, drop, rename, swap, unrequire

FACTS = yaml.safe_load((ROOT / "tests/unit/contract/data/published-facts.yaml").read_text(encoding="utf-8"))
SOURCES = ("published", "typescript", "csharp")

DTO = "CreateAndTrainModelDto"


def ours() -> Document:
    return yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))


def follow(document: Document, value: Any) -> Any:
    while "$ref" in value:
        found: Any = document
        for step in value["$ref"].split("/")[1:]:
            found = found[step]
        value = found
    return value


def operation(document: Document, facts: Document) -> Document:
    method, _, path = facts["request"].partition(" ")
    item = document["paths"].get(path, {})
    return {"parameters": item.get("parameters", []), **item.get(method.lower(), {})}


def schema_name(response: Document) -> str:
    return response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]


def kind(schema: Document) -> str:
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if schema["type"] == "array":
        return f"array of {kind(schema['items'])}"
    return "binary" if schema.get("format") == "binary" else schema["type"]


def written(schema: Document, *, required: bool) -> str:
    default = f" = {schema['default']}" if "default" in schema else ""
    return f"{kind(schema)}{default}{'!' if required else ''}"


def deviations(document: Document) -> Iterator[str]:
    """Everything in which a document departs from the facts."""
    if [each["url"] for each in document["servers"]] != [FACTS["server"]]:
        yield "server"
    scheme = document["components"]["securitySchemes"]["bearer"]
    if {key: scheme[key] for key in ("type", "scheme")} != FACTS["security"]["published"]:
        yield "security scheme"
    if document["security"] != [{"bearer": []}]:
        yield "security"
    for name, facts in FACTS["operations"].items():
        found = operation(document, facts)
        if found.get("operationId") != name:
            yield f"{name}: no such operation at {facts['request']}"
            continue
        yield from (f"{name}: {each}" for each in _operation(document, found, facts))
    for name, fields in FACTS["schemas"].items():
        schema = document["components"]["schemas"][name]
        said = {
            key: written(each, required=key in schema.get("required", []))
            for key, each in schema["properties"].items()
        }
        yield from (f"{name}: {key}" for key in {*said, *fields} if said.get(key) != fields.get(key))


def _operation(document: Document, found: Document, facts: Document) -> Iterator[str]:
    parameters = [follow(document, each) for each in found["parameters"]]
    said = {each["name"]: written(each["schema"], required=each["required"]) for each in parameters}
    if said != facts.get("parameters", {}):
        yield "parameters"
    media_types = list(found.get("requestBody", {}).get("content", {}))
    if media_types != ([facts["media-type"]] if "media-type" in facts else []):
        yield "media type"
    elif media_types and kind(found["requestBody"]["content"][media_types[0]]["schema"]) != facts["form"]:
        yield "form"
    if found["tags"] != [facts["published"]["tag"]]:
        yield "tag"
    if not facts["published"]["id"].endswith(f"_{found['operationId']}"):
        yield "operation id"
    yield from _statuses(document, found, facts)


def _statuses(document: Document, found: Document, facts: Document) -> Iterator[str]:
    for source in SOURCES:
        for status in facts[source]["statuses"]:
            response = found["responses"].get(status)
            if response is None:
                yield f"{source}: {status} is missing"
            elif status[0] == "2" and schema_name(follow(document, response)) != facts[source]["returns"]:
                yield f"{source}: {status} returns something else"
    successes = {each for each in found["responses"] if each[0] == "2"}
    reported = {each for source in SOURCES for each in facts[source]["statuses"] if each[0] == "2"}
    if successes - reported:
        yield f"nobody tells of {sorted(successes - reported)}"


def test_our_document_says_what_the_others_say() -> None:
    """Addresses, parameters, fields, types, defaults and statuses of all three are in openapi.yaml."""
    assert list(deviations(ours())) == []


def test_the_method_names_are_those_of_the_reference_pages() -> None:
    """Both pages call the operations as we do, up to the case of the first letter."""
    for name, facts in FACTS["operations"].items():
        assert facts["typescript"]["method"] == name
        assert facts["csharp"]["method"] == name[0].upper() + name[1:]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (drop(*TRAIN, "responses", "201"), ["trainModel: csharp: 201 is missing", "trainModel: published: 201 is missing"]),
        (swap(*SCHEMAS, "ModelV2Entity", "properties", "createdAt", "type", value="integer"), ["ModelV2Entity: createdAt"]),
        (rename(*SCHEMAS, DTO, "properties", "webhookUrl", to="webhook"), [f"{DTO}: webhook", f"{DTO}: webhookUrl"]),
        (unrequire("ListModelsV2Response", "models"), ["ListModelsV2Response: models"]),
        (rename("paths", LIST, to="/api/v3"), [f"listAllModels: no such operation at GET {LIST}"]),
        (swap(*SCHEMAS, DTO, "properties", "subjectType", "default", value="style"), [f"{DTO}: subjectType"]),
    ],
)  # fmt: skip
def test_a_deviation_is_found(change: Change, expected: list[str]) -> None:
    """The comparison above fails where the document leaves the facts."""
    document = copy.deepcopy(ours())
    change(document)

    assert sorted(deviations(document)) == expected
