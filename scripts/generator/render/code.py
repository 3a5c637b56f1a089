"""How a type of the ir is written in Python: as an annotation, and as the codec of its values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from attrs import frozen

from .. import ir
from .text import literal

Position: TypeAlias = Literal["argument", "attribute"]

_SCALARS: Final[dict[ir.ScalarName, tuple[str, str]]] = {
    "str": ("str", "STR"),
    "int": ("int", "INT"),
    "float": ("float", "FLOAT"),
    "bool": ("bool", "BOOL"),
    "any": ("Any", "ANY"),
    "none": ("None", "NONE"),
    "date": ("dt.date", "DATE"),
    "datetime": ("dt.datetime", "DATETIME"),
    "uuid": ("UUID", "UUID_"),
    "binary": ("bytes", "ANY"),
}
FILE: Final = ir.Scalar("binary")


@frozen
class Imports:
    """What a module must import for the types that it mentions.

    Args:
        models: Names of model classes and aliases, for annotations.
        codecs: Names from the runtime's codecs.
        names: Other names: "Any", "Literal", "Sequence", "dt", "UUID", "FileTypes".
    """

    models: tuple[str, ...]
    codecs: tuple[str, ...]
    names: frozenset[str]


def annotation(each: ir.Type, position: Position) -> str:  # noqa: PLR0911 - one return for each kind of type
    """Write the annotation of a type.

    An argument accepts any sequence and only the values of a closed set; an attribute holds a list, and
    may hold a value that the document does not know yet.

    Args:
        each: The type.
        position: Where the annotation stands.

    Returns:
        An expression.
    """
    if isinstance(each, ir.Scalar):
        return "FileTypes" if each == FILE and position == "argument" else _SCALARS[each.name][0]
    if isinstance(each, ir.Array):
        outer = "Sequence" if position == "argument" else "list"
        return f"{outer}[{annotation(each.item, position)}]"
    if isinstance(each, ir.Map):
        outer = "Mapping" if position == "argument" else "dict"
        return f"{outer}[str, {annotation(each.value, position)}]"
    if isinstance(each, ir.ModelRef):
        return each.class_name
    if isinstance(each, ir.Open):
        return "str"
    if isinstance(each, ir.Literals):
        return _literals(each, position)
    if isinstance(each, ir.Nullable):
        inner = annotation(each.inner, position)
        return inner if inner in ("Any", "None") or inner.endswith("| None") else f"{inner} | None"
    members = dict.fromkeys(
        part for member in each.members for part in annotation(member, position).split(" | ")
    )
    return "Any" if "Any" in members else " | ".join(members)


def _literals(each: ir.Literals, position: Position) -> str:
    if any(isinstance(value, float) for value in each.values):
        return "float"  # Python has no type for some numbers with a point alone
    closed = each.name or f"Literal[{', '.join(literal(value) for value in each.values)}]"
    if position == "argument":
        return closed
    bases = sorted({type(value).__name__ for value in each.values})
    return " | ".join([closed, *bases])


def codec(each: ir.Type) -> str:  # noqa: PLR0911 - one return for each kind of type
    """Write the codec of a type: the expression that makes the object which reads and writes its values."""
    if isinstance(each, ir.Scalar):
        return _SCALARS[each.name][1]
    if isinstance(each, ir.Array):
        return f"ListOf({codec(each.item)})"
    if isinstance(each, ir.Map):
        return f"MapOf({codec(each.value)})"
    if isinstance(each, ir.ModelRef):
        return f"ModelOf(MODELS, {literal(each.class_name)})"
    if isinstance(each, ir.Open):
        return f"OpenLiterals({literal(each.known)})"
    if isinstance(each, ir.Literals):
        return f"Literals({literal(each.values)})"
    if isinstance(each, ir.Nullable):
        return f"Nullable({codec(each.inner)})"
    members = (
        literal(()) if not each.members else f"({''.join(f'{codec(member)}, ' for member in each.members)})"
    )
    if each.discriminator is None:
        return f"UnionOf({members})"
    return f"UnionOf({members}, {literal(each.discriminator)}, {literal(dict(each.mapping))})"


def imports(types: Iterable[ir.Type], position: Position) -> Imports:
    """Tell what a module that mentions some types must import.

    Args:
        types: The types.
        position: Where their annotations stand.

    Returns:
        The names, sorted.
    """
    models: set[str] = set()
    codecs: set[str] = set()
    names: set[str] = set()
    for each in (part for outer in types for part in ir.parts_of(outer)):
        codecs.add(_codec_name(each))
        models |= {each.class_name} if isinstance(each, ir.ModelRef) else set()
        if isinstance(each, ir.Literals):
            models |= {each.name} if each.name and annotation(each, position) != "float" else set()
            names |= set() if each.name else {"Literal"}
        names |= _annotation_names(each, position)
    return Imports(tuple(sorted(models)), tuple(sorted(codecs)), frozenset(names))


def _codec_name(each: ir.Type) -> str:
    return codec(each).partition("(")[0]


def _annotation_names(each: ir.Type, position: Position) -> set[str]:
    text = annotation(each, position)
    known = {"Any": "Any", "dt.": "dt", "UUID": "UUID", "FileTypes": "FileTypes", "Sequence[": "Sequence"}
    known["Mapping["] = "Mapping"
    return {name for sign, name in known.items() if text.startswith(sign)}
