"""Views: what templates print, decided beforehand.

A template loops and prints; whatever needs a second thought is decided here, in plain Python that can be tested.
Names of the document win: where an argument is called like one of our options, the option moves aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from . import code, form, names
from .config import Config, OperationChoice, TagChoice
from .text import literal, long_literal, paragraphs, prose, with_python_names

# The options of every call, in the order in which they stand.
OPTIONS = ("timeout", "deadline", "max_retries", "extra_headers")
PROGRESS = "on_upload_progress"
STATUS_ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "402": "PaymentRequiredError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
    "5XX": "InternalServerError",
}
_BODY_ARGUMENT = "body"
_INDENT_ARGS = 12


@frozen
class Argument:
    """An argument that stands for something in the document.

    Args:
        name: Its name in Python.
        annotation: Its type.
        default: The code of its default; None where it must be given.
        description: What it means, laid out for a docstring.
    """

    name: str
    annotation: str
    default: str | None
    description: str

    @property
    def declaration(self) -> str:
        """The argument as a signature has it."""
        return f"{self.name}: {self.annotation}" + ("" if self.default is None else f" = {self.default}")


@frozen
class Raise:
    """An error that a method documents."""

    name: str
    description: str


@frozen
class WaitView:
    """The two methods that wait for what an operation began."""

    constant: str
    method: str
    and_wait: str
    poll: str
    id_argument: str
    id_attribute: str
    status_attribute: str
    done: str
    failed: str
    first_delay: float
    largest_delay: float
    returns: str


@frozen
class MethodView:
    """A method of a resource, and the function that builds its call."""

    operation: form.Operation
    name: str
    constant: str
    qualified: str
    positional: tuple[Argument, ...]
    keyword: tuple[Argument, ...]
    overloads: tuple[tuple[Argument, ...], ...]
    groups: tuple[tuple[str, ...], ...]
    returns: str
    summary: str
    description: str
    result: str
    raises: tuple[Raise, ...]
    options: dict[str, str]
    has_upload: bool
    call: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    errors: tuple[tuple[str, str], ...]
    advice: tuple[tuple[str, str], ...]
    find_out: str | None
    schemes: tuple[str, ...]
    wait: WaitView | None = None

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All arguments of the document, those that must be given first."""
        return self.positional + self.keyword

    @property
    def passed(self) -> str:
        """The arguments as a caller passes them on."""
        given = [each.name for each in self.positional]
        return ", ".join([*given, *(f"{each.name}={each.name}" for each in self.keyword)])


@frozen
class ResourceView:
    """A resource: its classes, its methods and what their module imports."""

    resource: form.Resource
    name: str
    class_name: str
    title: str
    description: str
    aliases: tuple[str, ...]
    methods: tuple[MethodView, ...]
    shared_advice: tuple[tuple[str, str], ...]
    waits: tuple[WaitView, ...]
    argument_imports: code.Imports
    result_imports: code.Imports


@frozen
class FieldView:
    """An attribute of a model."""

    name: str
    annotation: str
    default: str | None
    description: str
    row: str


@frozen
class ModelView:
    """A model: its attributes, its table, and the names of our own that moved aside."""

    model: form.Model
    class_name: str
    module: str
    description: str
    fields: tuple[FieldView, ...]
    imports: code.Imports
    dt: str
    additional_annotation: str
    additional_codec: str
    additional: str


@frozen
class AliasView:
    """A named closed set of values."""

    name: str
    module: str
    description: str
    values: str


def resource_view(resource: form.Resource, built: form.Form, config: Config) -> ResourceView:
    """Decide how a resource is written.

    Args:
        resource: The resource.
        built: The whole form, for operations that others name.
        config: The choices.

    Returns:
        The view.
    """
    methods = tuple(_method(each, resource, built, config) for each in resource.operations)
    by_id = {each.operation.id: each for each in methods}
    methods = tuple(_with_wait(each, by_id, config) for each in methods)
    shared = _shared_advice(methods)
    types = [each for operation in resource.operations for each in _argument_types(operation)]
    results = [r.type for operation in resource.operations for r in operation.responses if r.type]
    return ResourceView(
        resource=resource,
        name=resource.name,
        class_name=resource.class_name,
        title=prose(resource.tag),
        description=paragraphs(resource.description or f"The operations of {resource.tag}.", indent=4),
        aliases=config.tags.get(resource.tag, TagChoice()).aliases,
        methods=tuple(_sharing(each, shared) for each in methods),
        shared_advice=tuple((name, long_literal(text)) for text, name in shared.items()),
        waits=tuple(each.wait for each in methods if each.wait),
        argument_imports=code.imports(types, "argument"),
        result_imports=code.imports(results, "attribute"),
    )


def _shared_advice(methods: Iterable[MethodView]) -> dict[str, str]:
    """Name the texts that several operations have in common, so that they stand in the module once."""
    texts = [(status, text) for each in methods for status, text in each.advice]
    common = dict.fromkeys((status, text) for status, text in texts if texts.count((status, text)) > 1)
    found: dict[str, str] = {}
    for status, text in common:
        found.setdefault(text, names.give_way(f"ON_{status.upper()}", found.values()))
    return found


def _sharing(method: MethodView, shared: Mapping[str, str]) -> MethodView:
    return evolve(
        method, advice=tuple((status, shared.get(text) or long_literal(text)) for status, text in method.advice)
    )


def _argument_types(operation: form.Operation) -> Iterable[form.Type]:
    yield from (each.field.type for each in operation.parameters)
    if operation.body:
        yield from (part.field.type for part in operation.body.parts)
        if operation.body.type and not operation.body.parts:
            yield operation.body.type


def _method(operation: form.Operation, resource: form.Resource, built: form.Form, config: Config) -> MethodView:
    renamed = _renamed(operation)
    positional = tuple(_argument(each.field, renamed) for each in operation.parameters if each.location == "path")
    keyword = _keyword_arguments(operation, renamed)
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
        overloads=_overloads(keyword, groups),
        groups=groups,
        returns=_returns(operation),
        summary=_sentence(operation.summary or operation.description or f"{operation.method} {operation.path}"),
        description=paragraphs(with_python_names(operation.description, renamed), indent=8),
        result=_result(operation),
        raises=tuple(_raises(operation)),
        options={each: names.give_way(each, taken) for each in (*OPTIONS, PROGRESS)},
        has_upload=operation.body is not None and operation.body.kind in ("multipart", "bytes"),
        call=tuple(_call(operation)),
        answers=tuple((each.status, _answer(each)) for each in _successes(operation)),
        errors=tuple(
            (each.status, code.codec(each.type))
            for each in operation.responses
            if not each.is_success and each.type and each.kind == "json"
        ),
        advice=tuple(
            (each.status, " ".join(prose(with_python_names(each.description, renamed)).split()))
            for each in operation.responses
            if not each.is_success and each.description
        ),
        find_out=_find_out(choice, built),
        schemes=operation.security,
    )


def _successes(operation: form.Operation) -> list[form.Response]:
    """The documented successes; `default` counts where there is no other."""
    found = [each for each in operation.responses if each.is_success]
    return found or [each for each in operation.responses if each.status == "default"]


def _sentence(text: str) -> str:
    line = " ".join(prose(text).split())
    first = line.partition(". ")[0].rstrip(".")
    short = first if len(first) <= 90 else f"{first[:87].rsplit(' ', 1)[0]} ..."
    return paragraphs(f"{short}.", indent=0).replace("\n", " ")


def _renamed(operation: form.Operation) -> dict[str, str]:
    fields = [each.field for each in operation.parameters]
    fields += [part.field for part in operation.body.parts] if operation.body else []
    return {each.key: each.name for each in fields}


def _keyword_arguments(operation: form.Operation, renamed: Mapping[str, str]) -> tuple[Argument, ...]:
    fields = [each.field for each in operation.parameters if each.location != "path"]
    body = operation.body
    if body:
        fields += [part.field for part in body.parts if not part.field.read_only]
    arguments = [_argument(each, renamed) for each in fields]
    if body and not body.parts:
        arguments.append(_body_argument(body, [each.name for each in arguments]))
    return tuple(sorted(arguments, key=lambda each: each.default is not None))


def _body_argument(body: form.Body, taken: list[str]) -> Argument:
    each = code.FILE if body.kind == "bytes" else form.Scalar("str") if body.kind == "text" else body.type
    written = code.annotation(each or form.Scalar("any"), "argument")
    if not body.required:
        written = written if written == "Any" else f"{written} | None"
    name = names.give_way(_BODY_ARGUMENT, taken)
    return Argument(name, written, None if body.required else "None", f"The body, {prose(body.media_type)}.")


def _argument(each: form.Field, renamed: Mapping[str, str]) -> Argument:
    written = code.annotation(each.type, "argument")
    nullable = isinstance(each.type, form.Nullable)
    default = None if each.required else "NOT_GIVEN" if nullable else "None"
    if default == "None" and written != "Any":
        written = f"{written} | None"
    if default == "NOT_GIVEN":
        written = f"{written} | NotGiven"
    return Argument(each.name, written, default, described(each, renamed, first=f"{each.name}: "))


def described(each: form.Field, renamed: Mapping[str, str], *, first: str, indent: int = _INDENT_ARGS) -> str:
    """Lay out what is known of a field for a docstring.

    Args:
        each: The field.
        renamed: The Python names of its neighbours, by their names in the document.
        first: What stands before.
        indent: The columns before each line.

    Returns:
        The text.
    """
    sentences = [prose(with_python_names(each.description, renamed)) or f"`{prose(each.key)}` of the document."]
    if each.default is not form.NO_DEFAULT:
        sentences.append(f"The service assumes {_value(each.default)} where it is left out.")
    if isinstance(each.type, form.Open):
        sentences.append(f"Known values: {', '.join(_value(value) for value in each.type.known)}.")
    if each.deprecated:
        sentences.append("Deprecated.")
    last = sentences[0]
    sentences[0] = last if last.endswith((".", "!", "?", ":", "|", "`")) or "\n" in last else f"{last}."
    return paragraphs(" ".join(sentences), indent=indent, hanging=4, first=first)


def _value(value: object) -> str:
    return f"`{prose(value)}`" if isinstance(value, str) else f"`{prose(literal(value))}`"


def _overloads(arguments: tuple[Argument, ...], groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[Argument, ...], ...]:
    """One signature for each way to give exactly one of a group; none where there is no such rule."""
    if not groups:
        return ()
    found = []
    for chosen in groups[0]:
        others = [each for each in groups[0] if each != chosen]
        left = [evolve(each, annotation="None") if each.name in others else each for each in arguments]
        must = [
            evolve(each, default=None, annotation=each.annotation.removesuffix(" | None")) if each.name == chosen else each
            for each in left
        ]
        found.append(tuple(must))
    return tuple(found)


def _returns(operation: form.Operation) -> str:
    types = [each.type for each in _successes(operation)]
    kinds = dict.fromkeys("None" if each is None else code.annotation(each, "attribute") for each in types)
    parts = dict.fromkeys(part for kind in kinds for part in kind.split(" | "))
    if "Any" in parts:
        return "Any"
    return " | ".join(sorted(parts, key=lambda part: part == "None")) or "None"


def _result(operation: form.Operation) -> str:
    texts = dict.fromkeys(_sentence(each.description) for each in operation.responses if each.is_success)
    return paragraphs(" Or: ".join(texts) or "What the service answered.", indent=_INDENT_ARGS)


def _raises(operation: form.Operation) -> Iterable[Raise]:
    for each in operation.responses:
        if not each.is_success and each.status != "default":
            name = STATUS_ERRORS.get(each.status, "InternalServerError" if each.status[0] == "5" else "APIStatusError")
            text = " ".join(prose(each.description).split())
            yield Raise(name, paragraphs(text, indent=_INDENT_ARGS, hanging=4, first=f"{name}: {each.status}. "))


def _answer(response: form.Response) -> str:
    if response.kind == "none":
        return "Answer()"
    if response.kind == "json":
        return f"Answer({literal(response.media_type)}, {code.codec(response.type or form.Scalar('any'))})"
    return f"Answer({literal(response.media_type)}, kind={literal(response.kind)})"


def _find_out(choice: OperationChoice, built: form.Form) -> str | None:
    for resource in built.resources:
        for each in resource.operations:
            if each.id == choice.find_out_with:
                return f"{resource.name}.{each.name}()"
    return None


def _call(operation: form.Operation) -> Iterable[str]:
    """The arguments of `Call` that a builder passes, as code."""
    paths = [each for each in operation.parameters if each.location == "path"]
    if paths:
        entries = ", ".join(
            f"{literal(each.field.key)}: path_value({literal(each.field.name)}, {each.field.name}, {code.codec(each.field.type)})"
            for each in paths
        )
        yield f"path={{{entries}}}"
    for location, maker in (("query", "QueryField"), ("header", "HeaderField"), ("cookie", "CookieField")):
        here = [each for each in operation.parameters if each.location == location]
        if here:
            rows = "".join(f"{_parameter_row(each, maker)}, " for each in here)
            yield f"{location}=({rows})"
    if operation.body:
        yield f"body={_body(operation)}"


def _parameter_row(each: form.Parameter, maker: str) -> str:
    extra = ""
    if each.media_type is not None:
        extra = ", json=True"
    elif maker == "QueryField" and isinstance(_plain(each.field.type), form.Array | form.Map):
        extra = f", explode={each.explode}" + (f", style={literal(each.style)}" if each.style != "form" else "")
    return f"{maker}({literal(each.field.key)}, {each.field.name}, {code.codec(each.field.type)}{extra})"


def _plain(each: form.Type) -> form.Type:
    return each.inner if isinstance(each, form.Nullable) else each


def _body(operation: form.Operation) -> str:
    body = operation.body
    assert body is not None  # noqa: S101 - the caller looked
    if not body.parts:
        taken = [each.field.name for each in operation.parameters]
        name = names.give_way(_BODY_ARGUMENT, taken)
        if body.kind in ("bytes", "text"):
            return f"BytesBody({name}, {literal(body.media_type)})"
        return f"JsonBody({name}, {code.codec(body.type or form.Scalar('any'))}, {literal(body.media_type)})"
    sent = [part for part in body.parts if not part.field.read_only]
    if body.kind == "json":
        rows = "".join(f"{_json_row(part.field)}, " for part in sent)
        return f"JsonObject(({rows}), {literal(body.media_type)})"
    maker = "Multipart" if body.kind == "multipart" else "FormBody"
    rows = "".join(f"{_form_row(part, body.kind)}, " for part in sent)
    return f"{maker}(({rows}))"


def _json_row(each: form.Field) -> str:
    return f"JsonField({literal(each.key)}, {each.name}, {code.codec(each.type)})"


def _form_row(part: form.Part, kind: str) -> str:
    each = part.field
    plain = _plain(each.type)
    many = isinstance(plain, form.Array)
    item = plain.item if isinstance(plain, form.Array) else plain
    least = f", min_items={each.min_items}" if many and each.min_items else ""
    if kind == "multipart" and _plain(item) == code.FILE:
        media = f", media_type={literal(part.content_type)}" if _is_one(part.content_type) else ""
        return f"FileField({literal(each.key)}, {each.name}, many={many}{least}{media})"
    explode = f", explode={part.explode}" if many else ""
    return f"FormField({literal(each.key)}, {each.name}, {code.codec(each.type)}{explode}{least})"


def _is_one(content_type: str | None) -> bool:
    return content_type is not None and "," not in content_type and "*" not in content_type


def _with_wait(method: MethodView, by_id: dict[str, MethodView], config: Config) -> MethodView:
    plan = method.operation.long_running
    if plan is None:
        return method
    from .problems import stop

    poll = by_id.get(plan.poll)
    if poll is None or len(poll.positional) != 1 or any(each.default is None for each in poll.keyword):
        raise stop(
            f"{method.operation.pointer}/x-long-running/poll",
            f"{plan.poll!r} is no operation of the same tag with one path parameter",
            "Name the operation that shows how far it is, by its operation id.",
        )
    choice = config.operations.get(method.operation.id, OperationChoice())
    return evolve(
        method,
        wait=WaitView(
            constant=f"WAIT_FOR_{method.constant}",
            method=choice.wait_method or f"wait_for_{method.name}",
            and_wait=f"{method.name}_and_wait",
            poll=poll.name,
            id_argument=poll.positional[0].name,
            id_attribute=names.snake(plan.id_field),
            status_attribute=names.snake(plan.status_field),
            done=literal(plan.done),
            failed=literal(plan.failed),
            first_delay=plan.first_delay,
            largest_delay=plan.largest_delay,
            returns=poll.returns,
        ),
    )


def model_view(model: form.Model) -> ModelView:
    """Decide how a model is written.

    Args:
        model: The model.

    Returns:
        The view.
    """
    taken = [each.name for each in model.fields]
    dt = names.give_way("dt", taken)
    renamed = {each.key: each.name for each in model.fields}
    extra = model.additional or form.Scalar("any")
    return ModelView(
        model=model,
        class_name=model.class_name,
        module=model.module,
        description=paragraphs(model.description or f"`{model.class_name}` of the document.", indent=4),
        fields=tuple(_field(each, dt, renamed) for each in sorted(model.fields, key=lambda each: not each.required)),
        imports=code.imports([*(each.type for each in model.fields), extra], "attribute"),
        dt=dt,
        additional_annotation=code.annotation(extra, "attribute").replace("dt.", f"{dt}."),
        additional_codec=code.codec(extra),
        additional=names.give_way("additional_properties", taken),
    )


def _field(each: form.Field, dt: str, renamed: Mapping[str, str]) -> FieldView:
    written = code.annotation(each.type, "attribute").replace("dt.", f"{dt}.")
    if not each.required and not isinstance(each.type, form.Nullable) and written not in ("Any", "None"):
        written = f"{written} | None"
    row = ", ".join([literal(each.name), literal(each.key), code.codec(each.type)])
    row += ", required=True" if each.required else ""
    row += ", deprecated=True" if each.deprecated else ""
    return FieldView(
        each.name,
        written,
        None if each.required else "None",
        described(each, renamed, first=f"{each.name}: ", indent=8),
        f"Field({row})",
    )


def alias_view(alias: form.Alias) -> AliasView:
    """Decide how a named closed set of values is written."""
    values = ", ".join(literal(each) for each in alias.type.values)
    return AliasView(alias.name, alias.module, paragraphs(alias.description, indent=0), values)


@frozen
class CredentialView:
    """A credential: the argument that gives it, and the code that tells the runtime of it."""

    argument: str
    code: str
    description: str


@frozen
class ClientView:
    """The package's face: what the constructor takes, and what the package offers.

    Args:
        base_url: The first server of the document, or "".
        description: What the API is.
        failed_error: The name of the error for a long-running operation that failed, or None.
        credentials: What the constructor takes to authenticate.
        exports: Names that the package offers, with the modules that hold them.
        submodules: Modules that are loaded when they are first named.
    """

    base_url: str
    description: str
    failed_error: str | None
    credentials: tuple[CredentialView, ...]
    exports: tuple[tuple[str, str], ...]
    submodules: tuple[str, ...]


_ERRORS = (
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "ResponseDecodeError",
    "WaitTimeoutError",
    *STATUS_ERRORS.values(),
)


def client_view(built: form.Form, config: Config) -> ClientView:
    """Decide how the client's class and the package's face are written.

    Args:
        built: The form.
        config: The choices.

    Returns:
        The view.
    """
    waits = any(each.long_running for each in built.operations)
    server = built.servers[0] if built.servers else ""
    errors = {*_ERRORS, config.base_error, *({config.failed_error} if waits else ())}
    exports = {
        config.client_name: "_client",
        f"Async{config.client_name}": "_async_client",
        "ApiResponse": "_runtime.raw",
        "DriftEvent": "_runtime.drift",
        "NOT_GIVEN": "_runtime.options",
        "NotGiven": "_runtime.options",
        "debug_report": "_report",
        **dict.fromkeys(errors, "errors"),
        **config.extra_exports,
    }
    return ClientView(
        base_url=server if "{" not in server and server.startswith("http") else "",
        description=paragraphs(built.description or built.title, indent=0),
        failed_error=config.failed_error if waits else None,
        credentials=tuple(_credentials(built, config)),
        exports=tuple(sorted(exports.items())),
        submodules=("errors", "models", *config.extra_modules),
    )


def _credentials(built: form.Form, config: Config) -> Iterable[CredentialView]:
    used = {key for operation in built.operations for key in operation.security}
    chosen = config.credential
    for index, scheme in enumerate(each for each in built.security_schemes if each.key in used):
        argument = chosen.argument if index == 0 else names.give_way(names.snake(scheme.key), [chosen.argument])
        variable = chosen.variable if index == 0 else f"{config.environment_prefix}_{names.snake(scheme.key).upper()}"
        parts = [literal(argument), f"kind={literal(scheme.kind)}", f"scheme={literal(scheme.key)}"]
        if scheme.kind == "api_key":
            parts += [f"location={literal(scheme.location)}", f"name={literal(scheme.name)}"]
        parts += [f"variable={literal(variable)}"]
        text = f"{prose(scheme.description) or 'The credential.'} Also a callable that returns it, asked before each "
        text += f"request; the variable `{variable}` by default."
        described_so = paragraphs(text, indent=8, hanging=4, first=f"{argument}: ")
        yield CredentialView(argument, f"Credential({', '.join(parts)})", described_so)
