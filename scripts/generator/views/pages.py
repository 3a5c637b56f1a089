"""Compute the views of operations and fields on the reference pages.

Texts are raw unless the docstring says that they are Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import frozen

from .. import ir
from ..config import Config
from ..render.markdown import code, inline
from ..render.text import literal, with_python_names
from . import examples
from .commands import CommandView
from .defaults import DEFAULTS
from .examples import Example
from .resources import MethodView, error_of
from .samples import Samples, is_file

Link = Callable[[str], str]

_PLACES = {
    "path": "in the path",
    "query": "in the query",
    "header": "as a header",
    "cookie": "as a cookie",
    "whole body": "the whole body",
}
_BODY_PLACES = {"json": "in the JSON body", "form": "in the form", "multipart": "a part of the form"}


@frozen
class FieldRow:
    """A row of a table of parameters or attributes. Type, place and notes are Markdown."""

    name: str
    type: str
    description: str
    notes: str
    place: str


@frozen
class StatusRow:
    """A row of the table of statuses. The outcome and the headers are Markdown."""

    status: str
    description: str
    outcome: str
    headers: str


@frozen
class CallbackView:
    """A request of the service; its target and the type of its body are Markdown."""

    name: str
    description: str
    method: str
    to: str
    body: str


@frozen
class WaitPage:
    """Examples of how to wait for what an operation started."""

    and_wait: Example
    wait: Example


@frozen
class OperationPage:
    """An operation on its page. The returned type, the credentials and the follow-up calls are Markdown."""

    method: MethodView
    title: str
    description: str
    examples: tuple[Example, ...]
    curl: str
    command: str
    command_words: str
    wait_words: str
    parameters: tuple[FieldRow, ...]
    returns: str
    content_type: str
    accept: str
    credentials: tuple[str, ...]
    statuses: tuple[StatusRow, ...]
    response_body: str | None
    response_status: str
    follow: tuple[tuple[str, str], ...]
    is_repeatable: bool
    wait: WaitPage | None
    callbacks: tuple[CallbackView, ...]


@frozen
class Setting:
    """What the pages of a document have in common; `link` returns the page of a model."""

    api: ir.Api
    config: Config
    samples: Samples
    link: Link
    url: str


def type_words(each: ir.Type, link: Link, *, is_argument: bool = False) -> str:  # noqa: PLR0911 - one return each
    """Describe a type as Markdown for a table cell.

    Args:
        each: The type.
        link: Returns the page of a model.
        is_argument: Whether it is the type of an argument.
    """
    if each == ir.FILE:
        return "[file](configuration.md#files)" if is_argument else "`bytes`"
    if isinstance(each, ir.Scalar):
        written = {"any": "anything", "none": "`None`", "date": "`datetime.date`"}
        more = {"datetime": "`datetime.datetime`", "uuid": "`uuid.UUID`"}
        return {**written, **more}.get(each.name, f"`{each.name}`")
    if isinstance(each, ir.Array):
        return f"list of {type_words(each.item, link, is_argument=is_argument)}"
    if isinstance(each, ir.Map):
        return f"dict of `str` to {type_words(each.value, link, is_argument=is_argument)}"
    if isinstance(each, ir.ModelRef):
        return f"[{each.class_name}]({link(each.class_name)})"
    if isinstance(each, ir.Open):
        return "`str`"
    if isinstance(each, ir.Literals):
        values = " or ".join(code(literal(value)) for value in each.values)
        return f"`{each.name}`: {values}" if each.name else values
    if isinstance(each, ir.Nullable):
        return f"{type_words(each.inner, link, is_argument=is_argument)} or `None`"
    members = dict.fromkeys(type_words(one, link, is_argument=is_argument) for one in each.members)
    return " or ".join(members) or "anything"


def field_row(
    each: ir.Field,
    setting: Setting,
    place: str,
    renamed: Mapping[str, str],
    *,
    only: str = "",
    is_argument: bool = False,
) -> FieldRow:
    """Return the row of a parameter or an attribute.

    Args:
        each: The field.
        setting: What the pages have in common.
        place: Where it is sent or received, as Markdown.
        renamed: The Python names of other fields, by their names in the document.
        only: A rule that restricts "optional", as Markdown.
        is_argument: Whether it is an argument.
    """
    found = ["required" if each.required else "optional" + (f", but {only}" if only else "")]
    if each.default is not ir.NO_DEFAULT:
        found.append(f"default: {code(literal(each.default))}")
    if isinstance(each.type, ir.Open):
        found.append(f"known values: {', '.join(code(literal(value)) for value in each.type.known)}")
    if each.min_items:
        found.append(f"at least {each.min_items}")
    if each.max_items is not None:
        found.append(f"at most {each.max_items}")
    if each.deprecated:
        found.append("deprecated")
    return FieldRow(
        name=each.name,
        type=type_words(each.type, setting.link, is_argument=is_argument),
        description=with_python_names(each.description, renamed),
        notes="; ".join(found),
        place=place,
    )


def operation_page(method: MethodView, command: CommandView | None, setting: Setting) -> OperationPage:
    """Return the view of an operation.

    Args:
        method: The method.
        command: Its command, or None.
        setting: What the pages have in common.
    """
    operation, config, samples = method.operation, setting.config, setting.samples
    renamed = method.operation.python_names
    first = next(examples.choices(method, config))
    arguments = examples.given(method, samples, config, first)
    shown = next((each for each in operation.responses if each.is_success), None)
    return OperationPage(
        method=method,
        title=operation.summary or method.summary.rstrip("."),
        description=with_python_names(operation.description, renamed),
        examples=examples.python_examples(method, samples, config),
        curl=examples.curl(method, arguments, setting.api, config, setting.url),
        command=command.example if command else "",
        command_words=command.words if command else "",
        wait_words=command.wait.words if command and command.wait else "",
        parameters=tuple(_parameters(method, setting, renamed)),
        returns=_returns(operation, setting),
        content_type=operation.body.media_type if operation.body else "",
        accept=_accept(operation),
        credentials=tuple(_credentials(operation, setting)),
        statuses=tuple(_status(each, renamed, setting) for each in operation.responses),
        response_body=samples.response_body(shown) if shown else None,
        response_status=shown.status if shown else "",
        follow=tuple(_follow(shown, setting)) if shown else (),
        is_repeatable=operation.method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"),
        wait=_wait(method, arguments, setting),
        callbacks=tuple(_callback(each, renamed, setting) for each in operation.callbacks),
    )


def _callback(each: ir.Callback, renamed: Mapping[str, str], setting: Setting) -> CallbackView:
    # The expression usually names a field of the body, which is an argument in Python.
    key = each.expression.removeprefix("{$request.body#/").removesuffix("}")
    return CallbackView(
        name=each.name,
        description=with_python_names(each.description or each.summary, renamed),
        method=each.method,
        to=f"the URL that was given as {code(renamed[key])}" if key in renamed else code(each.expression),
        body=type_words(each.type, setting.link) if each.type else "",
    )


def _listed(group: Iterable[str]) -> str:
    words = [code(each) for each in group]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _parameters(method: MethodView, setting: Setting, renamed: Mapping[str, str]) -> Iterator[FieldRow]:
    operation = method.operation
    for each in operation.parameters:
        place = f"{code(each.field.key)}, {_PLACES[each.location]}"
        yield field_row(each.field, setting, place, renamed, is_argument=True)
    body = operation.body
    if body is None:
        return
    if operation.whole_body:
        yield field_row(operation.whole_body, setting, _PLACES["whole body"], renamed, is_argument=True)
    for part in body.parts:
        if not part.field.read_only:
            groups = [group for group in method.groups if part.field.name in group and len(group) > 1]
            only = " and ".join(f"exactly one of {_listed(group)}" for group in groups)
            place = f"{code(part.field.key)}, {_BODY_PLACES[body.kind]}"
            plain = ir.without_null(part.field.type)
            if body.kind != "json" and isinstance(plain, ir.Array):
                place += (
                    ", repeated for each element" if part.explode or is_file(plain) else ", joined by commas"
                )
            yield field_row(part.field, setting, place, renamed, only=only, is_argument=True)


def _returns(operation: ir.Operation, setting: Setting) -> str:
    successes = operation.successes or operation.responses
    words = dict.fromkeys(
        type_words(each.type, setting.link)
        if each.type and each.kind == "json"
        else {"none": "`None`", "text": "`str`", "bytes": "`bytes`", "json": "anything"}[each.kind]
        for each in successes
    )
    return " or ".join(words)


def _accept(operation: ir.Operation) -> str:
    """Return the Accept header, as the runtime's `Operation` computes it."""
    found = dict.fromkeys(each.media_type for each in operation.successes if each.media_type)
    if any(each.kind == "json" for each in operation.successes) or not found:
        found["application/json"] = None
    return ", ".join(found)


def _credentials(operation: ir.Operation, setting: Setting) -> Iterator[str]:
    for scheme in setting.api.security_schemes:
        if any(scheme.key in alternative for alternative in operation.security):
            where = {"query": "in the query", "cookie": "as a cookie"}.get(scheme.location, "")
            link = "[credential](configuration.md#credentials)"
            words = {"bearer": f"`Bearer` and the {link}", "basic": f"`Basic` and the {link}"}
            name = f"**{inline(scheme.name)}**{f' {where}' if where else ''}"
            yield f"{name}: {words.get(scheme.kind, f'the {link}')}"


def _follow(response: ir.Response, setting: Setting) -> Iterator[tuple[str, str]]:
    """Yield the calls that a response links to, and the fields that have their arguments."""
    by_id = {each.id: each for each in setting.api.operations}
    for target, parameters in response.links:
        sources = [expression.removeprefix("$response.body#/") for _, expression in parameters]
        if target in by_id:
            yield by_id[target].name, ", ".join(code(each) for each in sources)


def _status(each: ir.Response, renamed: Mapping[str, str], setting: Setting) -> StatusRow:
    if each.is_success:
        kinds = {"none": "returns `None`", "text": "returns `str`", "bytes": "returns `bytes`"}
        outcome = kinds.get(each.kind) or (
            f"returns {type_words(each.type, setting.link)}" if each.type else "returns what came"
        )
    else:
        name = error_of(each.status)
        outcome = f"raises [{name}](errors.md#{name.lower()})"
        if each.type and each.kind == "json":
            outcome += f", `data`: {type_words(each.type, setting.link)}"
    headers = "; ".join(f"{code(name)}{f': {inline(text)}' if text else ''}" for name, text in each.headers)
    return StatusRow(each.status, with_python_names(each.description, renamed), outcome, headers)


def _wait(method: MethodView, arguments: list[examples.Given], setting: Setting) -> WaitPage | None:
    wait = method.wait
    if wait is None:
        return None
    variable = wait.status_attribute
    seconds = f"{DEFAULTS.wait:g}"
    more = [f"wait_timeout={seconds}", f"on_update=lambda result: print(result.{variable})"]
    poll = next(each for each in setting.api.operations if each.name == wait.poll)
    parameter = next(each.field for each in poll.parameters if each.location == "path")
    value = setting.samples.expression(parameter.type, setting.samples.of_field(parameter))
    return WaitPage(
        and_wait=examples.python_example(method, arguments, setting.samples, name=wait.and_wait, more=more),
        wait=Example(f"{wait.method}({value.code}, timeout={seconds})", value.imports),
    )
