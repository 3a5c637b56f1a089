"""What the credentials of a client are called: arguments of its constructor, and environment variables."""

from __future__ import annotations

from attrs import frozen

from .. import ir
from ..config import Config
from ..ir import names

# What the constructor and the client call their own.
_TAKEN = (
    *(
        "self",
        "base_url",
        "timeout",
        "deadline",
        "max_retries",
        "strict",
        "default_headers",
        "proxy",
        "verify",
    ),
    *(
        "http2",
        "allow_insecure_http",
        "on_drift",
        "max_response_bytes",
        "max_response_values",
        "http_client",
        "close",
        "aclose",
        "with_options",
    ),
)


@frozen
class Named:
    """A security scheme, the argument that gives its credential, and the variable that stands in for it."""

    scheme: ir.SecurityScheme
    argument: str
    variable: str | None


def named(api: ir.Api, config: Config) -> tuple[Named, ...]:
    """Name the credentials that some operation takes.

    Args:
        api: The ir.
        config: The choices, which name the first of them.

    Returns:
        The credentials, in the document's order.
    """
    resources = [each.name for each in api.resources]
    aliases = [alias for each in config.tags.values() for alias in each.aliases]
    taken = [*_TAKEN, *resources, *aliases]
    found = []
    for index, scheme in enumerate(api.used_schemes):
        name = names.snake(scheme.key)
        argument = names.give_way(config.credential.argument if index == 0 else name, taken)
        taken.append(argument)
        variable = f"{config.environment_prefix}_{name.upper()}" if index else config.credential.variable
        found.append(Named(scheme, argument, variable))
    return tuple(found)
