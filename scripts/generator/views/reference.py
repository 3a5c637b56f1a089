"""Compute the view of the reference pages and the README.

Hand-written pages, in the folders that `extra_pages` of the configuration names, are copied beside the
generated ones and listed with their first heading.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from .. import ir
from ..config import Config
from ..document.problems import stop
from ..ir import names
from ..render import markdown
from ..render.markdown import paragraphs
from ..render.text import literal, with_python_names
from . import examples
from .client import ClientView
from .commands import CommandLineView, CommandView
from .error_texts import ErrorText, error_texts
from .pages import FieldRow, OperationPage, Setting, field_row, operation_page, type_words
from .resources import ResourceView
from .samples import Expression, Samples, is_file

DOCS = "docs"
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
# Pages that every package has.
FIXED_PAGES = ("configuration", "errors")
_FILES = """[
    {0},
    Path({1}),
    Path({0}).read_bytes(),
    ("another.jpg", Path({1}).read_bytes(), "image/jpeg"),
]"""


@frozen
class ExtraPage:
    """A hand-written page, with its first heading."""

    file: str
    title: str
    text: str


@frozen
class ResourcePage:
    """The page of a resource."""

    file: str
    title: str
    resource: ResourceView
    operations: tuple[OperationPage, ...]


@frozen
class ModelPage:
    """The page of a model. Its description is Markdown, and its example is Python code."""

    file: str
    model: ir.Model
    summary: str
    description: str
    rows: tuple[FieldRow, ...]
    additional: str
    additional_type: str
    to_dict: str
    example: str
    json: str
    used_by: tuple[tuple[str, str], ...]


@frozen
class Reference:
    """The README and the pages.

    Args:
        resources: The pages of resources.
        models: The pages of models.
        errors: The texts about errors.
        extra: The hand-written pages.
        variable: The name of the client in examples.
        construct: The code that creates a client with a credential from the environment.
        first: The operation of general examples.
        started: The operation of the README's first example.
        upload: An operation with an example of all kinds of files, or None.
        root: The prefix of links from the README to other pages.
    """

    resources: tuple[ResourcePage, ...]
    models: tuple[ModelPage, ...]
    errors: tuple[ErrorText, ...]
    extra: tuple[ExtraPage, ...]
    variable: str
    construct: str
    first: tuple[ResourcePage, OperationPage]
    started: tuple[ResourcePage, OperationPage]
    upload: tuple[ResourcePage, OperationPage, examples.Example] | None
    root: str


def reference_view(
    api: ir.Api, config: Config, client: ClientView, resources: Sequence[ResourceView], line: CommandLineView
) -> Reference | None:
    """Return the view of the README and the pages.

    Args:
        api: The ir.
        config: The configuration.
        client: The view of the client.
        resources: The views of the resources.
        line: The view of the command line.

    Returns:
        The view; None for a document without operations.

    Raises:
        GenerationError: A hand-written page has no heading or the name of another page, or its folder is
            missing.
    """
    if not api.operations:
        return None
    extra = tuple(_extra_pages(config))
    files = _files(api, extra)
    by_id = {each.method.operation.id: each for group in line.groups for each in group.commands}
    samples = Samples(api, config.package)
    setting = Setting(api, config, samples, lambda name: files[f"model {name}"], client.base_url)
    pages = tuple(_resource_page(each, files, by_id, setting) for each in resources)
    all_of_them = [(page, each) for page in pages for each in page.operations]
    operations = sorted(all_of_them, key=lambda pair: len(pair[1].method.positional + pair[1].method.keyword))
    read_only = [pair for pair in operations if pair[1].method.operation.method == "GET"]
    waiting = [pair for pair in all_of_them if pair[1].wait]
    url = (config.documentation_url or "").rstrip("/")
    used = _uses(resources, files)
    return Reference(
        resources=pages,
        models=tuple(_model_page(each, files, used.get(each.class_name, ()), setting) for each in api.models),
        errors=error_texts(api, config, resources),
        extra=extra,
        variable=names.give_way(names.snake(config.client_name), ["result", "error", "main", "print"]),
        construct=f"{config.client_name}()",
        first=(read_only or operations)[0],
        started=(waiting or read_only or operations)[0],
        upload=_upload(all_of_them, setting),
        root=f"{url}/{DOCS}/" if url else f"{DOCS}/",
    )


def _files(api: ir.Api, extra: tuple[ExtraPage, ...]) -> dict[str, str]:
    """Name the files of the pages, not distinguishing case, as many file systems do not."""
    taken = {"readme", *FIXED_PAGES, *(each.file.removesuffix(".md").casefold() for each in extra)}
    files = {}
    wanted = [("resource", each.class_name, f"{each.class_name}Api") for each in api.resources]
    wanted += [("model", each.class_name, each.class_name) for each in api.models]
    for kind, name, page in wanted:
        free = page
        while free.casefold() in taken:
            free += "_"
        taken.add(free.casefold())
        files[f"{kind} {name}"] = f"{free}.md"
    return files


def _resource_page(
    view: ResourceView, files: dict[str, str], by_id: dict[str, CommandView], setting: Setting
) -> ResourcePage:
    file = files[f"resource {view.resource.class_name}"]
    return ResourcePage(
        file=file,
        title=file.removesuffix(".md"),
        resource=view,
        operations=tuple(
            operation_page(each, by_id.get(each.operation.id), setting) for each in view.methods
        ),
    )


def _uses(resources: Sequence[ResourceView], files: dict[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the operations that use each class: their names and the links to their descriptions."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for view in resources:
        file = files[f"resource {view.resource.class_name}"]
        for method in view.methods:
            use = (f"{view.name}.{method.name}", f"{file}#{method.name.lower()}")
            for name in method.operation.class_names:
                found[name] = (*found.get(name, ()), use)
    return found


def _model_page(
    model: ir.Model, files: dict[str, str], used: tuple[tuple[str, str], ...], setting: Setting
) -> ModelPage:
    renamed = {each.key: each.name for each in model.fields}
    value = setting.samples.of_model(model)
    rows = [field_row(each, setting, markdown.code(each.key), renamed) for each in model.fields]
    return ModelPage(
        file=files[f"model {model.class_name}"],
        model=model,
        summary=" ".join(model.description.split()).partition(". ")[0].rstrip(".")
        + "." * bool(model.description),
        description=paragraphs(with_python_names(model.description, renamed)),
        rows=tuple(rows),
        additional=names.give_way("additional_properties", [each.name for each in model.fields]),
        additional_type="" if model.additional is None else type_words(model.additional, setting.link),
        to_dict=setting.samples.method(model.class_name, "to_dict"),
        example=setting.samples.expression(ir.ModelRef(model.class_name), value).code,
        json=setting.samples.response_body(
            ir.Response("200", "", model.pointer, "json", type=ir.ModelRef(model.class_name))
        )
        or "",
        used_by=used,
    )


def _upload(
    pages: list[tuple[ResourcePage, OperationPage]], setting: Setting
) -> tuple[ResourcePage, OperationPage, examples.Example] | None:
    """Return an operation that takes several files, with an example that has all kinds of them, or None."""
    for page, operation in pages:
        for way in examples.choices(operation.method, setting.config):
            arguments = examples.given(operation.method, setting.samples, setting.config, way)
            lists = [each for each in arguments if is_file(each.field.type) and isinstance(each.value, list)]
            if lists and lists[0].value:
                named = [literal(str(each)) for each in lists[0].value]
                files = _FILES.format(named[0], named[-1])
                kinds = Expression(files, frozenset({("pathlib", "Path")}))
                return (
                    page,
                    operation,
                    examples.python_example(
                        operation.method,
                        arguments,
                        setting.samples,
                        replaced={lists[0].field.name: kinds},
                    ),
                )
    return None


def _extra_pages(config: Config) -> Iterator[ExtraPage]:
    for folder in config.extra_pages:
        source = TEMPLATES / folder
        if not source.is_dir():
            raise stop("#/extra_pages", f"there is no folder {folder} under templates", "Correct the name.")
        for path in sorted(source.glob("*.md")):
            text = path.read_text(encoding="utf-8")
            title = text.partition("\n")[0]
            if not title.startswith("# ") or path.stem in ("README", *FIXED_PAGES):
                raise stop(
                    "#/extra_pages",
                    f"{folder}/{path.name} has no heading at the top, or the name of a generated page",
                    "Begin it with `# ` and its title, and give it another name.",
                )
            yield ExtraPage(path.name, title.removeprefix("# "), text)
