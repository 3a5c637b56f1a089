"""render: from the intermediate representation to files, in memory.

Templates under ``templates/client`` are rendered; the runtime and the folders that the configuration names
are copied byte for byte. Nothing is written to disk here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from attrs import frozen

from .. import ir
from ..config import Config
from ..document.problems import stop
from ..views import commands
from ..views.client import client_view
from ..views.models import alias_view, model_view
from ..views.resources import resource_view
from . import pages
from .text import in_docstring, literal, prose

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
MARK = ".written-by-generator"
_MARK_TEXT = b"""Everything here is written by `python -m scripts.generate`, and the next run replaces it.
Change openapi.yaml, generator-config.yaml or templates/ instead.
"""
LEFT_BY_TOOLS = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".DS_Store"})


@frozen
class Mode:
    """One of the two ways in which the same template is rendered."""

    is_async: bool

    @property
    def prefix(self) -> str:
        """What the names of classes begin with."""
        return "Async" if self.is_async else ""

    @property
    def module_prefix(self) -> str:
        """What the names of modules begin with."""
        return "async_" if self.is_async else ""

    @property
    def define(self) -> str:
        """The keyword that begins a method."""
        return "async def" if self.is_async else "def"

    @property
    def wait(self) -> str:
        """What stands before a call that takes time."""
        return "await " if self.is_async else ""


MODES = (Mode(is_async=False), Mode(is_async=True))


def render(document: dict[str, Any], api: ir.Api, config: Config) -> dict[str, bytes]:
    """Render and copy everything that belongs into the output folder.

    Args:
        document: The loaded document, which the package carries along.
        api: The ir.
        config: The choices.

    Returns:
        The content of each file by its path inside the output folder, sorted.
    """
    files: dict[str, bytes] = {MARK: _MARK_TEXT}
    package = config.package
    for path, text in _rendered(api, config):
        files[path] = text.encode()
    for source, target in [
        ("runtime", f"{package}/_runtime"),
        ("cli", f"{package}/_cli"),
        *((each, package) for each in config.extra_templates),
    ]:
        files.update(_copied(TEMPLATES / source, target, files))
    files[f"{package}/openapi.json"] = (json.dumps(document, indent=2, ensure_ascii=True) + "\n").encode()
    files[f"{package}/py.typed"] = b""
    return dict(sorted(files.items()))


def _copied(source: Path, target: str, present: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    if not source.is_dir():
        raise stop(
            "#/extra_templates", f"there is no folder {source.name} under templates", "Correct the name."
        )
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        # NAME is only the working default of a NAME.jinja beside it.
        is_rendered = path.suffix == ".jinja" or path.with_name(f"{path.name}.jinja").is_file()
        if path.is_file() and not is_rendered and LEFT_BY_TOOLS.isdisjoint(inside.parts):
            name = f"{target}/{inside.as_posix()}"
            if name in present:
                raise stop("#/extra_templates", f"{name} is rendered and copied", "Rename one of the two.")
            yield name, path.read_bytes()


def environment() -> jinja2.Environment:
    """Make the environment of the templates: strict, without automatic anything.

    Returns:
        The environment, with the filters `literal`, `prose` and `docstring`.
    """
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES / "client", TEMPLATES / "runtime"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the output is Python and Markdown, and `literal` and `prose` escape it
    )
    made.filters.update(literal=literal, prose=prose, docstring=in_docstring)
    return made


def _rendered(api: ir.Api, config: Config) -> Iterator[tuple[str, str]]:
    templates = environment()
    common = {"config": config, "ir": api, "package": config.package, "client": config.client_name}

    def fill(template: str, **values: Any) -> str:
        return templates.get_template(template).render(**common, **values)

    package = config.package
    resources = [resource_view(each, api, config) for each in api.resources]
    models = [model_view(each) for each in api.models]
    aliases = [alias_view(each) for each in api.aliases]
    client = client_view(api, config)
    exports = sorted(
        [*((each.class_name, each.module) for each in models), *((a.name, a.module) for a in aliases)]
    )
    yield f"{package}/__init__.py", fill("package.py.jinja", resources=resources, client_view=client)
    yield f"{package}/_version.py", fill("version.py.jinja")
    yield f"{package}/_settings.py", fill("settings.py.jinja", client_view=client)
    yield f"{package}/_report.py", fill("report.py.jinja")
    line = commands.command_line_view(api, resources, config)
    for name in ("__main__", "_commands", "cli"):
        yield f"{package}/{name}.py", fill(f"{name.strip('_')}.py.jinja", line=line)
    yield f"{package}/errors.py", fill("errors.py.jinja", client_view=client)
    yield f"{package}/_runtime/_package.py", fill("_package.py.jinja")
    for mode in MODES:
        path = f"{package}/_{mode.module_prefix}client.py"
        yield path, fill("client.py.jinja", mode=mode, resources=resources, client_view=client)
    yield f"{package}/models/__init__.py", fill("models.py.jinja", exports=exports)
    for each in models:
        yield f"{package}/models/{each.module}.py", fill("model.py.jinja", view=each)
    for alias in aliases:
        yield f"{package}/models/{alias.module}.py", fill("alias.py.jinja", view=alias)
    for folder in ("operations", "resources"):
        yield f"{package}/{folder}/__init__.py", fill(f"{folder}.py.jinja", resources=resources)
    for resource in resources:
        yield (
            f"{package}/operations/{resource.name}.py",
            fill("operation.py.jinja", view=resource, client_view=client),
        )
        for mode in MODES:
            path = f"{package}/resources/{mode.module_prefix}{resource.name}.py"
            yield path, fill("resource.py.jinja", view=resource, mode=mode)
    yield from pages.render_pages(api, config, templates)
