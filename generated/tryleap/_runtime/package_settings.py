"""The settings of a package. This module imports nothing else, so that `--help` is quick."""

from __future__ import annotations

from typing import Literal


class Credential:
    """One way to authenticate.

    Args:
        argument: The constructor's argument for it.
        kind: How it is sent: "bearer", "basic" (a pair of name and password) or "api_key".
        scheme: The key of the security scheme in the document, which operations refer to.
        location: Where an "api_key" is sent: "header", "query" or "cookie".
        name: The name of that header, query parameter or cookie.
        variable: The environment variable to read if the argument is not given, or None.
    """

    def __init__(
        self,
        argument: str,
        *,
        kind: Literal["bearer", "basic", "api_key"] = "bearer",
        scheme: str = "bearer",
        location: Literal["header", "query", "cookie"] = "header",
        name: str = "Authorization",
        variable: str | None = None,
    ) -> None:
        self.argument = argument
        self.kind: Literal["bearer", "basic", "api_key"] = kind
        self.scheme = scheme
        self.location: Literal["header", "query", "cookie"] = location
        self.name = name
        self.variable = variable


class Settings:
    """The settings of a package.

    Args:
        package: The import name, which is also the name of the logger.
        version: The package's version, for the User-Agent.
        base_url: The URL of the service in the document; may be empty.
        environment_prefix: The prefix of the environment variables PREFIX_BASE_URL and PREFIX_LOG.
        credentials: The ways to authenticate.
        needs_credential: Whether a client without any credential is refused. It is false if the document has
            an operation that needs none.
    """

    def __init__(
        self,
        *,
        package: str,
        version: str,
        base_url: str,
        environment_prefix: str,
        credentials: tuple[Credential, ...] = (),
        needs_credential: bool = True,
    ) -> None:
        self.package = package
        self.version = version
        self.base_url = base_url
        self.environment_prefix = environment_prefix
        self.credentials = credentials
        self.needs_credential = needs_credential
