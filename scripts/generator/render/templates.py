"""Render the output files in memory.

The templates in ``templates/client`` are rendered. The runtime and the folders that the configuration names
are copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from attrs import frozen
from jinja2.ext import Extension

from .. import ir
from ..config import Config
from ..document.problems import stop
from ..views import examples
from ..views.defaults import DEFAULTS
from ..views.package import PackageView
from ..views.reference import DOCS, FIXED_PAGES
from ..views.simulated import simulated_operations
from . import calls, code, markdown
from .text import headed, in_docstring, literal, long_literal, paragraphs, prose

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
MARK = ".written-by-generator"
_MARK_TEXT = b"""Everything here is written by `python -m scripts.generate`, and the next run replaces it.
Change openapi.yaml, generator-config.yaml or templates/ instead.
"""
_LINE_GOES_ON = re.compile(r" \\\n *")
LEFT_BY_TOOLS = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".DS_Store"})


class JoinedLines(Extension):
    """Joins template lines that end with a backslash with the next one."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        """Join the lines with a space."""
        return _LINE_GOES_ON.sub(" ", source)


@frozen
class Mode:
    """The sync or the async variant of a template.

    Args:
        is_async: Which of them it is.
        kind: The name of the runtime's modules.
        prefix: The prefix of class names.
        module_prefix: The prefix of module names.
        define: The keywords that begin a method.
        wait: The prefix of a call.
    """

    is_async: bool
    kind: str
    prefix: str
    module_prefix: str
    define: str
    wait: str


MODES = (
    Mode(False, "sync", "", "", "def", ""),
    Mode(True, "async", "Async", "async_", "async def", "await "),
)


def render(document: dict[str, Any], api: ir.Api, config: Config, views: PackageView) -> dict[str, bytes]:
    """Render and copy all files of the output folder.

    Args:
        document: The loaded document, which becomes part of the package.
        api: The ir.
        config: The configuration.
        views: The data for the templates.

    Returns:
        The content of each file by its path in the output folder, sorted.
    """
    files: dict[str, bytes] = {MARK: _MARK_TEXT}
    package = config.package
    for path, text in (*render_package(api, config, views), *render_pages(api, config, views)):
        files[path] = text.encode()
    fill = _filler(api, config, views)
    simulated = partial(simulated_operations, document, api)
    for source, target in [
        ("runtime", f"{package}/_runtime"),
        ("cli", f"{package}/_cli"),
        *((each, package) for each in config.extra_templates),
    ]:
        for name, file in _copied(TEMPLATES / source, target, files):
            if file.suffix == ".jinja":
                template = file.relative_to(TEMPLATES).as_posix()
                files[name] = fill(template, simulated_operations=simulated).encode()
            else:
                files[name] = file.read_bytes()
    files[f"{package}/openapi.json"] = (json.dumps(document, indent=2, ensure_ascii=True) + "\n").encode()
    files[f"{package}/py.typed"] = b""
    return dict(sorted(files.items()))


def _copied(source: Path, target: str, present: Mapping[str, bytes]) -> Iterator[tuple[str, Path]]:
    """Yield the output path and the source of each file of a folder; NAME.jinja becomes NAME."""
    if not source.is_dir():
        raise stop(
            "#/extra_templates", f"there is no folder {source.name} under templates", "Correct the name."
        )
    for path in sorted(source.rglob("*")):
        inside = path.relative_to(source)
        # NAME beside NAME.jinja is a default for the runtime's own tests.
        is_replaced = path.with_name(f"{path.name}.jinja").is_file()
        if path.is_file() and not is_replaced and LEFT_BY_TOOLS.isdisjoint(inside.parts):
            name = f"{target}/{inside.as_posix().removesuffix('.jinja')}"
            if name in present:
                raise stop("#/extra_templates", f"{name} is rendered and copied", "Rename one of the two.")
            yield name, path


@cache
def environment() -> jinja2.Environment:
    """Create the environment with our filters; only once, so that each template is compiled once."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES / "client", TEMPLATES]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[JoinedLines],
        autoescape=False,  # noqa: S701 - the output is Python and Markdown, and `literal` and `prose` escape it
    )
    made.filters.update(literal=literal, long_literal=long_literal, prose=prose, docstring=in_docstring)
    # Cached, because the sync and the async variant have the same texts.
    made.filters.update(docstring_headed=cache(headed), docstring_paragraphs=cache(paragraphs))
    made.filters.update(
        annotation=partial(code.annotation, position="attribute"),
        literal_type=code.literal_type,
        codec=code.codec,
        codec_imports=code.codec_imports,
        declaration=calls.declaration,
        passed_on=calls.passed_on,
        response_spec=calls.response_spec,
        call_arguments=calls.call_arguments,
    )
    made.filters.update(
        cell=markdown.cell,
        code=markdown.code,
        inline=markdown.inline,
        paragraphs=markdown.paragraphs,
        fenced=markdown.fenced,
    )
    made.globals.update(ANY=ir.ANY, head=examples.head)
    return made


def _filler(api: ir.Api, config: Config, views: PackageView) -> Callable[..., str]:
    """Return a function that renders a template with common and additional variables."""
    templates = environment()
    common = {
        "config": config,
        "ir": api,
        "package": config.package,
        "client": config.client_name,
        "client_view": views.client,
        "resources": views.resources,
        "line": views.command_line,
        "reference": views.reference,
        "defaults": DEFAULTS,
    }

    def fill(template: str, **more: Any) -> str:
        return templates.get_template(template).render(**common, **more)

    return fill


def render_package(api: ir.Api, config: Config, views: PackageView) -> Iterator[tuple[str, str]]:
    """Render the package; yields the path of each file in the output folder, and its text."""
    fill = _filler(api, config, views)
    package = config.package
    yield f"{package}/__init__.py", fill("package_init.py.jinja")
    for name in ("_version", "_settings", "_report", "__main__", "_commands", "cli", "errors"):
        yield f"{package}/{name}.py", fill(f"{name.strip('_')}.py.jinja")
    for mode in MODES:
        yield f"{package}/_{mode.module_prefix}client.py", fill("client.py.jinja", mode=mode)
    yield f"{package}/models/__init__.py", fill("models_init.py.jinja")
    for each in views.models:
        yield f"{package}/models/{each.model.module}.py", fill("model.py.jinja", view=each)
    for alias in api.aliases:
        yield f"{package}/models/{alias.module}.py", fill("alias.py.jinja", view=alias)
    for folder in ("operations", "resources"):
        yield f"{package}/{folder}/__init__.py", fill(f"{folder}_init.py.jinja")
    for resource in views.resources:
        yield f"{package}/operations/{resource.name}.py", fill("operations.py.jinja", view=resource)
        for mode in MODES:
            path = f"{package}/resources/{mode.module_prefix}{resource.name}.py"
            yield path, fill("resource.py.jinja", view=resource, mode=mode)


def render_pages(api: ir.Api, config: Config, views: PackageView) -> Iterator[tuple[str, str]]:
    """Render the README and the pages, and copy the hand-written pages; yields as `render_package` does."""
    reference = views.reference
    if reference is None:
        return
    fill = _filler(api, config, views)

    def page(template: str, **more: object) -> str:
        return f"{fill(f'docs/{template}.md.jinja', **more).strip()}\n"

    yield "README.md", page("readme")
    for resource in reference.resources:
        yield f"{DOCS}/{resource.file}", page("resource", page=resource)
    for model in reference.models:
        yield f"{DOCS}/{model.file}", page("model", page=model)
    for name in FIXED_PAGES:
        yield f"{DOCS}/{name}.md", page(name)
    for extra in reference.extra:
        yield f"{DOCS}/{extra.file}", extra.text
