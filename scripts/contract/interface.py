"""Compare the Python interfaces of two revisions of a package.

griffe reads both statically, without importing them. The interface is everything that users can name without
an underscore, except for `operations`, which is internal.

griffe's own `find_breaking_changes` does not see types, removed bases, overloads, arguments that attrs
generates or broken exports, and reports no additions, so the comparison is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import griffe
from attrs import field as attrs_field
from attrs import frozen

from .changes import Change, Severity, merge

_INTERNAL = ("operations",)
_PASSED_IN_ORDER = ("positional-only", "positional or keyword")
_ANNOTATED_INIT = ("define", "frozen", "mutable", "attrs.define", "attrs.frozen", "attr.s")


@frozen
class Parameter:
    """A parameter of a function, as a caller sees it."""

    name: str
    kind: str
    is_required: bool
    annotation: str


@frozen
class Item:
    """Something that users can name.

    Args:
        kind: "module", "class", "function", "attribute" or "broken name".
        annotation: The type that a function returns, or of an attribute; the bases of a class.
        parameters: The parameters of a function.
        overloads: The overloads of a function.
        alias_of: The path of a class that this is another name for, or None.
        defined_as: The path of a class's definition, which is not part of the interface.
    """

    kind: str
    annotation: str = ""
    parameters: tuple[Parameter, ...] = ()
    overloads: tuple[Item, ...] = ()
    alias_of: str | None = None
    defined_as: str = attrs_field(default="", eq=False)


def read(package: Path) -> dict[str, Item]:
    """Return the interface of the package in a folder: all items by their dotted paths."""
    loaded = griffe.load(
        package.name, search_paths=[package.parent], allow_inspection=False, try_relative_path=False
    )
    found: dict[str, Item] = {}
    _module(loaded, package.name, package.name, found)
    return found


def _module(module: Any, path: str, package: str, found: dict[str, Item]) -> None:
    found[path] = Item("module")
    for name, member in sorted(module.members.items()):
        if name.startswith("_") or (path == package and name in _INTERNAL):
            continue
        if member.is_alias:
            if not member.is_public or not member.target_path.startswith(f"{package}."):
                continue
            try:
                member = member.final_target  # noqa: PLW2901
            except griffe.AliasResolutionError:  # it is exported, but does not exist
                found[f"{path}.{name}"] = Item("broken name")
                continue
        if member.is_module:
            _module(member, f"{path}.{name}", package, found)
        else:
            _object(member, f"{path}.{name}", found)


def _object(member: Any, path: str, found: dict[str, Item]) -> None:
    if member.is_function:
        found[path] = _function(member)
    elif member.is_attribute:
        found[path] = Item("attribute", _text(member.annotation))
    elif member.is_class:
        first = next((known for known, each in found.items() if each.defined_as == member.path), None)
        if first is not None:  # reported only once
            found[path] = Item("class", f"the same as {first}", alias_of=first)
            return
        found[path] = Item(
            "class", ", ".join(sorted(str(each) for each in member.bases)), defined_as=member.path
        )
        members = _members(member)
        for name, each in sorted(members.items()):
            if name == "__init__" or not name.startswith("_"):
                _object(each, f"{path}.{name}", found)
        if "__init__" not in members and _is_annotated(member):
            found[f"{path}.__init__"] = Item("function", "None", tuple(_fields(members)))


def _members(owner: Any) -> dict[str, Any]:
    """Return the members of a class, including inherited ones, but not those of other packages."""
    found = {}
    for name, member in owner.all_members.items():
        try:
            found[name] = member.final_target if member.is_alias else member
        except griffe.AliasResolutionError:  # it is from another package
            continue
    return found


def _function(function: Any) -> Item:
    parameters = tuple(
        Parameter(each.name, str(each.kind.value if each.kind else ""), each.required, _text(each.annotation))
        for each in function.parameters
        if each.name not in ("self", "cls")
    )
    overloads = tuple(_function(each) for each in function.overloads or ())
    return Item("function", _text(function.returns), parameters, overloads)


def _is_annotated(owner: Any) -> bool:
    """Return whether attrs generates the arguments of a class from its annotated attributes."""
    return any(str(each.callable_path).endswith(_ANNOTATED_INIT) for each in owner.decorators)


def _fields(members: Mapping[str, Any]) -> Iterator[Parameter]:
    for name, each in members.items():
        text = _text(each.annotation) if each.is_attribute else ""
        if (
            text
            and not name.startswith("_")
            and not text.startswith("ClassVar")
            and "property" not in each.labels
        ):
            yield Parameter(name, "keyword-only", each.value is None, text)


def _text(annotation: Any) -> str:
    return "" if annotation is None else str(annotation)


def compare(old: Mapping[str, Item], new: Mapping[str, Item]) -> tuple[Change, ...]:
    """Compare two interfaces.

    Returns:
        The changes, most severe first. Members of something that was added or removed are not listed.
    """
    found: list[Change] = []
    for path in sorted({*old, *new}):
        parent = path.rpartition(".")[0]
        before, after = old.get(path), new.get(path)
        if _is_second_name(before, new, old) or _is_second_name(after, old, new):
            continue
        if before is None:
            if parent in old or not parent:
                found.append(Change(path, "name added", Severity.COMPATIBLE, "it can be used"))
        elif after is None:
            if parent in new or not parent:
                found.append(Change(path, "name removed", Severity.BREAKING, "code that uses it fails"))
        elif before.kind != after.kind:
            values = (before.kind, after.kind)
            found.append(
                Change(path, "kind changed", Severity.BREAKING, "it is used in another way", *values)
            )
        elif before.kind == "function":
            found += _functions(path, before, after)
        elif before.annotation != after.annotation:
            found += _annotation(path, before, after)
    return merge(found)


def _is_second_name(item: Item | None, other: Mapping[str, Item], mine: Mapping[str, Item]) -> bool:
    """Return whether something is an alias of what is reported elsewhere."""
    if item is None or item.alias_of is None:
        return False
    return item.alias_of in mine and item.alias_of not in other


def _annotation(path: str, before: Item, after: Item) -> Iterator[Change]:
    values = (before.annotation, after.annotation)
    if before.kind == "class":
        removed = set(before.annotation.split(", ")) - set(after.annotation.split(", "))
        severity = Severity.BREAKING if removed else Severity.COMPATIBLE
        yield Change(path, "bases changed", severity, "it is an instance of other classes", *values)
    else:
        severity = _severity(before.annotation, after.annotation, is_given=False)
        yield Change(path, "type changed", severity, "code that reads it gets another type", *values)


def _severity(before: str, after: str, *, is_given: bool) -> Severity:
    """Rate a changed annotation. Arguments may accept more, and results may contain less."""
    old, new = set(before.split(" | ")), set(after.split(" | "))
    harmless = old <= new if is_given else new <= old
    return Severity.COMPATIBLE if harmless or (is_given and "Any" in new) else Severity.BREAKING


def _functions(path: str, before: Item, after: Item) -> Iterator[Change]:
    place = path.removesuffix(".__init__")
    if before.annotation != after.annotation:
        severity = _severity(before.annotation, after.annotation, is_given=False)
        values = (before.annotation, after.annotation)
        yield Change(place, "result changed", severity, "callers get another type", *values)
    yield from _parameters(place, before, after)
    if len(before.overloads) > len(after.overloads):
        yield Change(
            place, "overload removed", Severity.BREAKING, "type checkers may reject a way to call it"
        )
    elif len(before.overloads) < len(after.overloads):
        effect = "the annotation is more precise"
        severity = Severity.COMPATIBLE if before.overloads else Severity.BREAKING
        yield Change(place, "overload added", severity, effect)
    else:
        for one, other in zip(before.overloads, after.overloads, strict=True):
            yield from _functions(place, one, other)


def _parameters(path: str, before: Item, after: Item) -> Iterator[Change]:
    old = {each.name: each for each in before.parameters}
    new = {each.name: each for each in after.parameters}
    takes_any = any(each.kind == "variadic keyword" for each in after.parameters)
    for name, each in old.items():
        place = f"{path}({name})"
        if name not in new:
            severity = Severity.COMPATIBLE if takes_any else Severity.BREAKING
            yield Change(place, "argument removed", severity, "calls that pass it fail")
        else:
            yield from _parameter(place, each, new[name])
    for name, each in new.items():
        if name not in old:
            required = each.is_required and not each.kind.startswith("variadic")
            severity = Severity.BREAKING if required else Severity.COMPATIBLE
            effect = "calls without it fail" if required else "it can be passed"
            yield Change(f"{path}({name})", "argument added", severity, effect)
    yield from _order(path, before, after)


def _order(path: str, before: Item, after: Item) -> Iterator[Change]:
    """Find positional arguments that would bind to different parameters."""
    was, now = (
        [each.name for each in item.parameters if each.kind in _PASSED_IN_ORDER] for item in (before, after)
    )
    kept = [each for each in was if each in now]
    if kept != now[: len(kept)]:
        effect = "positional arguments bind to different parameters"
        values = (", ".join(was), ", ".join(now))
        yield Change(path, "order changed", Severity.BREAKING, effect, *values)


def _parameter(place: str, before: Parameter, after: Parameter) -> Iterator[Change]:
    if before.is_required != after.is_required:
        severity = Severity.BREAKING if after.is_required else Severity.COMPATIBLE
        effect = "calls without it fail" if after.is_required else "it can be omitted"
        yield Change(place, "required added" if after.is_required else "required removed", severity, effect)
    if before.kind != after.kind:
        harmless = after.kind == "positional or keyword"
        severity = Severity.COMPATIBLE if harmless else Severity.BREAKING
        effect = "it can also be passed by position or name" if harmless else "it is passed in another way"
        yield Change(place, "kind changed", severity, effect, before.kind, after.kind)
    if before.annotation != after.annotation:
        severity = _severity(before.annotation, after.annotation, is_given=True)
        values = (before.annotation, after.annotation)
        yield Change(place, "type changed", severity, "callers pass another type", *values)
