"""The whole document in the intermediate representation: resources, models and security schemes."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from .operation import Operation
from .schema import Alias, Field, Model, ModelRef


@frozen
class SecurityScheme:
    """A security scheme of the kind "bearer", "basic" or "api_key"; the latter has a location and a name."""

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
class Api:
    """All that is rendered.

    `needs_credential` is false where the document says that a call needs none. `external_docs` holds
    the address of further documentation, with what it is about.
    """

    title: str
    version: str
    description: str
    servers: tuple[str, ...]
    resources: tuple[Resource, ...]
    models: tuple[Model, ...]
    aliases: tuple[Alias, ...]
    security_schemes: tuple[SecurityScheme, ...]
    needs_credential: bool = True
    external_docs: tuple[tuple[str, str], ...] = ()

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order of the resources."""
        return tuple(operation for resource in self.resources for operation in resource.operations)

    @property
    def used_schemes(self) -> tuple[SecurityScheme, ...]:
        """The security schemes that some operation names, in the document's order."""
        used = {key for each in self.operations for alternative in each.security for key in alternative}
        return tuple(each for each in self.security_schemes if each.key in used)

    def result_field(self, operation: Operation, key: str) -> Field | None:
        """Find a field of an operation's result.

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
