"""Name the credentials: arguments of the client's constructor, and environment variables."""

from __future__ import annotations

from attrs import frozen

from .. import ir
from ..config import Config
from ..ir import names


@frozen
class Named:
    """A security scheme, with the argument and the environment variable for its credential."""

    scheme: ir.SecurityScheme
    argument: str
    variable: str | None


def named(api: ir.Api, config: Config) -> tuple[Named, ...]:
    """Return the credentials that operations use, in the document's order. The first name is configurable."""
    resources = [each.name for each in api.resources]
    aliases = [alias for each in config.tags.values() for alias in each.aliases]
    taken = [*names.RESERVED_CREDENTIALS, *resources, *aliases]
    found = []
    for index, scheme in enumerate(api.used_schemes):
        name = names.snake(scheme.key)
        argument = names.give_way(config.credential.argument if index == 0 else name, taken)
        taken.append(argument)
        variable = f"{config.environment_prefix}_{name.upper()}" if index else config.credential.variable
        found.append(Named(scheme, argument, variable))
    return tuple(found)
