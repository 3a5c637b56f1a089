"""Single changes of the contract, as data: what is done, and what the guards must say of it.

A row names the worst change that the comparison must find, and how far the change reaches: into the client,
into the copy of the document only, or not at all because the generator refuses it, be it for the document's
sake or for that of the choices in generator-config.yaml, which name what is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from attrs import frozen

Document = dict[str, Any]
Change = Callable[[Document], None]

CLIENT, DOCUMENT, REFUSED, CHOICES = "client", "document", "refused", "choices"
BREAKING, COMPATIBLE, DOCUMENTATION = "breaking", "compatible", "documentation"

LIST, ONE, NEW = "/api/v2/images/models", "/api/v2/images/models/{modelId}", "/api/v2/images/models/new"
TRAIN = ("paths", NEW, "post")
GET = ("paths", ONE, "get")
DELETE = ("paths", ONE, "delete")
FETCH_ALL = ("paths", LIST, "get")
FORM = (*TRAIN, "requestBody", "content", "multipart/form-data")
CALLBACK = (*TRAIN, "callbacks", "trainingEnded")
CALL = (*CALLBACK, "{$request.body#/webhookUrl}", "post")
MODEL_ID = ("components", "parameters", "ModelId")
SCHEMAS = ("components", "schemas")
TEXT = {"type": "string"}


@frozen
class Mutation:
    """One change, and what must come of it.

    Args:
        group: What kind of thing is changed.
        name: What is done to it.
        change: The function that does it to a copy of the document.
        severity: How bad the worst change is that the comparison finds.
        worst: Place and kind of a change that it finds among the worst.
        reach: How far it goes.
    """

    group: str
    name: str
    change: Change
    severity: str
    worst: str
    reach: str = CLIENT


# Small tools. Each finds what it changes, so that a table that has gone stale fails instead of passing.


def at(document: Document, path: tuple[str | int, ...]) -> Any:
    value: Any = document
    for step in path:
        value = value[step]
    return value


def put(*path: str | int, value: Any) -> Change:
    """Add a key that is not there yet."""

    def change(document: Document) -> None:
        holder = at(document, path[:-1])
        assert path[-1] not in holder
        holder[path[-1]] = value

    return change


def swap(*path: str | int, value: Any) -> Change:
    """Replace a value that is there by another."""

    def change(document: Document) -> None:
        holder = at(document, path[:-1])
        assert holder[path[-1]] != value
        holder[path[-1]] = value

    return change


def drop(*path: str | int) -> Change:
    """Remove a key or an element that is there."""

    def change(document: Document) -> None:
        del at(document, path[:-1])[path[-1]]

    return change


def push(*path: str | int, value: Any) -> Change:
    """Append to a list that is there."""

    def change(document: Document) -> None:
        at(document, path).append(value)

    return change


def rename(*path: str | int, to: str) -> Change:
    """Give a key another name, in the same place of the order."""

    def change(document: Document) -> None:
        holder = at(document, path[:-1])
        assert path[-1] in holder
        items = [(to if key == path[-1] else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)

    return change


def both(*changes: Change) -> Change:
    """Do what belongs together."""

    def change(document: Document) -> None:
        for each in changes:
            each(document)

    return change


def replace_everywhere(old: str, new: str) -> Change:
    """Replace a text wherever it is a whole value, as references and ids are."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(each) for key, each in value.items()}
        if isinstance(value, list):
            return [walk(each) for each in value]
        return new if value == old else value

    def change(document: Document) -> None:
        changed = walk(document)
        assert changed != document
        document.clear()
        document.update(changed)

    return change


# Fields, one by one.

SENT = ("CreateAndTrainModelDto",)
RECEIVED = ("ModelV2Entity", "ListModelsV2Response", "TrainingEndedEvent", "ErrorBody")
NEEDED_BY_RULE = ("imageSampleUrls", "imageSampleFiles")
# The list whose elements' fields are the columns of a command.
LISTED = "ListModelsV2Response.models"
NEEDED_BY_WAITING = ("id", "status")


def rename_field(schema: str, key: str) -> Change:
    to = f"{key}Two"

    def change(document: Document) -> None:
        rename(*SCHEMAS, schema, "properties", key, to=to)(document)
        found = at(document, (*SCHEMAS, schema))
        for holder in (found, *found.get("oneOf", [])):
            if key in holder.get("required", []):
                holder["required"] = [to if each == key else each for each in holder["required"]]
        encoding = at(document, FORM)["encoding"]
        if schema in SENT and key in encoding:
            encoding[to] = encoding.pop(key)

    return change


def unrequire(schema: str, key: str) -> Change:
    def change(document: Document) -> None:
        found = at(document, (*SCHEMAS, schema))
        found["required"].remove(key)
        if not found["required"]:
            del found["required"]

    return change


def drop_field(schema: str, key: str) -> Change:
    def change(document: Document) -> None:
        del at(document, (*SCHEMAS, schema))["properties"][key]
        if key in at(document, (*SCHEMAS, schema)).get("required", []):
            unrequire(schema, key)(document)

    return change


def require(schema: str, key: str) -> Change:
    def change(document: Document) -> None:
        needed = at(document, (*SCHEMAS, schema)).setdefault("required", [])
        assert key not in needed
        needed.append(key)

    return change


def field_mutations(document: Document, chosen: Mapping[str, Container[str]]) -> Iterator[Mutation]:
    """Rename, remove, retype, require or un-require every field there is."""
    for schema in (*SENT, *RECEIVED):
        found = at(document, (*SCHEMAS, schema))
        sent = schema in SENT
        for key, data in found["properties"].items():
            place, path = f"{schema}.{key}", (*SCHEMAS, schema, "properties", key)
            waits = schema == "ModelV2Entity" and key in NEEDED_BY_WAITING
            renamed = REFUSED if waits else CHOICES if key in chosen.get(schema, ()) else CLIENT
            removed = REFUSED if sent and key in NEEDED_BY_RULE else renamed
            lost = f"{place}: field removed"
            yield _field(f"rename {place}", rename_field(schema, key), BREAKING, lost, renamed)
            yield _field(f"remove {place}", drop_field(schema, key), BREAKING, lost, removed)
            other = {"type": "boolean"} if data.get("type") != "boolean" else TEXT
            reach = CHOICES if place == LISTED else CLIENT
            yield _field(f"retype {place}", swap(*path, value=other), BREAKING, _retyped(place, data), reach)
            if key in found.get("required", []):
                severity, change = COMPATIBLE if sent else BREAKING, unrequire(schema, key)
                yield _field(f"un-require {place}", change, severity, f"{place}: required removed")
            else:
                severity, change = BREAKING if sent else COMPATIBLE, require(schema, key)
                yield _field(f"require {place}", change, severity, f"{place}: required added")
        new, added = put(*SCHEMAS, schema, "properties", "extra", value=TEXT), f"{schema}.extra: field added"
        yield _field(f"add an optional field to {schema}", new, COMPATIBLE, added)
        severity, needed = BREAKING if sent else COMPATIBLE, both(new, require(schema, "extra"))
        yield _field(f"add a required field to {schema}", needed, severity, added)


def _field(name: str, change: Change, severity: str, worst: str, reach: str = CLIENT) -> Mutation:
    return Mutation("field", name, change, severity, worst, reach)


def _retyped(place: str, data: Document) -> str:
    kind = "schema name changed" if "$ref" in data else "anyOf removed" if "anyOf" in data else "type changed"
    return f"{place}: {kind}"
