"""The view of the client's class and of what the package exports."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from .. import ir
from ..config import Config
from ..render.text import prose
from . import credentials
from .resources import STATUS_ERRORS


@frozen
class CredentialView:
    """A credential of the client, with its argument, types, scheme and environment variable."""

    argument: str
    types: str
    scheme: ir.SecurityScheme
    variable: str | None
    description: str


@frozen
class ClientView:
    """What the constructor of the client takes, and what the package exports.

    Args:
        base_url: The first server of the document, or "".
        description: What the API is.
        failed_error: The name of the error for a long-running operation that failed, or None.
        credentials: What the constructor takes to authenticate.
        exports: Names that the package offers, with the modules that hold them.
        submodules: Modules that are loaded when they are first named.
        other_arguments: What other clients call the argument for the credential.
        started: The type of what long-running operations start, or None where there are none.
    """

    base_url: str
    description: str
    failed_error: str | None
    credentials: tuple[CredentialView, ...]
    exports: tuple[tuple[str, str], ...]
    submodules: tuple[str, ...]
    started: ir.Type | None
    other_arguments: tuple[str, ...]

    @property
    def started_classes(self) -> list[str]:
        """The models that `started` names."""
        return sorted(set(ir.class_names(self.started)))


_ERRORS = (
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "ResponseDecodeError",
    "UploadError",
    "WaitTimeoutError",
    *STATUS_ERRORS.values(),
)

_OTHER_ARGUMENTS = ("access_token", "api_key", "api_token", "auth_token", "bearer_token", "key", "token")


def client_view(api: ir.Api, config: Config) -> ClientView:
    """Decide how the client's class and the package are written.

    Args:
        api: The ir.
        config: The choices.

    Returns:
        The view.
    """
    waits = any(each.long_running for each in api.operations)
    server = api.servers[0] if api.servers else ""
    errors = {*_ERRORS, config.base_error, *({config.failed_error} if waits else ())}
    exports = {
        config.client_name: "_client",
        f"Async{config.client_name}": "_async_client",
        "ApiResponse": "_runtime.response.raw",
        "DriftEvent": "_runtime.drift",
        "NOT_GIVEN": "_runtime.options",
        "NotGiven": "_runtime.options",
        "debug_report": "_report",
        **dict.fromkeys(errors, "errors"),
        **config.extra_exports,
    }
    credential_views = tuple(_credentials(api, config))
    arguments = {each.argument for each in credential_views}
    return ClientView(
        base_url=server if "{" not in server and server.startswith("http") else "",
        description=api.description or api.title,
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
        text += " Also a callable that returns it, asked before each request"
        text += f"; `{variable}` by default." if variable else "."
        types = "PairTypes" if scheme.kind == "basic" else "SecretTypes"
        yield CredentialView(argument, types, scheme, variable, text)
