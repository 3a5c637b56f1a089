"""The form: what the document says, as plain frozen classes.

Client, reference pages, command line and simulator are all written from these classes and from nothing else.
They hold raw text of the document: whoever renders it puts it through a filter. No class here knows the
parser that helped to fill it, or a template that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    """A closed set of values; `name` is the alias that stands for it, where the document names it."""

    values: tuple[str | int | float | bool, ...]
    base: ScalarName
    name: str | None = None


@frozen
class Open:
    """An open set of strings: the known values help the reader, and any other is as good."""

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
        read_only: Whether only answers hold it.
        min_items: The least number of elements of an array.
        max_items: The largest number, or None.
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


Location: TypeAlias = Literal["path", "query", "header", "cookie"]


@frozen
class Parameter:
    """A parameter outside the body."""

    field: Field
    location: Location
    style: str
    explode: bool
    media_type: str | None = None


@frozen
class Part:
    """How a field of a form or multipart body is sent."""

    field: Field
    explode: bool = True
    content_type: str | None = None


BodyKind: TypeAlias = Literal["json", "form", "multipart", "bytes", "text"]


@frozen
class Body:
    """What a request sends.

    Args:
        kind: How it is written.
        media_type: Its media type, as the document has it.
        required: Whether a request without it is wrong.
        pointer: Where it is described.
        type: Its type, for a body that is one argument.
        parts: Its fields, for a body that is spread over arguments.
        exactly_one_of: Groups of fields of which exactly one is given.
        other_media_types: What the service would take as well.
        leaves_out: Whether the document allows fields beside its parts, which a form does not send.
    """

    kind: BodyKind
    media_type: str
    required: bool
    pointer: str
    type: Type | None = None
    parts: tuple[Part, ...] = ()
    exactly_one_of: tuple[tuple[str, ...], ...] = ()
    other_media_types: tuple[str, ...] = ()
    leaves_out: bool = False


@frozen
class Response:
    """One documented answer.

    Args:
        status: "200", "5XX" or "default".
        description: The document's words for it.
        pointer: Where it is described.
        kind: How its body is read; "none" where it has none.
        media_type: The media type that is asked for, or None.
        type: The type of the body, or None.
        headers: Names of documented headers, with their descriptions.
        links: Operations that the answer leads to: operation id, and where its parameters come from.
    """

    status: str
    description: str
    pointer: str
    kind: Literal["json", "text", "bytes", "none"] = "none"
    media_type: str | None = None
    type: Type | None = None
    headers: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    example: Any = None

    @property
    def is_success(self) -> bool:
        """Whether the answer is what was asked for (2xx)."""
        return self.status[0] == "2"


@frozen
class LongRunning:
    """How to wait for what an operation began (`x-long-running`).

    Args:
        poll: The id of the operation that is polled.
        id_field: The field of the answer that identifies what was begun.
        status_field: The field of a polled answer that tells how far it is.
        done: Its values that mean success.
        failed: Its values that mean failure.
        first_delay: Seconds before the second poll.
        largest_delay: Seconds that the growing delay does not exceed.
    """

    poll: str
    id_field: str
    status_field: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    first_delay: float
    largest_delay: float


@frozen
class Callback:
    """A request that the service sends to its user."""

    name: str
    expression: str
    method: str
    pointer: str
    summary: str = ""
    description: str = ""
    type: Type | None = None


@frozen
class Operation:
    """One operation of the API, in the document's terms and with its Python name.

    `security` holds the alternatives to authenticate: of each the keys of the schemes that go together. It is
    empty where a call takes no credential; an alternative without a scheme is one too.
    """

    id: str
    name: str
    method: str
    path: str
    tag: str
    pointer: str
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[tuple[str, ...], ...] = ()
    long_running: LongRunning | None = None
    callbacks: tuple[Callback, ...] = ()


@frozen
class Model:
    """An object with named properties.

    Args:
        class_name: The name of its class.
        module: The name of its module.
        pointer: Where the document describes it.
        fields: Its properties, in the document's order.
        additional: The type of further properties; None where the document forbids them.
    """

    class_name: str
    module: str
    pointer: str
    description: str = ""
    fields: tuple[Field, ...] = ()
    additional: Type | None = field(default=Scalar("any"))
    example: Any = None


@frozen
class Alias:
    """A closed set of values that the document names."""

    name: str
    module: str
    pointer: str
    type: Literals
    description: str = ""


@frozen
class SecurityScheme:
    """A way to authenticate: kind is "bearer", "basic" or "api_key"; the latter has a place and a name."""

    key: str
    kind: Literal["bearer", "basic", "api_key"]
    location: Literal["header", "query", "cookie"] = "header"
    name: str = "Authorization"
    description: str = ""


@frozen
class Resource:
    """The operations under one tag."""

    tag: str
    name: str
    class_name: str
    description: str
    operations: tuple[Operation, ...]


@frozen
class Form:
    """All that is rendered; `needs_credential` is false where the document says that a call needs none."""

    title: str
    version: str
    description: str
    servers: tuple[str, ...]
    resources: tuple[Resource, ...]
    models: tuple[Model, ...]
    aliases: tuple[Alias, ...]
    security_schemes: tuple[SecurityScheme, ...]
    needs_credential: bool = True

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order of the resources."""
        return tuple(operation for resource in self.resources for operation in resource.operations)

    @property
    def used_schemes(self) -> tuple[SecurityScheme, ...]:
        """The security schemes that some operation names, in the document's order."""
        used = {key for each in self.operations for alternative in each.security for key in alternative}
        return tuple(each for each in self.security_schemes if each.key in used)

    def answer_field(self, operation: Operation, key: str) -> Field | None:
        """Find a field of what an operation answers with.

        Args:
            operation: The operation.
            key: The field's name in the document.

        Returns:
            The field; None where its successes are no models, or have no such field.
        """
        names = {
            each.type.class_name
            for each in operation.responses
            if each.is_success and isinstance(each.type, ModelRef)
        }
        fields = [each for model in self.models if model.class_name in names for each in model.fields]
        return next((each for each in fields if each.key == key), None)


def parts_of(each: Type | None) -> Iterator[Type]:
    """Walk through a type: itself, then all that it is made of.

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
