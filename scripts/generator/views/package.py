"""Compute all views of a package, each once."""

from __future__ import annotations

from attrs import frozen

from .. import ir
from ..config import Config
from .client import ClientView, client_view
from .commands import CommandLineView, command_line_view
from .models import ModelView, model_views
from .reference import Reference, reference_view
from .resources import ResourceView, resource_view


@frozen
class PackageView:
    """The views of one package; `reference` is None for a document without operations."""

    client: ClientView
    resources: tuple[ResourceView, ...]
    models: tuple[ModelView, ...]
    command_line: CommandLineView
    reference: Reference | None


def package_view(api: ir.Api, config: Config) -> PackageView:
    """Return the views of a package.

    Raises:
        GenerationError: The configuration does not fit the document.
    """
    client = client_view(api, config)
    resources = tuple(resource_view(each, api, config) for each in api.resources)
    line = command_line_view(api, resources, config)
    return PackageView(
        client=client,
        resources=resources,
        models=model_views(api),
        command_line=line,
        reference=reference_view(api, config, client, resources, line),
    )
