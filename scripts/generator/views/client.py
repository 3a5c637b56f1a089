"""Compute the view of the client class and of the package's exports."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from templates.runtime.errors import OperationFailedError

from .. import ir
from ..config import Config
from ..render.text import prose
from . import credentials
from .resources import ERRORS


@frozen
class CredentialView:
    """A credential of the client: its argument, the base name of its types, and its environment variable."""

    argument: str
    types: str
    scheme: ir.SecurityScheme
    variable: str | None
    description: str


@frozen
class ClientView:
    """The client class and the exports of the package.

    Args:
        base_url: The URL of the document's first server, or "".
        description: The description of the API.
        errors: The classes of errors in the runtime.
        failed_error: The error for failed long-running operations, or None if there are no such operations.
        credentials: The credentials of the constructor.
        exports: The exported names, with their modules.
        submodules: The modules that are imported on first access.
        started: The type of the results of long-running operations, or None.
        other_arguments: Names of the credential argument in other clients, which get a helpful error.
    """

    base_url: str
    description: str
    errors: tuple[str, ...]
    failed_error: str | None
    credentials: tuple[CredentialView, ...]
    exports: tuple[tuple[str, str], ...]
    submodules: tuple[str, ...]
    started: ir.Type | None
    other_arguments: tuple[str, ...]

    @property
    def started_classes(self) -> list[str]:
        """The models in `started`."""
        return sorted(set(ir.class_names(self.started)))


_OTHER_ARGUMENTS = ("access_token", "api_key", "api_token", "auth_token", "bearer_token", "key", "token")


def client_view(api: ir.Api, config: Config) -> ClientView:
    """Return the view of the client."""
    waits = any(each.long_running for each in api.operations)
    server = api.servers[0] if api.servers else ""
    failed = {config.failed_error} if waits else set[str]()
    errors = tuple(each.__name__ for each in ERRORS)
    exported = ({*errors, config.base_error} - {OperationFailedError.__name__}) | failed
    exports = {
        config.client_name: "_client",
        f"Async{config.client_name}": "_async_client",
        "ApiResponse": "_runtime.response.raw",
        "DriftEvent": "_runtime.drift",
        "NOT_GIVEN": "_runtime.options",
        "NotGiven": "_runtime.options",
        "debug_report": "_report",
        **dict.fromkeys(exported, "errors"),
        **config.extra_exports,
    }
    credential_views = tuple(_credentials(api, config))
    arguments = {each.argument for each in credential_views}
    return ClientView(
        base_url=server if "{" not in server and server.startswith("http") else "",
        description=api.description or api.title,
        errors=errors,
        failed_error=config.failed_error if waits else None,
        credentials=credential_views,
        exports=tuple(sorted(exports.items())),
        submodules=("errors", "models", *config.extra_modules),
        started=_started(api),
        other_arguments=tuple(name for name in _OTHER_ARGUMENTS if name not in arguments),
    )


def _started(api: ir.Api) -> ir.Type | None:
    starting = [each for each in api.operations if each.long_running]
    polled = {each.long_running.poll for each in starting if each.long_running}
    types = dict.fromkeys(
        response.type
        for each in api.operations
        if each in starting or each.id in polled
        for response in each.responses
        if response.is_success and response.type is not None
    )
    return ir.Nullable(ir.Union(tuple(types))) if types else None


def _credentials(api: ir.Api, config: Config) -> Iterable[CredentialView]:
    for each in credentials.named(api, config):
        scheme, argument, variable = each.scheme, each.argument, each.variable
        text = prose(scheme.description) or "The credential."
        text += " A pair, name and password." if scheme.kind == "basic" else ""
        text += " Also a callable that returns it, called before each request"
        text += f"; `{variable}` by default." if variable else "."
        types = "PairTypes" if scheme.kind == "basic" else "SecretTypes"
        yield CredentialView(argument, types, scheme, variable, text)
