"""Convert types of the ir to Python code: annotations, and the codecs of their values.

Everything before this last step handles types as values.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final, Literal, TypeAlias

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
_CODECS: Final[dict[type, str]] = {
    ir.Array: "ListOf",
    ir.Map: "MapOf",
    ir.ModelRef: "ModelOf",
    ir.Open: "OpenLiterals",
    ir.Literals: "Literals",
    ir.Nullable: "Nullable",
    ir.Union: "UnionOf",
}


def annotation(each: ir.Type, position: Position, *, dt: str = "dt", more: Iterable[str] = ()) -> str:
    """Return the annotation of a type.

    An argument accepts any sequence, and only the known values of a closed set. An attribute is a list, and
    may have a value that is not in the document.

    Args:
        each: The type.
        position: What is annotated.
        dt: The name under which the module imports `datetime`.
        more: The names of further accepted types.

    Returns:
        An expression, with None at the end.
    """
    alternatives = ir.alternatives(each)
    if ir.ANY in alternatives:
        return "Any"
    written = [text for one in alternatives for text in _one(one, position, dt)]
    return " | ".join(dict.fromkeys([*written, *more]))


def _one(each: ir.Type, position: Position, dt: str) -> Iterable[str]:
    """Return the annotation of a type other than a union, as one or more alternatives."""
    if isinstance(each, ir.Scalar):
        if each == ir.FILE and position == "argument":
            yield "FileTypes"
        elif each.name in ("date", "datetime"):
            yield f"{dt}.{each.name}"
        else:
            yield _SCALARS[each.name][0]
    elif isinstance(each, ir.Array):
        outer = "list"
        if position == "argument":
            outer = "SequenceNotStr" if _takes_str(each.item) else "Sequence"
        yield f"{outer}[{annotation(each.item, position, dt=dt)}]"
    elif isinstance(each, ir.Map):
        outer = "Mapping" if position == "argument" else "dict"
        yield f"{outer}[str, {annotation(each.value, position, dt=dt)}]"
    elif isinstance(each, ir.ModelRef):
        yield each.class_name
    elif isinstance(each, ir.Literals):
        yield from _literals(each, position)
    else:
        yield "str"


def _takes_str(each: ir.Type) -> bool:
    """Return whether a plain string would be accepted as a sequence of the type."""
    return any(
        one in (ir.ANY, ir.FILE, ir.Scalar("str")) or isinstance(one, ir.Open)
        for one in ir.alternatives(each)
    )


def _literals(each: ir.Literals, position: Position) -> Iterable[str]:
    if each.has_floats:
        yield "float"  # Python has no literal type for floats
        return
    yield each.name or literal_type(each)
    if position == "attribute":
        yield from sorted({type(value).__name__ for value in each.values})


def literal_type(each: ir.Literals) -> str:
    """Return the annotation that only accepts the values of a closed set."""
    if each.has_floats:
        return "float"
    return f"Literal[{', '.join(literal(value) for value in each.values)}]"


def codec(each: ir.Type, later: Container[str] = ()) -> str:
    """Return the expression that creates the codec of a type.

    Args:
        each: The type.
        later: The model classes that do not exist yet when the expression is evaluated.

    Returns:
        An expression.
    """
    arguments: list[str] = []
    if isinstance(each, ir.Scalar):
        return _codec_name(each)
    if isinstance(each, ir.Array | ir.Map | ir.Nullable):
        inner = (
            each.item
            if isinstance(each, ir.Array)
            else each.value
            if isinstance(each, ir.Map)
            else each.inner
        )
        arguments = [codec(inner, later)]
    elif isinstance(each, ir.ModelRef):
        arguments = [f"lambda: {each.class_name}" if each.class_name in later else each.class_name]
    elif isinstance(each, ir.Open | ir.Literals):
        arguments = [literal(value) for value in (each.known if isinstance(each, ir.Open) else each.values)]
    else:
        arguments = [codec(member, later) for member in each.members]
        if each.discriminator is not None:
            by_value = ", ".join(f"{literal(value)}: {codec(ref, later)}" for value, ref in _variants(each))
            arguments += [f"discriminator={literal(each.discriminator)}", f"mapping={{{by_value}}}"]
    return f"{_codec_name(each)}({', '.join(arguments)})"


def _variants(each: ir.Union) -> Iterable[tuple[str, ir.ModelRef]]:
    """Return the models that a discriminator selects, by its values."""
    by_name = {member.class_name: member for member in each.members if isinstance(member, ir.ModelRef)}
    return [(value, by_name[name]) for value, name in each.mapping if name in by_name]


def _codec_name(each: ir.Type) -> str:
    """Return the name of the runtime's constant or class for the codec of a type."""
    return _SCALARS[each.name][1] if isinstance(each, ir.Scalar) else _CODECS[type(each)]


def codec_imports(types: Iterable[ir.Type]) -> list[tuple[str, list[str]]]:
    """Return the imports for the codecs of some types: modules of the runtime, with names in each."""
    names = {_codec_name(part) for each in types for part in ir.parts_of(each)}
    by_module = {"codecs": sorted(names - {"UUID_"}), "uuids": sorted(names & {"UUID_"})}
    return [(module, found) for module, found in by_module.items() if found]
