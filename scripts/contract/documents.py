"""Compare two documents: match their operations, and compare everything outside of operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..generator.document.pointers import resolve, tokens
from ..generator.document.walk import METHODS
from ..generator.ir.prepare import PreparedOperation, prepare
from . import operations, schemas
from .changes import Change, Severity, merge, shown
from .finder import Context, Finder

_DOCUMENT = Context("document", "sent", "")
_COMPARED_ELSEWHERE = {"info", "servers", "security", "tags", "paths", "components"}


def compare(old: dict[str, Any], new: dict[str, Any]) -> tuple[Change, ...]:
    """Compare two valid documents by their effects on users of the API.

    References are resolved, so moving something to components is no change. Names of schemas are compared,
    because classes have these names.

    Args:
        old: The older document, or ours.
        new: The newer document, or theirs.

    Returns:
        The changes, most severe first. None at all means that the documents are equal as data.
    """
    finder = Finder(old, new)
    pairs, removed, added = _pairs(old, new)
    for one, other in pairs:
        operations.compare(finder, one, other)
        _path_item(finder, one, other)
    for each in removed:
        at = Context(each.id, "sent", each.id)
        name = f"{each.method.upper()} {each.path}"
        finder.add(at, "operation removed", Severity.BREAKING, "calls of it fail", (name, ""))
    for each in added:
        at = Context(each.id, "sent", each.id)
        name = f"{each.method.upper()} {each.path}"
        finder.add(at, "operation added", Severity.COMPATIBLE, "it can be called", ("", name))
    _root(finder)
    _schemes(finder)
    _unused_schemas(finder)
    if not finder.found and json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True):
        effect = "only the wording or the order differs"
        finder.add(_DOCUMENT, "wording changed", Severity.DOCUMENTATION, effect)
    return merge(finder.found)


def _pairs(
    old: dict[str, Any], new: dict[str, Any]
) -> tuple[
    list[tuple[PreparedOperation, PreparedOperation]], list[PreparedOperation], list[PreparedOperation]
]:
    """Match operations by method and path, then by operation id."""
    removed, added = list(prepare(old).operations), list(prepare(new).operations)
    pairs = []
    for key in (_route, lambda each: each.id):
        for one in list(removed):
            other = next((each for each in added if key(each) == key(one)), None)
            if other is not None:
                pairs.append((one, other))
                removed.remove(one)
                added.remove(other)
    return pairs, removed, added


def _route(operation: PreparedOperation) -> str:
    return f"{operation.method} {operations.without_names(operation.path)}"


def _path_item(finder: Finder, old: PreparedOperation, new: PreparedOperation) -> None:
    items = [
        resolve(document, document["paths"][each.path], "#").data
        for document, each in ((finder.old, old), (finder.new, new))
    ]
    finder.rest(
        Context(f"path {old.path}", "sent", old.id), items[0], items[1], {*METHODS, "parameters", "$ref"}
    )


def _root(finder: Finder) -> None:
    old, new = finder.old, finder.new
    infos = [each.get("info", {}) for each in (old, new)]
    for key in sorted({*infos[0], *infos[1]}):
        before, after = (each.get(key) for each in infos)
        if before != after:
            values = ["" if each is None else each for each in (before, after)]
            at = _DOCUMENT.at("document info")
            effect = "only the documentation differs"
            finder.add(at, f"{key} changed", Severity.DOCUMENTATION, effect, values)
    if old["openapi"] != new["openapi"]:
        effect = "tools use another version of the standard"
        finder.add(
            _DOCUMENT, "openapi changed", Severity.DOCUMENTATION, effect, (old["openapi"], new["openapi"])
        )
    _servers(finder, old.get("servers", []), new.get("servers", []))
    _tags(finder)
    finder.rest(_DOCUMENT, old, new, {*_COMPARED_ELSEWHERE, "openapi"})


def _servers(finder: Finder, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    at = _DOCUMENT.at("servers")
    before, after = ([each["url"].rstrip("/") for each in servers] for servers in (old, new))
    if before[:1] != after[:1]:
        effect = "calls without a base_url use another server"
        finder.add(
            at, "first server changed", Severity.BREAKING, effect, ("".join(e[:1]) for e in (before, after))
        )
    for url in dict.fromkeys([*before[1:], *after[1:]]):
        if url not in after:
            finder.add(
                at, "server removed", Severity.BREAKING, "clients that use it must use another", (url, "")
            )
        elif url not in before:
            finder.add(at, "server added", Severity.COMPATIBLE, "it can be used", ("", url))
    by_url = dict(zip(after, new, strict=True))
    for url, server in zip(before, old, strict=True):
        if url in by_url:
            finder.rest(at.at(f"server {url}"), server, by_url[url], {"url"})


def _tags(finder: Finder) -> None:
    before, after = ({each["name"]: each for each in d.get("tags", [])} for d in (finder.old, finder.new))
    for name in dict.fromkeys([*before, *after]):
        at = _DOCUMENT.at(f"tag {name}")
        if name in before and name in after:
            finder.rest(at, before[name], after[name], {"name"})
        else:
            effect = "only its description is affected: operations name their tags themselves"
            action = "removed" if name in before else "added"
            finder.add(at, f"tag {action}", Severity.DOCUMENTATION, effect)


def _schemes(finder: Finder) -> None:
    """Compare the descriptions of security schemes; their content is compared for each operation."""
    before, after = (d.get("components", {}).get("securitySchemes", {}) for d in (finder.old, finder.new))
    for name in dict.fromkeys([*before, *after]):
        at = _DOCUMENT.at(f"security scheme {name}")
        if name not in before or name not in after:
            effect = "the name is never sent; operations that use it are listed separately"
            action = "added" if name in after else "removed"
            finder.add(at, f"scheme {action}", Severity.DOCUMENTATION, effect)
            continue
        for key in ("description", "bearerFormat"):
            values = [shown(each[name].get(key, "")) for each in (before, after)]
            if values[0] != values[1]:
                finder.add(at, f"{key} changed", Severity.DOCUMENTATION, "requests are the same", values)


def _unused_schemas(finder: Finder) -> None:
    """Compare schemas that no operation uses, because classes are generated for them too."""
    old, new = (d.get("components", {}).get("schemas", {}) for d in (finder.old, finder.new))
    used = _used(finder.old) | _used(finder.new)
    for name in sorted({*old, *new} - used):
        at = Context(name, "received", "")
        if name not in new:
            finder.add(at, "schema removed", Severity.BREAKING, "code that uses its class fails")
        elif name not in old:
            finder.add(at, "schema added", Severity.COMPATIBLE, "there is a class for it")
        else:
            schemas.compare(finder, old[name], new[name], at)


def _used(document: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that operations use, directly or indirectly."""
    found: set[str] = set()
    waiting: list[Any] = [document.get("paths", {})]
    seen: set[str] = set()
    while waiting:
        for reference in _references(waiting.pop()):
            if reference not in seen and reference.startswith("#/"):
                seen.add(reference)
                if reference.startswith("#/components/schemas/"):
                    found.add(tokens(reference)[-1])
                waiting.append(resolve(document, {"$ref": reference}, "#").data)
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from _references(each)
