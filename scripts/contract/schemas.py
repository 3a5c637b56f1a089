"""Compare schemas, depending on whether users send or receive them.

The two directions break in opposite ways: a service can accept more, and can respond with less. Each rule is
about one aspect.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from attrs import evolve

from ..generator.document.pointers import resolve, tokens
from ..generator.ir.prepare import is_rule_of_required
from .changes import Action, Severity
from .finder import Context, Finder, action_on, same

# Formats that have their own Python types.
_TYPES_BY_FORMAT = frozenset({"date", "date-time", "uuid", "binary", "byte"})
_UPPER_BOUNDS = ("maximum", "maxLength", "maxItems", "maxProperties")
_LOWER_BOUNDS = ("minimum", "minLength", "minItems", "minProperties")
_OTHER_BOUNDS = ("pattern", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum", "not")
_OPEN_SET = "x-extensible-enum"
_HANDLED = frozenset(
    {"$ref", "type", "nullable", "format", "enum", "const", _OPEN_SET, "default", "properties", "required"}
    | {"items", "additionalProperties", "oneOf", "anyOf", "allOf"}
    | {"deprecated", "readOnly", "writeOnly", "discriminator"}
    | {*_UPPER_BOUNDS, *_LOWER_BOUNDS, *_OTHER_BOUNDS}
)


def name_of(schema: Any) -> str | None:
    """Return the name of a referenced schema, or None for an inline one."""
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    return tokens(reference)[-1] if reference else None


def compare(finder: Finder, old: Any, new: Any, at: Context) -> None:
    """Compare two schemas, which may be references, and add the changes to the finder."""
    names = (name_of(old), name_of(new))
    before, after = _resolved(finder.old, old), _resolved(finder.new, new)
    if names != (None, None):
        if (str(names[0]), str(names[1])) in at.seen:
            return
        _compare_names(finder, names, (before, after), at)
        place = names[0] if names[0] and names[1] else at.place
        at = evolve(at, place=place, is_spread=False, seen=at.seen | {(str(names[0]), str(names[1]))})
    for rule in _RULES:
        rule(finder, before, after, at)
    finder.rest(at, before, after, _HANDLED)


def _resolved(document: dict[str, Any], schema: Any) -> dict[str, Any]:
    return resolve(document, schema, "#").data if isinstance(schema, dict) else {}


def _compare_names(
    finder: Finder,
    names: tuple[str | None, str | None],
    schemas: tuple[dict[str, Any], dict[str, Any]],
    at: Context,
) -> None:
    if names[0] == names[1]:
        return
    is_class = any("properties" in each or "enum" in each for each in schemas) and not at.is_spread
    severity = Severity.BREAKING if is_class else Severity.DOCUMENTATION
    effect = "code that uses its class must be changed" if is_class else "no class has this name"
    finder.add(at, "schema name changed", severity, effect, (each or "(in place)" for each in names))


# The rules


def _by_range(at: Context, *, wider: bool, narrower: bool) -> Severity:
    """Rate a changed range of values. Requests may accept more, and responses may contain less."""
    harmless = (wider and not narrower) if at.direction == "sent" else (narrower and not wider)
    return Severity.COMPATIBLE if harmless else Severity.BREAKING


def _range_effect(at: Context, severity: Severity) -> str:
    if severity is Severity.COMPATIBLE:
        return "more is accepted" if at.direction == "sent" else "responses have no new values"
    if at.direction == "sent":
        return "requests that were valid before may be rejected"
    return "responses may have values that were impossible before"


def _types(schema: dict[str, Any]) -> frozenset[str] | None:
    """Return the JSON types that a schema allows, or None for any."""
    said = schema.get("type")
    if said is None:
        return None
    types = {said} if isinstance(said, str) else set(said)
    if schema.get("nullable"):
        types.add("null")
    return frozenset(types | {"integer"} if "number" in types else types)


def _type(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = _types(old), _types(new)
    if before == after:
        return
    wider = after is None or (before is not None and not after <= before)
    narrower = before is None or (after is not None and not before <= after)
    severity = _by_range(at, wider=wider, narrower=narrower)
    finder.add(at, "type changed", severity, _range_effect(at, severity), (_typed(old), _typed(new)))


def _typed(schema: dict[str, Any]) -> str:
    said = schema.get("type", "any")
    text = said if isinstance(said, str) else " or ".join(said)
    return f"{text} or null" if schema.get("nullable") else text


def _format(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = old.get("format"), new.get("format")
    if before == after:
        return
    severity = _by_range(at, wider=bool(before), narrower=bool(after))
    effect = _range_effect(at, severity)
    if {before, after} & _TYPES_BY_FORMAT:
        severity, effect = Severity.BREAKING, "the value has another type in Python"
    finder.add(at, f"format {action_on('format', old, new)}", severity, effect, (before or "", after or ""))


def _values(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = _closed_set(old), _closed_set(new)
    if before != after:
        wider = after is None or (before is not None and not after <= before)
        narrower = before is None or (after is not None and not before <= after)
        severity = _by_range(at, wider=wider, narrower=narrower)
        texts = ["" if each is None else ", ".join(sorted(each)) for each in (before, after)]
        action: Action = "changed" if before and after else "removed" if before else "added"
        finder.add(at, f"enum {action}", severity, _range_effect(at, severity), texts)
    known, now = old.get(_OPEN_SET) or [], new.get(_OPEN_SET) or []
    if known != now:
        effect = "only the list of known values differs: the set is open"
        removed = [each for each in known if each not in now]
        severity = Severity.COMPATIBLE if set(known) != set(now) else Severity.DOCUMENTATION
        if at.direction == "sent" and removed:
            severity, effect = Severity.BREAKING, "a value that was listed may no longer be accepted"
        finder.add(at, f"known values {action_on(_OPEN_SET, old, new)}", severity, effect, (known, now))


def _closed_set(schema: dict[str, Any]) -> frozenset[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else frozenset(json.dumps(each, sort_keys=True) for each in values)


def _bounds(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    for key in (*_UPPER_BOUNDS, *_LOWER_BOUNDS, *_OTHER_BOUNDS):
        before, after = old.get(key), new.get(key)
        if same(before, after):
            continue
        narrower = before is None or after is not None
        wider = after is None or before is not None
        if before is not None and after is not None and key in (*_UPPER_BOUNDS, *_LOWER_BOUNDS):
            wider = after > before if key in _UPPER_BOUNDS else after < before
            narrower = not wider
        severity = _by_range(at, wider=wider, narrower=narrower)
        values = ["" if each is None else each for each in (before, after)]
        finder.add(at, f"{key} {action_on(key, old, new)}", severity, _range_effect(at, severity), values)


def _default(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    if ("default" in old) == ("default" in new) and same(old.get("default"), new.get("default")):
        return
    action = action_on("default", old, new)
    severity = Severity.COMPATIBLE if action == "added" else Severity.BREAKING
    effect = "the value that is used if it is omitted is now documented"
    if action != "added":
        effect = "omitting it has another effect, or an undocumented one"
    if at.direction == "received":
        severity, effect = Severity.DOCUMENTATION, "responses are the same"
    finder.add(at, f"default {action}", severity, effect, (old.get("default", ""), new.get("default", "")))


def _properties(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed, needed_now = set(old.get("required", [])), set(new.get("required", []))
    for key in dict.fromkeys([*before, *after]):
        inner = at.at(f"{at.place}.{key}")
        if key not in after:
            sends = at.direction == "sent"
            effect = "requests with it may be rejected" if sends else "responses no longer have it"
            finder.add(inner, "field removed", Severity.BREAKING, effect)
        elif key not in before:
            _added_field(finder, inner, is_required=key in needed_now)
        else:
            if (key in needed) != (key in needed_now):
                _requirement(finder, inner, is_required=key in needed_now)
            compare(finder, before[key], after[key], inner)
    for key in sorted((needed ^ needed_now) - set(before) - set(after)):
        _requirement(finder, at.at(f"{at.place}.{key}"), is_required=key in needed_now)


def _added_field(finder: Finder, at: Context, *, is_required: bool) -> None:
    if at.direction == "sent" and is_required:
        finder.add(at, "field added", Severity.BREAKING, "it is required: requests without it are rejected")
    else:
        effect = "it can be sent" if at.direction == "sent" else "it can be read"
        finder.add(at, "field added", Severity.COMPATIBLE, effect)


def _requirement(finder: Finder, at: Context, *, is_required: bool) -> None:
    harmless = is_required == (at.direction == "received")
    if at.direction == "sent":
        effect = "it can be omitted" if harmless else "requests without it are rejected"
    else:
        effect = "it is always present" if harmless else "it may be missing"
    severity = Severity.COMPATIBLE if harmless else Severity.BREAKING
    finder.add(at, f"required {'added' if is_required else 'removed'}", severity, effect)


def _further_properties(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if isinstance(before, dict) and isinstance(after, dict) and before and after:
        compare(finder, before, after, at.at(f"{at.place}.*"))
        return
    before, after = (True if each == {} else each for each in (before, after))
    if same(before, after):
        return
    rank = [0 if each is False else 2 if each is True else 1 for each in (before, after)]
    severity = _by_range(at, wider=rank[1] > rank[0], narrower=rank[1] < rank[0])
    effect = _range_effect(at, severity)
    finder.add(at, "further fields changed", severity, effect, (before, after))


def _items(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    if "items" in old or "items" in new:
        compare(finder, old.get("items", {}), new.get("items", {}), at.at(f"{at.place}[]"))


def _variants(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    for key in ("oneOf", "anyOf"):
        before, after = old.get(key, []), new.get(key, [])
        if all(is_rule_of_required(each) for each in [*before, *after]):
            _alternatives(finder, at, key, before, after)
        else:
            _members(finder, at, key, before, after)


def _alternatives(finder: Finder, at: Context, key: str, before: list[Any], after: list[Any]) -> None:
    """Compare rules such as "exactly one of these fields"."""
    ways, ways_now = ({frozenset(each["required"]) for each in rules} for rules in (before, after))
    if ways == ways_now:
        return
    wider = not ways_now or (bool(ways) and not ways_now <= ways)
    narrower = not ways or (bool(ways_now) and not ways <= ways_now)
    severity = _by_range(at, wider=wider, narrower=narrower)
    words = "exactly one of" if key == "oneOf" else "at least one of"
    texts = [
        f"{words} {', '.join(sorted(' + '.join(sorted(each)) for each in rules))}" if rules else ""
        for rules in (ways, ways_now)
    ]
    action: Action = "changed" if ways and ways_now else "removed" if ways else "added"
    finder.add(at, f"rule {action}", severity, _range_effect(at, severity), texts)


def _members(finder: Finder, at: Context, key: str, before: list[Any], after: list[Any]) -> None:
    removed = [each for each in before if not any(same(each, other) for other in after)]
    added = [each for each in after if not any(same(each, other) for other in before)]
    # A variant without an equal one is compared with the next one of the same type.
    for one in list(removed):
        twin = next((each for each in added if _kind(each) == _kind(one)), None)
        if twin is not None:
            compare(finder, one, twin, at.at(f"{at.place} ({key} {before.index(one) + 1})"))
            removed.remove(one)
            added.remove(twin)
    for variants, action in ((removed, "removed"), (added, "added")):
        for each in variants:
            has_none = (action == "added" and not before) or (action == "removed" and not after)
            wider = (action == "added") != has_none
            severity = _by_range(at, wider=wider, narrower=not wider)
            values = (each, "") if action == "removed" else ("", each)
            finder.add(at, f"{key} {action}", severity, _range_effect(at, severity), values)
    shared = [each for each in before if any(same(each, other) for other in after)]
    for each in shared:
        compare(finder, each, each, at.at(f"{at.place} ({key} {before.index(each) + 1})"))


def _kind(schema: Any) -> Any:
    return name_of(schema) or (schema.get("type") if isinstance(schema, dict) else None)


def _parts(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    before, after = old.get("allOf", []), new.get("allOf", [])
    for index, (one, other) in enumerate(zip(before, after, strict=False)):
        inner = at.at(f"{at.place} (allOf {index + 1})") if len(before) > 1 else evolve(at, is_spread=True)
        compare(finder, one, other, inner)
    for each in before[len(after) :]:
        finder.add(at, "allOf removed", Severity.BREAKING, "its fields and rules are removed", (each, ""))
    for each in after[len(before) :]:
        finder.add(at, "allOf added", Severity.BREAKING, "its fields and rules are added", ("", each))


def _flags(finder: Finder, old: dict[str, Any], new: dict[str, Any], at: Context) -> None:
    finder.deprecation(at, old, new)
    for key in ("readOnly", "writeOnly"):
        before, after = bool(old.get(key)), bool(new.get(key))
        if before != after:
            hidden = (key == "readOnly") == (at.direction == "sent")
            severity = Severity.BREAKING if hidden and after else Severity.COMPATIBLE
            effect = "it is no longer sent" if at.direction == "sent" else "it is no longer received"
            if not (hidden and after):
                effect = "it is now used here as well" if hidden else "nothing differs here"
            finder.add(at, f"{key} {'added' if after else 'removed'}", severity, effect)
    before_by, after_by = old.get("discriminator"), new.get("discriminator")
    if not same(before_by, after_by):
        effect = "variants are distinguished in another way"
        values = (before_by or "", after_by or "")
        finder.add(
            at, f"discriminator {action_on('discriminator', old, new)}", Severity.BREAKING, effect, values
        )


_RULES: tuple[Callable[[Finder, dict[str, Any], dict[str, Any], Context], None], ...] = (
    _type,
    _format,
    _values,
    _bounds,
    _default,
    _properties,
    _further_properties,
    _items,
    _variants,
    _parts,
    _flags,
)
