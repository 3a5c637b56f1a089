"""Operations in the intermediate representation: what a call sends and what it may receive."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from attrs import frozen

from . import names
from .schema import ANY, FILE, Field, Scalar, Type, class_names

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

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types that the part may have."""
        return tuple(each.strip().lower() for each in (self.content_type or "").split(",") if each.strip())

    @property
    def is_image(self) -> bool:
        """Whether the part must be an image: all its media types but `application/octet-stream` are."""
        images = [each.startswith("image/") for each in self.media_types]
        return any(images) and all(
            each or media_type == "application/octet-stream"
            for each, media_type in zip(images, self.media_types, strict=True)
        )


BodyKind: TypeAlias = Literal["json", "form", "multipart", "bytes", "text"]


@frozen
class Body:
    """The body of a request.

    Args:
        kind: How it is encoded.
        media_type: Its media type, as in the document.
        required: Whether every request needs it.
        pointer: Its place in the document.
        type: Its type, if it is one argument.
        parts: Its fields, if each is an argument.
        exactly_one_of: Groups of fields of which exactly one must be given.
        other_media_types: The other media types that the service accepts.
        leaves_out: Whether the document allows further fields, which cannot be sent.
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

    @property
    def argument_type(self) -> Type:
        """The type of the argument for the whole body."""
        return {"bytes": FILE, "text": Scalar("str")}.get(self.kind, self.type or ANY)

    @property
    def sent(self) -> tuple[Part, ...]:
        """The parts that can be sent: all that are not read-only."""
        return tuple(each for each in self.parts if not each.field.read_only)


@frozen
class Response:
    """One documented response.

    Args:
        status: "200", "5XX" or "default".
        description: Raw text.
        pointer: Its place in the document.
        kind: How its body is decoded; "none" if it has no body.
        media_type: The media type that is requested, or None.
        type: The type of the body, or None.
        headers: The documented headers: name and description.
        links: The linked operations: operation id, and the expression for each of its parameters.
        example: The document's example of the body, or None.
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
        """Whether the status is 2xx."""
        return self.status[0] == "2"


@frozen
class LongRunning:
    """How to wait for what an operation starts (`x-long-running`).

    Args:
        poll: The id of the operation that is polled.
        id_field: The field of the result that has the id to poll.
        status_field: The field of a polled result that has the status.
        done: The statuses that mean success.
        failed: The statuses that mean failure.
        first_delay: Seconds before the second poll.
        max_delay: The longest delay between polls, in seconds.
    """

    poll: str
    id_field: str
    status_field: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    first_delay: float
    max_delay: float


@frozen
class Callback:
    """A request that the service sends to its users."""

    name: str
    expression: str
    method: str
    pointer: str
    summary: str = ""
    description: str = ""
    type: Type | None = None


@frozen
class Operation:
    """One operation of the API.

    Args:
        id: The operation id.
        name: The name of its method in Python.
        method: The HTTP method, in upper case.
        path: The path, with {parameters}.
        tag: Its first tag.
        pointer: Its place in the document.
        summary: Raw text, or "".
        description: Raw text, or "".
        deprecated: Whether the document advises against it.
        external_docs: URLs of further documentation, each with its title.
        parameters: Its parameters, those of the path first.
        body: Its body, or None.
        responses: The documented responses.
        security: The alternative ways to authenticate, each with the keys of the schemes that it combines.
            Empty if the operation takes no credential; an alternative may be empty as well.
        long_running: How to wait for its result, or None.
        callbacks: The requests that the service may send because of it.
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
    external_docs: tuple[tuple[str, str], ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[tuple[str, ...], ...] = ()
    long_running: LongRunning | None = None
    callbacks: tuple[Callback, ...] = ()

    @property
    def successes(self) -> tuple[Response, ...]:
        """The documented successes, or the `default` response if there are none."""
        found = tuple(each for each in self.responses if each.is_success)
        return found or tuple(each for each in self.responses if each.status == "default")

    @property
    def whole_body(self) -> Field | None:
        """The argument for a body that is not spread over several; None where there is none."""
        body = self.body
        if body is None or body.parts:
            return None
        name = names.give_way("body", [each.field.name for each in self.parameters])
        return Field(
            name, name, body.argument_type, body.required, body.pointer, f"The body, {body.media_type}."
        )

    @property
    def types(self) -> tuple[Type, ...]:
        """The types of parameters, body and responses."""
        found = [each.field.type for each in self.parameters]
        found += [part.field.type for part in self.body.parts] if self.body else []
        wholes = (self.body, *self.responses)
        return (*found, *(each.type for each in wholes if each and each.type is not None))

    @property
    def class_names(self) -> set[str]:
        """The models and aliases that the operation or one of its callbacks mentions."""
        types = (*self.types, *(each.type for each in self.callbacks))
        return {name for each in types for name in class_names(each)}

    @property
    def path_fields(self) -> tuple[Field, ...]:
        """The fields of the path parameters."""
        return tuple(each.field for each in self.parameters if each.location == "path")

    @property
    def keyword_fields(self) -> tuple[Field, ...]:
        """The fields of the other parameters and of the body's parts."""
        parts = self.body.sent if self.body else ()
        others = (each.field for each in self.parameters if each.location != "path")
        return (*others, *(part.field for part in parts))

    @property
    def python_names(self) -> dict[str, str]:
        """The Python names of parameters and body fields, by their names in the document."""
        parts = self.body.parts if self.body else ()
        fields = [*(each.field for each in self.parameters), *(part.field for part in parts)]
        return {each.key: each.name for each in fields}
