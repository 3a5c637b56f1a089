"""Schemas in the intermediate representation: types, fields, models and named sets of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, TypeAlias

from attrs import field, frozen

NO_DEFAULT: Final = object()

ScalarName: TypeAlias = Literal[
    "str", "int", "float", "bool", "any", "none", "date", "datetime", "uuid", "binary"
]  # fmt: skip


@frozen
class Scalar:
    """A type without parts."""

    name: ScalarName


@frozen
class Array:
    """A list of one type."""

    item: Type


@frozen
class Map:
    """An object with any keys and values of one type."""

    value: Type


@frozen
class ModelRef:
    """A reference to a model, by the name of its class."""

    class_name: str


@frozen
class Literals:
    """A closed set of values, with the name of its alias if the document names it."""

    values: tuple[str | int | float | bool, ...]
    base: ScalarName
    name: str | None = None

    @property
    def has_floats(self) -> bool:
        """Whether a value is a float, for which Python has no literal type."""
        return any(isinstance(value, float) for value in self.values)


@frozen
class Open:
    """An open set of strings. The known values are documented; others are allowed."""

    known: tuple[str, ...]


@frozen
class Nullable:
    """A type that also accepts null."""

    inner: Type


@frozen
class Union:
    """One of several types. A discriminator is the property whose value says which, by `mapping`."""

    members: tuple[Type, ...]
    discriminator: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()


Type: TypeAlias = Scalar | Array | Map | ModelRef | Literals | Open | Nullable | Union

ANY: Final = Scalar("any")
NONE: Final = Scalar("none")
FILE: Final = Scalar("binary")


@frozen
class Field:
    """A property of a model or a body, or the value of a parameter.

    Args:
        key: The name in the document and in requests and responses.
        name: The name in Python.
        type: The type of its value.
        required: Whether it must be present.
        pointer: Its place in the document.
        description: Raw text, or "".
        default: The value that the service uses if it is omitted; NO_DEFAULT if none is documented.
        example: The document's example, or None.
        deprecated: Whether the document advises against it.
        read_only: Whether it is only in responses.
        min_items: The minimum length of an array.
        max_items: The maximum length of an array, or None.
        min_length: The minimum length of a string or a file, or of each in an array.
        pattern: The pattern of a string, or of each in an array, or None.
    """

    key: str
    name: str
    type: Type
    required: bool
    pointer: str
    description: str = ""
    default: Any = NO_DEFAULT
    example: Any = None
    deprecated: bool = False
    read_only: bool = False
    min_items: int = 0
    max_items: int | None = None
    min_length: int = 0
    pattern: str | None = None


@frozen
class Model:
    """An object with named properties.

    Args:
        class_name: The name of its class.
        module: The name of its module.
        pointer: Its place in the document.
        description: Raw text, or "".
        fields: Its properties, in the document's order.
        additional: The type of other properties; None if the document forbids them.
        example: The document's example, or None.
        sequence: The field whose items the model is a sequence of, or None (from the configuration).
        shown: The fields that `repr` shows; empty for all (from the configuration).
        datetimes: The string fields that get a property of type datetime (from the configuration).
    """

    class_name: str
    module: str
    pointer: str
    description: str = ""
    fields: tuple[Field, ...] = ()
    additional: Type | None = field(default=ANY)
    example: Any = None
    sequence: Field | None = None
    shown: tuple[Field, ...] = ()
    datetimes: tuple[Field, ...] = ()


@frozen
class Alias:
    """A named set of values."""

    name: str
    module: str
    pointer: str
    type: Literals
    description: str = ""


def without_null(each: Type) -> Type:
    """Return a type without null."""
    return each.inner if isinstance(each, Nullable) else each


def alternatives(each: Type) -> tuple[Type, ...]:
    """Flatten unions and null.

    Args:
        each: A type.

    Returns:
        The types that a value may have, each once, null last.
    """
    found: dict[Type, None] = {}
    waiting = [each]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Nullable):
            waiting[:0] = [one.inner, NONE]
        elif isinstance(one, Union):
            waiting[:0] = one.members or (ANY,)
        else:
            found[one] = None
    return tuple(sorted(found, key=lambda one: one == NONE))


def one_of(types: Iterable[Type]) -> Type:
    """Return a type that accepts each of some types; the type of None if there are none."""
    found = tuple(dict.fromkeys(types))
    return found[0] if len(found) == 1 else Union(found) if found else NONE


def parts_of(each: Type | None) -> Iterator[Type]:
    """Yield a type and, recursively, all types that it contains.

    Args:
        each: A type, or None.

    Yields:
        The types, outer ones first.
    """
    if each is None:
        return
    yield each
    inner: tuple[Type, ...] = ()
    if isinstance(each, Array):
        inner = (each.item,)
    elif isinstance(each, Map):
        inner = (each.value,)
    elif isinstance(each, Nullable):
        inner = (each.inner,)
    elif isinstance(each, Union):
        inner = each.members
    for part in inner:
        yield from parts_of(part)


def class_names(each: Type | None) -> Iterator[str]:
    """Yield the names of the models and aliases in a type.

    Args:
        each: A type, or None.

    Yields:
        The names, with repetitions.
    """
    for part in parts_of(each):
        if isinstance(part, ModelRef):
            yield part.class_name
        elif isinstance(part, Literals) and part.name:
            yield part.name
