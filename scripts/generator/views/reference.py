"""The view of the reference pages and the README: which pages there are, and what each of them shows.

What neither the document nor every package knows is written by hand: the pages in the folders that
`extra_pages` of the configuration names are copied beside the others, and listed with their first heading.
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
from ..render.text import with_python_names
from . import examples
from .client import ClientView
from .commands import CommandLineView, CommandView
from .error_texts import ErrorText, error_texts
from .pages import FieldRow, OperationPage, Setting, field_row, operation_page, type_words
from .resources import ResourceView
from .samples import Expression, Samples, is_file

DOCS = "docs"
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
# Pages that are there for every document.
FIXED_PAGES = ("configuration", "errors")
_FILES = """[
    "{0}",
    Path("{1}"),
    Path("{0}").read_bytes(),
    ("another.jpg", Path("{1}").read_bytes(), "image/jpeg"),
]"""


@frozen
class ExtraPage:
    """A hand-written page, with its file and first heading."""

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
    """The page of a model. Its description is Markdown, its example Python code."""

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
    """All that the templates can use.

    Args:
        variable: What examples call the client.
        construct: The code that makes a client whose credential is in the environment.
        first: The example that is shown where any will do.
        upload: A call with files of all kinds, or None.
        extra: The pages by hand.
        root: What stands before links to other pages in the package's README.
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
    """Decide what the reference pages and the README say.

    Args:
        api: The ir.
        config: The choices.
        client: The view of the client.
        resources: The views of the resources.
        line: The view of the command line.

    Returns:
        The view; None for a document without operations, of which there is nothing to show.

    Raises:
        GenerationError: A page by hand has no heading, the name of another page, or no folder.
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
    """Name the pages; on many systems two names that differ in case only are one file."""
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
    """Find the operations that mention each class: their names, and where their pages describe them."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for view in resources:
        file = files[f"resource {view.resource.class_name}"]
        for method in view.methods:
            use = (f"{view.name}.{method.name}", f"{file}#{method.name.lower()}")
            for name in _types_of(method.operation):
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


def _types_of(operation: ir.Operation) -> set[str]:
    types = [each.type for each in operation.responses] + [each.type for each in operation.callbacks]
    types += [each.field.type for each in operation.parameters]
    if operation.body:
        types += [operation.body.type, *(part.field.type for part in operation.body.parts)]
    return {name for each in types for name in ir.class_names(each)}


def _upload(
    pages: list[tuple[ResourcePage, OperationPage]], setting: Setting
) -> tuple[ResourcePage, OperationPage, examples.Example] | None:
    """Find a call that takes several files, and give it some of each kind."""
    for page, operation in pages:
        for way in examples.choices(operation.method, setting.config):
            arguments = examples.given(operation.method, setting.samples, setting.config, way)
            lists = [each for each in arguments if is_file(each.field.type) and isinstance(each.value, list)]
            if lists and lists[0].value:
                named = [str(each) for each in lists[0].value]
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
                    f"{folder}/{path.name} does not begin with a heading, or is called like a generated page",
                    "Begin it with `# ` and its title, and give it a name of its own.",
                )
            yield ExtraPage(path.name, title.removeprefix("# "), text)
