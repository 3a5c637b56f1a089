"""Compare operations: names, parameters, security, callbacks and waiting. `messages` compares the bodies."""

from __future__ import annotations

import json
import re
from typing import Any

from ..generator.document.pointers import Located, resolve
from ..generator.document.walk import METHODS
from ..generator.ir.extensions import LONG_RUNNING
from ..generator.ir.prepare import PreparedOperation, parameter_schema
from . import messages, schemas
from .changes import Severity
from .finder import Context, Finder

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
# Keys of a scheme that do not affect requests.
_SCHEME_WORDS = ("description", "bearerFormat")


def compare(finder: Finder, old: PreparedOperation, new: PreparedOperation) -> None:
    """Compare two states of an operation, and add the changes to the finder."""
    at = Context(old.id, "sent", old.id)
    before, after = old.at.data, new.at.data
    _names(finder, old, new, at)
    finder.deprecation(at, before, after)
    _parameters(finder, old, new, at)
    messages.compare_bodies(finder, old.body, new.body, at)
    messages.compare_responses(finder, old, new, at)
    _security(finder, before, after, at)
    _callbacks(finder, before, after, at)
    _long_running(finder, before.get(LONG_RUNNING), after.get(LONG_RUNNING), at)
    handled = {"operationId", "tags", "deprecated", "parameters", "requestBody", "responses", "security"}
    finder.rest(at, before, after, handled | {"callbacks", LONG_RUNNING})


def _names(finder: Finder, old: PreparedOperation, new: PreparedOperation, at: Context) -> None:
    if old.id != new.id:
        effect = "its method is named after it"
        finder.add(at, "operation id changed", Severity.BREAKING, effect, (old.id, new.id))
    if old.method != new.method:
        effect = "a service of the other revision does not know the call"
        finder.add(at, "method changed", Severity.BREAKING, effect, (old.method.upper(), new.method.upper()))
    if without_names(old.path) != without_names(new.path):
        effect = "a service of the other revision does not know the call"
        finder.add(at, "path changed", Severity.BREAKING, effect, (old.path, new.path))
    before, after = (each.at.data.get("tags") or [] for each in (old, new))
    if before[:1] != after[:1]:
        effect = "it is a method of another attribute of the client"
        finder.add(
            at, "tag changed", Severity.BREAKING, effect, (",".join(each[:1]) for each in (before, after))
        )
    elif before != after:
        finder.add(at, "further tags changed", Severity.DOCUMENTATION, "only the first one names anything")


def without_names(path: str) -> str:
    """Return a path with {} in the place of each parameter."""
    return re.sub(r"{[^{}]*}", "{}", path)


# Parameters


def _parameters(finder: Finder, old: PreparedOperation, new: PreparedOperation, at: Context) -> None:
    before, after = ({(p.data["in"], p.data["name"]): p for p in each.parameters} for each in (old, new))
    pairs = [(before[key], after[key]) for key in before if key in after]
    for one, other in zip(
        _only_path(before, after, old.path), _only_path(after, before, new.path), strict=False
    ):
        names = (one.data["name"], other.data["name"])
        effect = "the argument is named after it; the request itself is the same"
        inner = at.at(f"{at.place} path parameter {names[0]}")
        finder.add(inner, "name changed", Severity.BREAKING, effect, names)
        pairs.append((one, other))
    for one, other in pairs:
        _parameter(finder, one, other, at.at(f"{at.place} {one.data['in']} parameter {one.data['name']}"))
    paired = [id(each) for pair in pairs for each in pair]
    for each in before.values():
        if id(each) not in paired:
            inner = at.at(f"{at.place} {each.data['in']} parameter {each.data['name']}")
            finder.add(inner, "parameter removed", Severity.BREAKING, "calls with it may be rejected")
    for each in after.values():
        if id(each) not in paired:
            required = each.data.get("required", False)
            severity = Severity.BREAKING if required else Severity.COMPATIBLE
            effect = "it is required: calls without it are rejected" if required else "it can be passed"
            inner = at.at(f"{at.place} {each.data['in']} parameter {each.data['name']}")
            finder.add(inner, "parameter added", severity, effect)


def _only_path(
    mine: dict[tuple[str, str], Located], others: dict[tuple[str, str], Located], path: str
) -> list[Located]:
    """Return the path parameters that only one side has, in the order of the path."""
    found = [each for key, each in mine.items() if key not in others and key[0] == "path"]
    return sorted(found, key=lambda each: path.find(f"{{{each.data['name']}}}"))


def _parameter(finder: Finder, old: Located, new: Located, at: Context) -> None:
    before, after = bool(old.data.get("required")), bool(new.data.get("required"))
    if before != after:
        severity = Severity.BREAKING if after else Severity.COMPATIBLE
        effect = "calls without it are rejected" if after else "it can be omitted"
        finder.add(at, f"required {'added' if after else 'removed'}", severity, effect)
    finder.deprecation(at, old.data, new.data)
    ways = [_serialization(each.data) for each in (old, new)]
    if ways[0] != ways[1]:
        effect = "the same call sends something else"
        finder.add(at, "serialization changed", Severity.BREAKING, effect, ways)
    schemas.compare(finder, parameter_schema(old)[0], parameter_schema(new)[0], at)
    handled = {"name", "in", "required", "deprecated", "style", "explode", "schema", "content"}
    finder.rest(at, old.data, new.data, handled)


def _serialization(parameter: dict[str, Any]) -> str:
    if "content" in parameter:
        return ", ".join(parameter["content"])
    style = parameter.get("style", _STYLES[parameter["in"]])
    return f"{style}, explode {str(parameter.get('explode', style == 'form')).lower()}"


# Security


def alternatives(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the alternative ways to authenticate a call.

    Args:
        document: The whole document, whose security is the default.
        operation: The operation.

    Returns:
        For each alternative the scopes by the content of the scheme; empty for one without a credential.
    """
    declared = document.get("components", {}).get("securitySchemes", {})
    said = operation.get("security", document.get("security", []))
    return [
        {_scheme(document, declared.get(key, {})): scopes for key, scopes in each.items()} for each in said
    ]


def _scheme(document: dict[str, Any], scheme: dict[str, Any]) -> str:
    found = resolve(document, scheme, "#").data
    return json.dumps(
        {key: value for key, value in found.items() if key not in _SCHEME_WORDS}, sort_keys=True
    )


def _security(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before = alternatives(finder.old, old) or [{}]
    after = alternatives(finder.new, new) or [{}]
    removed, added = (
        [each for each in ways if each not in others] for ways, others in ((before, after), (after, before))
    )
    if not removed and not added:
        return
    # One place for all operations, because the cause is usually the security at the root of the document.
    here = at.at("authentication")
    is_free = {} in after
    severity = Severity.COMPATIBLE if is_free or not removed else Severity.BREAKING
    effect = "what was sent before is still accepted"
    if severity is Severity.BREAKING:
        effect = "calls that authenticate as before are rejected"
    words = [" or ".join(_words(each) for each in ways) for ways in (before, after)]
    finder.add(here, "security changed", severity, effect, words)


def _words(way: dict[str, Any]) -> str:
    schemes = []
    for each, scopes in way.items():
        scheme = json.loads(each)
        kind = " ".join(str(scheme[key]) for key in ("type", "scheme", "in", "name") if key in scheme)
        schemes.append(f"{kind} {scopes}" if scopes else kind)
    return " and ".join(schemes) or "nothing"


# Callbacks and waiting


def _callbacks(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = _flat(finder.old, old), _flat(finder.new, new)
    for name in dict.fromkeys([*before, *after]):
        inner = at.at(f"{at.place} callback {name}")
        if name not in after:
            effect = "the service no longer calls it"
            finder.add(inner, "callback removed", Severity.BREAKING, effect)
        elif name not in before:
            finder.add(inner, "callback added", Severity.COMPATIBLE, "the service can be asked to call it")
        else:
            _callback(finder, before[name], after[name], inner)


def _flat(
    document: dict[str, Any], operation: dict[str, Any]
) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for name, callback in operation.get("callbacks", {}).items():
        calls = found.setdefault(name, [])
        for expression, item in resolve(document, callback, "#").data.items():
            if isinstance(item, dict) and not expression.startswith("x-"):
                inside = resolve(document, item, "#").data
                calls += [(expression, method, inside[method]) for method in METHODS if method in inside]
    return found


def _callback(finder: Finder, old: list[Any], new: list[Any], at: Context) -> None:
    for index in range(max(len(old), len(new))):
        if index >= len(old) or index >= len(new):
            severity = Severity.BREAKING if index < len(old) else Severity.COMPATIBLE
            effect = (
                "the service makes one call less" if index < len(old) else "the service makes one call more"
            )
            finder.add(at, f"call {'removed' if index < len(old) else 'added'}", severity, effect)
            continue
        (old_target, old_method, before), (new_target, new_method, after) = old[index], new[index]
        if old_target != new_target:
            effect = "the service calls another address"
            finder.add(at, "address changed", Severity.BREAKING, effect, (old_target, new_target))
        if old_method != new_method:
            effect = "receivers must expect another request"
            finder.add(
                at, "method changed", Severity.BREAKING, effect, (old_method.upper(), new_method.upper())
            )
        messages.compare_callback(finder, before, after, at)
        if alternatives(finder.old, before) != alternatives(finder.new, after):
            effect = "receivers must check the call in another way"
            finder.add(at, "security changed", Severity.BREAKING, effect)
        named = {"operationId", "requestBody", "responses", "security"}
        if before.get("operationId") != after.get("operationId"):
            words = (before.get("operationId", ""), after.get("operationId", ""))
            finder.add(at, "operation id changed", Severity.DOCUMENTATION, "no code uses the id", words)
        finder.rest(at, before, after, named)


def _long_running(finder: Finder, old: Any, new: Any, at: Context) -> None:
    if old == new:
        return
    if old is None or new is None:
        severity = Severity.BREAKING if new is None else Severity.COMPATIBLE
        effect = (
            "the methods that wait are removed"
            if new is None
            else "there are methods that wait for the result"
        )
        finder.add(at, f"{LONG_RUNNING} {'removed' if new is None else 'added'}", severity, effect)
        return
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before != after:
            is_delay = key in ("first-delay", "max-delay")
            severity = Severity.COMPATIBLE if is_delay else Severity.BREAKING
            effect = "waiting polls at other times" if is_delay else "waiting ends at another status"
            finder.add(at, f"{LONG_RUNNING} {key} changed", severity, effect, (before, after))
