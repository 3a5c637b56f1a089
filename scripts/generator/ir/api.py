"""The root of the intermediate representation: resources, models and security schemes."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from .operation import Operation
from .schema import Alias, Field, Model, ModelRef


@frozen
class SecurityScheme:
    """A security scheme. Only an API key has a location and a name of its own."""

    key: str
    kind: Literal["bearer", "basic", "api_key"]
    location: Literal["header", "query", "cookie"] = "header"
    name: str = "Authorization"
    description: str = ""


@frozen
class Resource:
    """The operations of one tag."""

    tag: str
    name: str
    class_name: str
    description: str
    operations: tuple[Operation, ...]


@frozen
class Api:
    """Everything that is rendered.

    Args:
        title: The title of the document.
        version: The version of the API.
        description: Raw text, or "".
        servers: The URLs of the service.
        resources: The operations, by tag.
        models: The objects with named properties.
        aliases: The named sets of values.
        security_schemes: The ways to authenticate.
        needs_credential: Whether every operation needs a credential.
        external_docs: URLs of further documentation, each with its title.
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
    def model_modules(self) -> dict[str, str]:
        """The module of each model and each named set of values, by their names in Python."""
        found = {each.class_name: each.module for each in self.models}
        return dict(sorted((found | {each.name: each.module for each in self.aliases}).items()))

    @property
    def used_schemes(self) -> tuple[SecurityScheme, ...]:
        """The security schemes that at least one operation uses, in the document's order."""
        used = {key for each in self.operations for alternative in each.security for key in alternative}
        return tuple(each for each in self.security_schemes if each.key in used)

    def result_field(self, operation: Operation, key: str) -> Field | None:
        """Find a field of an operation's result.

        Args:
            operation: The operation.
            key: The field's name in the document.

        Returns:
            The field; None if the successful responses are not models, or have no such field.
        """
        names = {
            each.type.class_name
            for each in operation.responses
            if each.is_success and isinstance(each.type, ModelRef)
        }
        fields = [each for model in self.models if model.class_name in names for each in model.fields]
        return next((each for each in fields if each.key == key), None)
