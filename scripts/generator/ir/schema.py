"""The schema half of the intermediate representation: types, fields, models and named sets of values."""

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
    """An object whose keys are free and whose values are of one type."""

    value: Type


@frozen
class ModelRef:
    """A model of the package, by the name of its class."""

    class_name: str


@frozen
class Literals:
    """A closed set of values; `name` is its alias if the document names it."""

    values: tuple[str | int | float | bool, ...]
    base: ScalarName
    name: str | None = None

    @property
    def has_floats(self) -> bool:
        """Whether a value is a number with a point, for which Python has no literal type."""
        return any(isinstance(value, float) for value in self.values)


@frozen
class Open:
    """An open set of strings. The known values are documented; others are allowed."""

    known: tuple[str, ...]


@frozen
class Nullable:
    """A type, or null."""

    inner: Type


@frozen
class Union:
    """One of several types, told apart by a property's value where the document says so."""

    members: tuple[Type, ...]
    discriminator: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()


Type: TypeAlias = Scalar | Array | Map | ModelRef | Literals | Open | Nullable | Union

ANY: Final = Scalar("any")
NONE: Final = Scalar("none")
FILE: Final = Scalar("binary")


@frozen
class Field:
    """A property of a model or of a body, or what a parameter carries.

    Args:
        key: The name in the document and on the wire.
        name: The name in Python.
        type: What it holds.
        required: Whether it must be there.
        pointer: Where the document describes it.
        description: Raw text, or "".
        default: The value that the service assumes; NO_DEFAULT where none is documented.
        example: An example from the document, or None.
        deprecated: Whether the document advises against it.
        read_only: Whether only responses hold it.
        min_items: The least number of elements of an array.
        max_items: The largest number, or None.
        min_length: The least length of a text or a file; of the elements of an array.
        pattern: The regular expression that a text matches, or None; of the elements of an array.
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
        pointer: Where the document describes it.
        fields: Its properties, in the document's order.
        additional: The type of further properties; None where the document forbids them.
        sequence: The field whose items the model is a sequence of, or None; a choice of the configuration.
        shown: The fields that `repr` shows; all where it is empty. A choice, too.
        datetimes: Fields that are strings and can be had as dates and times. A choice, too.
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
    """A closed set of values that the document names."""

    name: str
    module: str
    pointer: str
    type: Literals
    description: str = ""


def without_null(each: Type) -> Type:
    """Return the type without the permission to be null."""
    return each.inner if isinstance(each, Nullable) else each


def alternatives(each: Type) -> tuple[Type, ...]:
    """Spread a type into what a value of it may be, null last.

    Args:
        each: A type.

    Returns:
        Types that are neither unions nor nullable, without repetitions.
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
    """Join types into one that accepts each of them; None alone where there are none."""
    found = tuple(dict.fromkeys(types))
    return found[0] if len(found) == 1 else Union(found) if found else NONE


def parts_of(each: Type | None) -> Iterator[Type]:
    """Yield a type and, recursively, all types that it contains.

    Args:
        each: A type, or None.

    Yields:
        The types, from the outside inwards.
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
    """Name the classes and aliases that a type mentions.

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
