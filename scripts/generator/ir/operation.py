"""The operation half of the intermediate representation: what a call sends, and what may come back."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from attrs import frozen

from .schema import ANY, FILE, Field, Scalar, Type

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
        """The media types of the part; the caller chooses if there are several or wildcards."""
        return tuple(each.strip().lower() for each in (self.content_type or "").split(",") if each.strip())

    @property
    def is_image(self) -> bool:
        """Whether only images make sense; any binary data may be one."""
        images = [each.startswith("image/") for each in self.media_types]
        return any(images) and all(
            each or media_type == "application/octet-stream"
            for each, media_type in zip(images, self.media_types, strict=True)
        )


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

    @property
    def argument_type(self) -> Type:
        """The type of a body that is one argument."""
        return {"bytes": FILE, "text": Scalar("str")}.get(self.kind, self.type or ANY)

    @property
    def sent(self) -> tuple[Part, ...]:
        """The parts that a caller gives."""
        return tuple(each for each in self.parts if not each.field.read_only)


@frozen
class Response:
    """One documented response.

    Args:
        status: "200", "5XX" or "default".
        description: The document's words for it.
        pointer: Where it is described.
        kind: How its body is read; "none" where it has none.
        media_type: The media type that is asked for, or None.
        type: The type of the body, or None.
        headers: Names of documented headers, with their descriptions.
        links: Operations that the response leads to: operation id, and where its parameters come from.
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
        """Whether it is a success (2xx)."""
        return self.status[0] == "2"


@frozen
class LongRunning:
    """How to wait for what an operation started (`x-long-running`).

    Args:
        poll: The id of the operation that is polled.
        id_field: The field of the result that identifies what was started.
        status_field: The field of a polled result that tells how far it is.
        done: Its values that mean success.
        failed: Its values that mean failure.
        first_delay: Seconds before the second poll.
        max_delay: Seconds that the growing delay does not exceed.
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
    empty where a call takes no credential; an alternative without a scheme is one too. `external_docs` holds
    the address of further documentation, with what it is about.
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
        """The documented successes; `default` counts where there is no other."""
        found = tuple(each for each in self.responses if each.is_success)
        return found or tuple(each for each in self.responses if each.status == "default")

    @property
    def path_fields(self) -> tuple[Field, ...]:
        """What the path carries."""
        return tuple(each.field for each in self.parameters if each.location == "path")

    @property
    def keyword_fields(self) -> tuple[Field, ...]:
        """The other parameters, and the parts of a body that is spread over arguments."""
        parts = self.body.sent if self.body else ()
        others = (each.field for each in self.parameters if each.location != "path")
        return (*others, *(part.field for part in parts))

    @property
    def python_names(self) -> dict[str, str]:
        """The names in Python of parameters and fields of the body, by their names in the document."""
        parts = self.body.parts if self.body else ()
        fields = [*(each.field for each in self.parameters), *(part.field for part in parts)]
        return {each.key: each.name for each in fields}
