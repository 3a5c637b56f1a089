"""Compare request bodies, responses and callbacks."""

from __future__ import annotations

from typing import Any

from ..generator.document.pointers import Located, resolve
from ..generator.ir.prepare import PreparedOperation, essence, is_json
from . import schemas
from .changes import Severity
from .finder import Context, Direction, Finder

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def compare_bodies(finder: Finder, old: Located | None, new: Located | None, at: Context) -> None:
    """Compare the request bodies of an operation, each of which may be None."""
    _bodies(
        finder, old.data if old else None, new.data if new else None, at.at(f"{at.place} request"), "sent"
    )


def _bodies(
    finder: Finder, old: dict[str, Any] | None, new: dict[str, Any] | None, at: Context, direction: Direction
) -> None:
    if old is None and new is None:
        return
    if old is None or new is None:
        required = bool((new or {}).get("required"))
        severity = Severity.BREAKING if new is None or required else Severity.COMPATIBLE
        effect = "there is no body any longer" if new is None else "there is a body now"
        finder.add(at, f"body {'removed' if new is None else 'added'}", severity, effect)
        return
    before, after = bool(old.get("required")), bool(new.get("required"))
    if before != after:
        harmless = after == (direction == "received")
        effect = "there is always a body" if after else "the body may be missing"
        severity = Severity.COMPATIBLE if harmless else Severity.BREAKING
        finder.add(at, f"required {'added' if after else 'removed'}", severity, effect)
    _contents(finder, old.get("content", {}), new.get("content", {}), at, direction)
    finder.rest(at, old, new, {"required", "content"})


def _contents(
    finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context, direction: Direction
) -> None:
    for media_type in dict.fromkeys([*old, *new]):
        inner = at.at(at.place if len(old) == 1 else f"{at.place} {media_type}")
        if media_type not in new:
            effect = (
                "requests with it may be rejected" if direction == "sent" else "responses have another one"
            )
            finder.add(at, "media type removed", Severity.BREAKING, effect, (media_type, ""))
        elif media_type not in old:
            effect = "it can be used as well"
            finder.add(at, "media type added", Severity.COMPATIBLE, effect, ("", media_type))
        else:
            before, after = old[media_type], new[media_type]
            is_form = direction == "sent" and essence(media_type) in _FORMS
            there = Context(inner.place, direction, at.operation, is_spread=is_form)
            schemas.compare(finder, before.get("schema", {}), after.get("schema", {}), there)
            _encodings(finder, before, after, inner)
            finder.rest(inner, before, after, {"schema", "encoding"})


def _encodings(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = old.get("encoding", {}), new.get("encoding", {})
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key, {}), after.get(key, {})
        inner = at.at(f"{at.place}.{key}")
        ways = [_way(each) for each in (one, other)]
        if ways[0] != ways[1]:
            effect = "the same call sends something else"
            finder.add(inner, "encoding changed", Severity.BREAKING, effect, ways)
        elif (key in before) != (key in after) or (one != other and _words(one) == _words(other)):
            effect = "only the wording differs"
            finder.add(inner, "encoding changed", Severity.DOCUMENTATION, effect)
        finder.rest(inner, one, other, {"style", "explode", "contentType"})


def _way(encoding: dict[str, Any]) -> str:
    style = encoding.get("style", "form")
    explode = encoding.get("explode", style == "form")
    content_type = encoding.get("contentType")
    return f"{style}, explode {str(explode).lower()}" + (f", as {content_type}" if content_type else "")


def _words(encoding: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in encoding.items() if key not in ("style", "explode", "contentType")}


def compare_responses(finder: Finder, old: PreparedOperation, new: PreparedOperation, at: Context) -> None:
    """Compare the responses of an operation by status."""
    before = {status: located.data for status, located, _ in old.responses}
    after = {status: located.data for status, located, _ in new.responses}
    for status in dict.fromkeys([*before, *after]):
        inner = at.at(f"{at.place} {status}")
        if status not in after:
            _removed_status(finder, before, status, inner)
        elif status not in before:
            _added_status(finder, before, (status, after), inner)
        else:
            _response(finder, before[status], after[status], inner)


def _removed_status(finder: Finder, before: dict[str, Any], status: str, at: Context) -> None:
    if status in _successes(before):
        severity, effect = Severity.BREAKING, "a response with this status is no longer expected"
    elif before[status].get("content"):
        severity, effect = Severity.BREAKING, "its error no longer carries the documented data"
    else:
        severity, effect = Severity.DOCUMENTATION, "its error no longer has advice"
    finder.add(at, "status removed", severity, effect)


def _added_status(
    finder: Finder, before: dict[str, Any], new: tuple[str, dict[str, Any]], at: Context
) -> None:
    status, after = new
    severity, effect = Severity.COMPATIBLE, "its meaning is documented now"
    known = [_body(finder.old, before[each]) for each in _successes(before)]
    if status in _successes(after) and known and _body(finder.new, after[status]) not in known:
        severity, effect = Severity.BREAKING, "a call may return something of another type"
    finder.add(at, "status added", severity, effect)


def _successes(responses: dict[str, Any]) -> list[str]:
    """Return the success statuses, or `default` if there are none."""
    return [each for each in responses if each.startswith("2")] or [e for e in responses if e == "default"]


def _body(document: dict[str, Any], response: dict[str, Any]) -> Any:
    """Return the name of a response's schema, or the schema itself."""
    content = resolve(document, response, "#").data.get("content") or {}
    media_type = next((each for each in content if is_json(each)), next(iter(content), None))
    schema = content[media_type].get("schema", {}) if media_type else None
    return schemas.name_of(schema) or schema


def _response(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = old.get("content") or {}, new.get("content") or {}
    if bool(before) != bool(after):
        severity = Severity.BREAKING if before else Severity.COMPATIBLE
        effect = "there is no body any longer" if before else "there is a body now"
        finder.add(at, f"body {'removed' if before else 'added'}", severity, effect)
    else:
        _contents(finder, before, after, at, "received")
    _named(finder, old.get("links", {}), new.get("links", {}), at, "link")
    _named(finder, old.get("headers", {}), new.get("headers", {}), at, "header")
    finder.rest(at, old, new, {"content", "links", "headers"})


def _named(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context, subject: str) -> None:
    """Compare the links or headers of a response by name."""
    for name in dict.fromkeys([*old, *new]):
        inner = at.at(f"{at.place} {subject} {name}")
        if name not in new:
            finder.add(inner, f"{subject} removed", Severity.BREAKING, "code that uses it fails")
        elif name not in old:
            finder.add(inner, f"{subject} added", Severity.COMPATIBLE, "it can be used")
        else:
            before = resolve(finder.old, old[name], "#").data
            after = resolve(finder.new, new[name], "#").data
            if subject == "header":
                there = Context(inner.place, "received", at.operation)
                schemas.compare(finder, before.get("schema", {}), after.get("schema", {}), there)
                finder.deprecation(inner, before, after)
            finder.rest(inner, before, after, {"schema", "deprecated"} if subject == "header" else ())


def compare_callback(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    """Compare two operations of a callback: its body, and the responses that users may send."""
    bodies = [
        resolve(document, each["requestBody"], "#").data if "requestBody" in each else None
        for document, each in ((finder.old, old), (finder.new, new))
    ]
    _bodies(finder, bodies[0], bodies[1], at.at(f"{at.place} body"), "received")
    before, after = old.get("responses", {}), new.get("responses", {})
    for status in dict.fromkeys([*before, *after]):
        inner = at.at(f"{at.place} {status.upper()}")
        if status not in after:
            finder.add(inner, "status removed", Severity.BREAKING, "the service may reject this response")
        elif status not in before:
            finder.add(inner, "status added", Severity.COMPATIBLE, "receivers can respond with it")
        else:
            one, other = (
                resolve(d, each, "#").data
                for d, each in ((finder.old, before[status]), (finder.new, after[status]))
            )
            contents = [each.get("content", {}) for each in (one, other)]
            _contents(finder, contents[0], contents[1], inner, "sent")
            finder.rest(inner, one, other, {"content"})
