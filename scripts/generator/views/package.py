"""Everything that the templates of one package print. Each view is computed once, here."""

from __future__ import annotations

from attrs import frozen

from .. import ir
from ..config import Config
from .client import ClientView, client_view
from .commands import CommandLineView, command_line_view
from .models import AliasView, ModelView, alias_view, model_views
from .reference import Reference, reference_view
from .resources import ResourceView, resource_view


@frozen
class PackageView:
    """The views of one package; `reference` is None for a document without operations."""

    client: ClientView
    resources: tuple[ResourceView, ...]
    models: tuple[ModelView, ...]
    aliases: tuple[AliasView, ...]
    command_line: CommandLineView
    reference: Reference | None

    @property
    def model_modules(self) -> list[tuple[str, str]]:
        """The names that `models` offers, each with its module."""
        found = [(each.class_name, each.module) for each in self.models]
        return sorted([*found, *((each.name, each.module) for each in self.aliases)])


def package_view(api: ir.Api, config: Config) -> PackageView:
    """Decide everything that is printed.

    Args:
        api: The ir.
        config: The choices.

    Returns:
        The views.

    Raises:
        GenerationError: A choice of the configuration does not fit the document.
    """
    client = client_view(api, config)
    resources = tuple(resource_view(each, api, config) for each in api.resources)
    line = command_line_view(api, resources, config)
    return PackageView(
        client=client,
        resources=resources,
        models=model_views(api),
        aliases=tuple(alias_view(each) for each in api.aliases),
        command_line=line,
        reference=reference_view(api, config, client, resources, line),
    )
