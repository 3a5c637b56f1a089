"""What the runtime must know of the package that it serves. It imports nothing, so that `--help` is quick."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Credential(NamedTuple):
    """One way to authenticate.

    Args:
        argument: The constructor's argument.
        kind: How it is sent: "bearer", "basic" (a pair of name and password) or "api_key".
        scheme: The key of the security scheme in the document; operations name it.
        location: Where an "api_key" stands: "header", "query" or "cookie".
        name: What it is called there.
        variable: The environment variable that it comes from when the argument is not given, or None.
    """

    argument: str
    kind: Literal["bearer", "basic", "api_key"] = "bearer"
    scheme: str = "bearer"
    location: Literal["header", "query", "cookie"] = "header"
    name: str = "Authorization"
    variable: str | None = None


class Settings(NamedTuple):
    """What the runtime must know of the package that it serves.

    Args:
        package: The import name, which is also the logger's.
        version: The package's version, for the User-Agent.
        base_url: Where the service is when nobody says otherwise; may be empty.
        environment_prefix: PREFIX_BASE_URL and PREFIX_LOG are read.
        credentials: The ways to authenticate.
        needs_credential: Whether a client without any is refused; not where the document says of some
            operation that it needs none.
    """

    package: str
    version: str
    base_url: str
    environment_prefix: str
    credentials: tuple[Credential, ...] = ()
    needs_credential: bool = True
