"""Compute the views of resources and methods.

Templates only loop and print; everything else is decided here. If an argument has the name of a call option
such as `timeout`, the option gets a trailing underscore.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from templates.runtime import errors
from templates.runtime._package import BaseError

from .. import ir
from ..config import Config, OperationChoice, TagChoice
from ..document.problems import stop
from ..ir import names
from ..render.text import prose, with_python_names
from .arguments import Argument, keyword_arguments, overloads, positional_arguments
from .descriptions import of_operation

# The options of every call, in their order.
OPTIONS = ("timeout", "deadline", "max_retries", "extra_headers")
PROGRESS = "on_upload_progress"


# The public classes of errors, in the order of their tree.
ERRORS = tuple(
    each
    for name, each in vars(errors).items()
    if not name.startswith("_") and isinstance(each, type) and issubclass(each, BaseError)
    if each is not BaseError
)


def error_of(status: str) -> str:
    """Return the name of the error that is raised for a documented status."""
    number = int(status) if status.isdigit() else 500 if status == "5XX" else 0
    return errors.status_error_class(number).__name__


@frozen
class Advice:
    """The document's description of an error status, and its constant if several operations share it."""

    status: str
    text: str
    constant: str | None = None


@frozen
class Raise:
    """An error in the docstring of a method."""

    name: str
    status: str
    description: str


@frozen
class WaitView:
    """The methods that wait for what an operation started; `started` is the model it returns, or None."""

    constant: str
    method: str
    and_wait: str
    poll: str
    id_argument: str
    id_attribute: str
    status_attribute: str
    done: tuple[str, ...]
    failed: tuple[str, ...]
    first_delay: float
    max_delay: float
    returns: ir.Type
    started: ir.ModelRef | None


@frozen
class MethodView:
    """A method of a resource, and the function that describes its call."""

    operation: ir.Operation
    name: str
    constant: str
    qualified: str
    positional: tuple[Argument, ...]
    keyword: tuple[Argument, ...]
    overloads: tuple[tuple[Argument, ...], ...]
    groups: tuple[tuple[str, ...], ...]
    returns: ir.Type
    summary: str
    description: str
    result: str
    raises: tuple[Raise, ...]
    options: dict[str, str]
    has_upload: bool
    errors: tuple[tuple[str, ir.Type], ...]
    advice: tuple[Advice, ...]
    verify_with: str | None
    schemes: tuple[tuple[str, ...], ...]
    deprecated_arguments: tuple[str, ...] = ()
    wait: WaitView | None = None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All arguments for parameters and fields of the document, required ones first."""
        return self.positional + self.keyword

    @property
    def path(self) -> str:
        """The path of requests, without a fragment that distinguishes operations of the same path."""
        return self.operation.path.partition("#")[0]

    @property
    def call_options(self) -> tuple[str, ...]:
        """The names of the call options."""
        return tuple(name for key, name in self.options.items() if key != PROGRESS or self.has_upload)


@frozen
class ResourceView:
    """A resource with its methods and the imports of its module."""

    resource: ir.Resource
    name: str
    class_name: str
    title: str
    summary: str
    description: str
    aliases: tuple[str, ...]
    methods: tuple[MethodView, ...]
    shared_advice: tuple[tuple[str, str], ...]
    waits: tuple[WaitView, ...]
    has_deprecated: bool
    types: tuple[ir.Type, ...]

    @property
    def class_names(self) -> list[str]:
        """The models and aliases in signatures."""
        return sorted({name for each in self.types for name in ir.class_names(each)})


def resource_view(resource: ir.Resource, api: ir.Api, config: Config) -> ResourceView:
    """Return the view of a resource.

    Raises:
        GenerationError: A long-running operation cannot be polled.
    """
    methods = tuple(_method(each, resource, api, config) for each in resource.operations)
    by_id = {each.operation.id: each for each in methods}
    methods = tuple(_with_wait(each, by_id, api, config) for each in methods)
    shared = _shared_advice(methods)
    return ResourceView(
        resource=resource,
        name=resource.name,
        class_name=resource.class_name,
        title=" ".join(prose(resource.tag).split()),
        summary=_sentence(resource.description or f"The operations of {resource.tag}"),
        description=resource.description or f"The operations of {resource.tag}.",
        aliases=config.tags.get(resource.tag, TagChoice()).aliases,
        methods=tuple(_sharing(each, shared) for each in methods),
        shared_advice=tuple((name, text) for text, name in shared.items()),
        waits=tuple(each.wait for each in methods if each.wait),
        has_deprecated=any(each.operation.deprecated or each.deprecated_arguments for each in methods),
        types=tuple(each for operation in resource.operations for each in operation.types),
    )


def _shared_advice(methods: Iterable[MethodView]) -> dict[str, str]:
    """Return constants for the texts that several operations share, by text."""
    texts = [(each.status, each.text) for method in methods for each in method.advice]
    common = dict.fromkeys((status, text) for status, text in texts if texts.count((status, text)) > 1)
    found: dict[str, str] = {}
    for status, text in common:
        found.setdefault(text, names.give_way(f"ON_{status.upper()}", found.values()))
    return found


def _sharing(method: MethodView, shared: Mapping[str, str]) -> MethodView:
    return evolve(
        method, advice=tuple(evolve(each, constant=shared.get(each.text)) for each in method.advice)
    )


def _method(operation: ir.Operation, resource: ir.Resource, api: ir.Api, config: Config) -> MethodView:
    renamed = operation.python_names
    positional = positional_arguments(operation)
    keyword = keyword_arguments(operation)
    groups = operation.body.exactly_one_of if operation.body else ()
    taken = [each.name for each in (*positional, *keyword)]
    choice = config.operations.get(operation.id, OperationChoice())
    return MethodView(
        operation=operation,
        name=operation.name,
        constant=operation.name.upper(),
        qualified=f"{resource.name}.{operation.name}",
        positional=positional,
        keyword=keyword,
        overloads=overloads(keyword, groups),
        groups=groups,
        returns=ir.one_of(each.type or ir.NONE for each in operation.successes),
        summary=_sentence(
            operation.summary or operation.description or f"{operation.method} {operation.path}"
        ),
        description=of_operation(operation, renamed),
        result=_result(operation),
        raises=tuple(_raises(operation)),
        options={each: names.give_way(each, taken) for each in (*OPTIONS, PROGRESS)},
        has_upload=operation.body is not None and operation.body.kind in ("multipart", "bytes"),
        errors=tuple(
            (each.status, each.type)
            for each in operation.responses
            if not each.is_success and each.type and each.kind == "json"
        ),
        advice=tuple(
            Advice(each.status, " ".join(prose(with_python_names(each.description, renamed)).split()))
            for each in operation.responses
            if not each.is_success and each.description
        ),
        verify_with=_verify_with(choice, api),
        schemes=operation.security,
        deprecated_arguments=tuple(
            each.name for each in (*operation.path_fields, *operation.keyword_fields) if each.deprecated
        ),
    )


def _sentence(text: str) -> str:
    line = " ".join(prose(text).split())
    first = line.partition(". ")[0].rstrip(".")
    short = first if len(first) <= 90 else f"{first[:87].rsplit(' ', 1)[0]} ..."
    return f"{short}."


def _result(operation: ir.Operation) -> str:
    texts = dict.fromkeys(_sentence(each.description) for each in operation.responses if each.is_success)
    return " Or: ".join(texts) or "What the service returned."


def _raises(operation: ir.Operation) -> Iterable[Raise]:
    for each in operation.responses:
        if not each.is_success and each.status != "default":
            text = " ".join(prose(each.description).split())
            yield Raise(error_of(each.status), each.status, text)


def _verify_with(choice: OperationChoice, api: ir.Api) -> str | None:
    for resource in api.resources:
        for each in resource.operations:
            if each.id == choice.verify_with:
                return f"{resource.name}.{each.name}()"
    return None


def _with_wait(method: MethodView, by_id: dict[str, MethodView], api: ir.Api, config: Config) -> MethodView:
    plan = method.operation.long_running
    if plan is None:
        return method
    poll = by_id.get(plan.poll)
    if poll is None or len(poll.positional) != 1 or any(each.is_required for each in poll.keyword):
        raise stop(
            f"{method.operation.pointer}/x-long-running/poll",
            f"{plan.poll!r} is not an operation of the same tag with one path parameter",
            "Name the operation that returns the status, by its operation id.",
        )
    choice = config.operations.get(method.operation.id, OperationChoice())
    identified = api.result_field(method.operation, plan.id_field)
    status = api.result_field(poll.operation, plan.status_field)
    assert identified is not None and status is not None  # noqa: S101, PT018 - `consistency` looked
    return evolve(
        method,
        wait=WaitView(
            constant=f"WAIT_FOR_{method.constant}",
            method=choice.wait_method or f"wait_for_{method.name}",
            and_wait=f"{method.name}_and_wait",
            poll=poll.name,
            id_argument=poll.positional[0].name,
            id_attribute=identified.name,
            status_attribute=status.name,
            done=plan.done,
            failed=plan.failed,
            first_delay=plan.first_delay,
            max_delay=plan.max_delay,
            returns=poll.returns,
            started=method.returns if isinstance(method.returns, ir.ModelRef) else None,
        ),
    )
