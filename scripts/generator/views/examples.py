"""Create examples of calls in Python and curl, with values from the configuration or the document."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from attrs import frozen

from .. import ir
from ..config import Config, OperationChoice
from ..ir import names
from . import credentials
from .resources import MethodView
from .samples import NO_HINT, Expression, Samples, is_file

# The columns for a call in an example, after the code before it.
_WIDEST = 54
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/-]+\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@frozen
class Given:
    """An argument of an example, with its location and its JSON value."""

    field: ir.Field
    place: str
    value: Any
    is_positional: bool = False


@frozen
class Example:
    """A call in Python.

    Args:
        call: The formatted code, beginning with the method's name.
        imports: The imports that it needs in addition to the client: pairs of module and name.
        instead: The argument that distinguishes it from the first example of its method, or "".
    """

    call: str
    imports: frozenset[tuple[str, str]] = frozenset()
    instead: str = ""


def given(method: MethodView, samples: Samples, config: Config, chosen: Mapping[int, str]) -> list[Given]:
    """Choose the arguments of an example: the required ones and those with an example value.

    Args:
        method: The method.
        samples: The source of other values.
        config: The configuration, whose examples take precedence; null omits an argument.
        chosen: The chosen argument of each group of which exactly one is given, by the group's index.

    Returns:
        The arguments, in the document's order.
    """
    operation = method.operation
    hints = config.operations.get(operation.id, OperationChoice()).example
    left_out = {name for index, group in enumerate(method.groups) for name in group if name != chosen[index]}
    found = []
    for each, place in _fields(operation):
        hint = hints.get(each.key, NO_HINT)
        has_example = each.example is not None and not each.deprecated
        wanted = each.required or each.name in chosen.values() or has_example
        if each.name not in left_out and (wanted or hint is not NO_HINT) and hint is not None:
            value = samples.of_field(each, hint)
            found.append(Given(each, place, value, is_positional=place == "path"))
    return found


def _fields(operation: ir.Operation) -> Iterator[tuple[ir.Field, str]]:
    for each in operation.parameters:
        yield each.field, each.location
    for part in operation.body.sent if operation.body else ():
        yield part.field, "body"
    if operation.whole_body:
        yield operation.whole_body, "whole body"


def choices(method: MethodView, config: Config) -> Iterator[dict[int, str]]:
    """Yield the ways to choose one argument of each group of which exactly one is given.

    Args:
        method: The method.
        config: The configuration; arguments with an example there come first.

    Yields:
        The chosen argument of each group, by the group's index.
    """
    fields = {each.name: each for each, _ in _fields(method.operation)}
    hints = config.operations.get(method.operation.id, OperationChoice()).example
    ranked = [
        sorted(group, key=lambda name: (hints.get(fields[name].key) is None, fields[name].example is None))
        for group in method.groups
    ]
    first = {index: group[0] for index, group in enumerate(ranked)}
    yield first
    if ranked:
        yield from ({**first, 0: name} for name in ranked[0][1:])


def python_examples(method: MethodView, samples: Samples, config: Config) -> tuple[Example, ...]:
    """Return the examples of a method, one for each argument of a group of which exactly one is given."""
    ways = list(choices(method, config))
    left_out = tuple(_left_out(method, samples, config))
    return tuple(
        python_example(
            method,
            given(method, samples, config, way),
            samples,
            instead="" if way is ways[0] else way[0],
            left_out=left_out if way is ways[0] else (),
        )
        for way in ways
    )


def _left_out(method: MethodView, samples: Samples, config: Config) -> Iterator[str]:
    """Yield the arguments that the configuration omits, as comments."""
    hints = config.operations.get(method.operation.id, OperationChoice()).example
    for each, place in _fields(method.operation):
        if place == "body" and each.example is not None and hints.get(each.key, NO_HINT) is None:
            yield f"# {each.name}={samples.expression(each.type, each.example).code},"


def python_example(
    method: MethodView,
    arguments: Iterable[Given],
    samples: Samples,
    *,
    name: str | None = None,
    more: Iterable[str] = (),
    replaced: Mapping[str, Expression] | None = None,
    instead: str = "",
    left_out: Iterable[str] = (),
) -> Example:
    """Return an example of a call.

    Args:
        method: The method.
        arguments: Its arguments.
        samples: Converts values to code.
        name: The name of another method with the same arguments, or None.
        more: Further arguments, as code.
        replaced: Code for the values of some arguments.
        instead: See `Example`.
        left_out: Comments after the arguments.
    """
    written, imports = [], set[tuple[str, str]]()
    for each in sorted(arguments, key=lambda one: not one.is_positional):
        value = (replaced or {}).get(each.field.name) or samples.expression(each.field.type, each.value)
        imports |= value.imports
        written.append(value.code if each.is_positional else f"{each.field.name}={value.code}")
    call = _laid_out(f"{name or method.name}(", [*written, *more], list(left_out))
    return Example(call, frozenset(imports), instead)


def head(example: Example, package: str, wanted: Iterable[str], *modules: str, lines: int = 1) -> str:
    """Return the imports of a program, sorted like a formatter does.

    Args:
        example: The call in the program.
        package: The package.
        wanted: The names to import from it.
        modules: The modules to import from the standard library.
        lines: The number of empty lines after them.
    """
    found: dict[str, set[str]] = {package: set(wanted)}
    for module, name in example.imports:
        found.setdefault(module, set()).add(name)
    groups: tuple[list[str], list[str]] = ([f"import {each}" for each in sorted(modules)], [])
    for module in sorted(found):
        is_ours = module.partition(".")[0] == package
        groups[is_ours].append(f"from {module} import {', '.join(sorted(found[module]))}")
    return "\n\n".join("\n".join(group) for group in groups if group) + "\n" * (lines + 1)


def _laid_out(start: str, arguments: list[str], comments: list[str]) -> str:
    line = f"{start}{', '.join(arguments)})"
    if not comments and ((len(line) <= _WIDEST and "\n" not in line) or not arguments):
        return line
    lines = [*(f"{each}," for each in arguments), *comments]
    return "\n".join([start, *(textwrap.indent(each, "    ") for each in lines), ")"])


def curl(method: MethodView, arguments: Iterable[Given], api: ir.Api, config: Config, url: str) -> str:
    """Return a call as a curl command for a POSIX shell.

    Args:
        method: The method.
        arguments: Its arguments.
        api: The ir, for the security schemes.
        config: The configuration.
        url: The URL of the service, or "".
    """
    operation, arguments = method.operation, list(arguments)
    path = operation.path
    for each in arguments:
        if each.place == "path":
            path = path.replace(f"{{{each.field.key}}}", quote(_text(each.value), safe=""))
    query = [
        f"{quote(each.field.key)}={quote(_text(part), safe='')}"
        for each in arguments
        if each.place == "query"
        for part in (each.value if isinstance(each.value, list) else [each.value])
    ]
    options = list(_authentication(operation, api, config, query))
    options += [
        f"-H {shlex.quote(f'{each.field.key}: {_text(each.value)}')}"
        for each in arguments
        if each.place == "header"
    ]
    options += [
        f"-b {shlex.quote(f'{each.field.key}={_text(each.value)}')}"
        for each in arguments
        if each.place == "cookie"
    ]
    variable = f"{config.environment_prefix}_BASE_URL"
    base = f"${{{variable}:-{url}}}" if _PLAIN_URL.match(url) else f"${variable}"
    rest = quote(path, safe="/%") + (f"?{'&'.join(query)}" if query else "")
    action = "" if operation.method == "GET" else f"-X {operation.method} "
    return " \\\n  ".join([f'curl {action}"{base}{rest}"', *options, *_body(operation.body, arguments)])


def _authentication(operation: ir.Operation, api: ir.Api, config: Config, query: list[str]) -> Iterator[str]:
    wanted = operation.security[0] if operation.security else ()
    for each in credentials.named(api, config):
        scheme = each.scheme
        variable = each.variable or f"{config.environment_prefix}_{names.snake(scheme.key).upper()}"
        if scheme.key not in wanted or not _PLAIN_NAME.match(variable):
            continue
        if scheme.kind == "bearer":
            yield f'-H "Authorization: Bearer ${variable}"'
        elif scheme.kind == "basic":
            yield f'-u "${variable}"'
        elif scheme.location == "query":
            query.append(f"{quote(scheme.name, safe='')}=${variable}")
        elif scheme.location == "cookie":
            yield f'-b {shlex.quote(f"{scheme.name}=")}"${variable}"'
        else:
            yield f'-H {shlex.quote(f"{scheme.name}: ")}"${variable}"'


def _body(body: ir.Body | None, arguments: Iterable[Given]) -> Iterator[str]:
    if body is None:
        return
    sent = [each for each in arguments if each.place in ("body", "whole body")]
    header = f"-H {shlex.quote(f'Content-Type: {body.media_type}')}"
    if body.kind == "json":
        whole = [each.value for each in sent if each.place == "whole body"]
        value = whole[0] if whole else {each.field.key: each.value for each in sent}
        if sent:
            yield from (header, f"-d {shlex.quote(json.dumps(value, ensure_ascii=False))}")
    elif body.kind in ("bytes", "text"):
        for each in sent:
            prefix = "@" if body.kind == "bytes" else ""
            yield from (header, f"--data-binary {shlex.quote(f'{prefix}{each.value}')}")
    else:
        yield from (
            _form_option(each.field, part, body.kind)
            for each in sent
            for part in (each.value if isinstance(each.value, list) else [each.value])
        )


def _form_option(each: ir.Field, value: Any, kind: str) -> str:
    if kind == "multipart" and is_file(each.type):
        # Also quoted for curl, for which commas and semicolons are special.
        name = str(value).replace("\\", "\\\\").replace('"', '\\"')
        plain = re.fullmatch(r"[A-Za-z0-9._/-]+", name)
        return (
            f"-F {shlex.quote(f'{each.key}=@{name}' if plain else f'{each.key}=@{chr(34)}{name}{chr(34)}')}"
        )
    # With -F, a value that begins with @ would be the name of a file.
    option = "--form-string" if kind == "multipart" else "--data-urlencode"
    return f"{option} {shlex.quote(f'{each.key}={_text(value)}')}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
