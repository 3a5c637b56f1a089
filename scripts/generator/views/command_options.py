"""Compute the arguments and options of a command, as typer declares them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from attrs import evolve, frozen

from .. import ir
from ..config import CommandChoice
from ..document.problems import stop
from ..ir import names
from ..render.text import prose, with_python_names
from .resources import MethodView

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_SEVERAL_EXAMPLES = 2
_OURS = {
    "as_json": "json",
    "yes": "yes",
    "wait": "wait",
    "wait_timeout": "timeout",
    "poll_interval": "poll-interval",
    "check": "no-check",
}


@frozen
class ValueKind:
    """How a value is read from the command line.

    Args:
        type: The type in the annotation.
        metavar: The name of the value in the help, or None for typer's default.
        parser: The runtime's function that parses it, or None.
        choices: The values that the parser accepts, if it is created from them.
        many: Whether the option can be repeated.
    """

    type: Literal["str", "int", "float", "bool", "Any"]
    metavar: str | None = None
    parser: str | None = None
    choices: tuple[str | int | float | bool, ...] = ()
    many: bool = False


@frozen
class OptionView:
    """An argument or an option.

    Args:
        name: Its name in Python.
        kind: How its value is read.
        help: Its help text.
        flag: The option with its dashes; None for an argument.
        example: Its part of the example, quoted for a shell, or "".
        required: Whether it is required.
    """

    name: str
    kind: ValueKind
    help: str
    flag: str | None = None
    example: str = ""
    required: bool = False

    @property
    def annotation(self) -> str:
        """The annotation of the parameter."""
        written = f"list[{self.kind.type}]" if self.kind.many else self.kind.type
        accepts_none = self.required or (self.kind.type == "Any" and not self.kind.many)
        return written if accepts_none else f"{written} | None"


_JSON: Final = ValueKind("Any", "JSON", "json_value")
_SCALARS: Final[Mapping[ir.ScalarName, ValueKind]] = {
    "str": ValueKind("str", "TEXT"),
    "int": ValueKind("int", "NUMBER"),
    "float": ValueKind("float", "NUMBER"),
    "bool": ValueKind("bool"),
    "date": ValueKind("Any", "DATE", "date"),
    "datetime": ValueKind("Any", "DATE-TIME", "moment"),
    "uuid": ValueKind("Any", "UUID", "uuid"),
    "binary": ValueKind("Any", "FILE", "existing_file"),
}


@frozen
class Options:
    """The arguments and options of a command.

    Args:
        positional: The arguments, in order.
        keyword: The options.
        passed: The keyword arguments of the method, each with the code of its value.
        renamed: The names of fields on the command line, by their names in the document.
        locals: The parameters of common options such as --json.
        flags: The common options, with their dashes.
        sources: The parameter for files or URLs, or None.
        takes_urls: Whether URLs are accepted there.
        takes_images: Whether only the images of a directory are used.
        takes_help: Whether a field has the name of the --help option.
        example: The words of an example after those of the command.
    """

    positional: tuple[OptionView, ...]
    keyword: tuple[OptionView, ...]
    passed: tuple[tuple[str, str], ...]
    renamed: Mapping[str, str]
    locals: Mapping[str, str]
    flags: Mapping[str, str]
    sources: str | None
    takes_urls: bool
    takes_images: bool
    takes_help: bool
    example: tuple[str, ...]


def options(method: MethodView, choice: CommandChoice, program: str) -> Options:
    """Return the arguments and options of the command that calls a method.

    Args:
        method: The method.
        choice: The configuration of the command.
        program: The program's name.

    Raises:
        GenerationError: The configuration names an unknown field, or two options have one name.
    """
    operation = method.operation
    paths = operation.path_fields
    others = [*operation.keyword_fields, *([operation.whole_body] if operation.whole_body else [])]
    sources = _sources(operation, choice, others)
    rest = [each for each in others if each not in sources]
    flags = _flags(rest, choice, operation)
    taken = [each.name for each in (*paths, *others)]
    ours = {name: names.give_way(name, taken) for name in _OURS}
    our_flags = {
        name: f"--{flag}" if flag not in flags.values() else f"--{program}-{flag}"
        for name, flag in _OURS.items()
    }
    renamed = {
        **{each.key: flag for each, flag in ((each, f"--{flags[each.key]}") for each in rest)},
        **{each.key: _metavar(each, alone=len(paths) == 1) for each in paths},
        **dict(zip(choice.sources, ("FILES", "URLS"), strict=False)),
    }
    first = [positional(each, alone=len(paths) == 1, renamed=renamed) for each in paths]
    keyword = [_option(each, flags[each.key], renamed) for each in rest]
    local = names.give_way("sources", taken) if sources else None
    if local:
        first.append(_sources_argument(local, sources, choice, operation, renamed))
    shown = [each for each in keyword if each.required] or keyword
    return Options(
        positional=tuple(first),
        keyword=tuple(sorted(keyword, key=lambda each: not each.required)),
        passed=(
            *((each.name, each.name) for each in rest),
            *((each.name, f"_chosen.{kind}") for each, kind in zip(sources, ("files", "urls"), strict=False)),
        ),
        renamed=renamed,
        locals=ours,
        flags=our_flags,
        sources=local,
        takes_urls=len(sources) > 1,
        takes_images=_are_images(operation, sources[:1]),
        takes_help="help" in taken,
        example=tuple(
            each.example
            for each in (*first, *[x for x in shown if x.example][:_SEVERAL_EXAMPLES])
            if each.example
        ),
    )


def _are_images(operation: ir.Operation, fields: Sequence[ir.Field]) -> bool:
    parts = operation.body.sent if operation.body else ()
    return any(part.is_image and part.field.key == each.key for part in parts for each in fields)


def positional(each: ir.Field, *, alone: bool, renamed: Mapping[str, str] | None = None) -> OptionView:
    """Return the view of a positional argument.

    Args:
        each: The field for its value.
        alone: Whether it is the only one, so that its metavar can be ID.
        renamed: See `Options`.
    """
    metavar = _metavar(each, alone=alone)
    return OptionView(
        each.name,
        evolve(_kind(each.type), metavar=metavar),
        _help(each, renamed or {}),
        example=shlex.quote(str(each.example)) if each.example is not None else metavar,
        required=True,
    )


def _sources(operation: ir.Operation, choice: CommandChoice, fields: list[ir.Field]) -> list[ir.Field]:
    by_key = {each.key: each for each in fields}
    for key in (*choice.sources, *choice.options):
        if key not in by_key:
            raise stop(
                operation.pointer,
                f"{key!r} is named in commands.operations.{operation.id}, but no field of the operation",
                f"Known are: {', '.join(by_key)}.",
            )
    return [by_key[key] for key in choice.sources]


def _flags(fields: list[ir.Field], choice: CommandChoice, operation: ir.Operation) -> dict[str, str]:
    found = {
        each.key: choice.options.get(each.key) or each.name.strip("_").replace("_", "-") or each.name
        for each in fields
    }
    twice = sorted({flag for flag in found.values() if list(found.values()).count(flag) > 1})
    if twice:
        raise stop(
            operation.pointer,
            f"two options of the command are called --{twice[0]}",
            f"Name one of them under commands.operations.{operation.id}.options of the configuration.",
        )
    return found


def _sources_argument(
    name: str,
    sources: list[ir.Field],
    choice: CommandChoice,
    operation: ir.Operation,
    renamed: Mapping[str, str],
) -> OptionView:
    required = any(each.required for each in sources) or (
        operation.body is not None and any(choice.sources[0] in group for group in _groups(operation))
    )
    inside = "images" if _are_images(operation, sources[:1]) else "files"
    texts = [
        _alone(_help(sources[0], renamed), renamed),
        f"A directory stands for the {inside} in it, a pattern for the files that match.",
    ]
    if len(sources) > 1:
        texts = [f"FILES: {texts[0]}", texts[1], f"URLS: {_alone(_help(sources[1], renamed), renamed)}"]
        keys = {each.key for each in sources}
        if any(keys <= set(group) for group in _groups(operation)):
            texts.append("Give either files or URLs, not both.")
    help_text = " ".join(texts)
    kind = ValueKind("str", metavar=choice.metavar, many=True)
    return OptionView(name, kind, help_text, example=choice.example, required=required)


def _alone(text: str, renamed: Mapping[str, str]) -> str:
    """Remove the sentences about other arguments from a text, unless nothing would be left."""
    sentences = _SENTENCE.split(text)
    kept = [each for each in sentences if not any(f"`{name}`" in each for name in renamed.values())]
    return " ".join(kept or sentences)


def _groups(operation: ir.Operation) -> Iterable[tuple[str, ...]]:
    """Yield the groups of which exactly one is given, by the document's names."""
    body = operation.body
    if body is None:
        return
    keys = {part.field.name: part.field.key for part in body.parts}
    for group in body.exactly_one_of:
        yield tuple(keys.get(name, name) for name in group)


def _option(each: ir.Field, flag: str, renamed: Mapping[str, str]) -> OptionView:
    switch = f"--{flag}/--no-{flag}" if ir.without_null(each.type) == ir.Scalar("bool") else f"--{flag}"
    return OptionView(
        each.name,
        _kind(each.type),
        _help(each, renamed),
        flag=switch,
        example=_example(each, flag),
        required=each.required,
    )


def _example(each: ir.Field, flag: str) -> str:
    value = each.example
    if value is None:
        return f"--{flag} ..." if each.required else ""
    if isinstance(value, bool):
        return f"--{flag}" if value else f"--no-{flag}"
    if isinstance(value, list) and isinstance(ir.without_null(each.type), ir.Array):
        return " ".join(f"--{flag} {_word(item)}" for item in value)
    return f"--{flag} {_word(value)}"


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return shlex.quote(prose(text))


def _metavar(each: ir.Field, *, alone: bool) -> str:
    words = each.name.strip("_").split("_")
    return "ID" if alone and words[-1] == "id" else "-".join(words).upper()


def _kind(each: ir.Type) -> ValueKind:
    plain = ir.without_null(each)
    if isinstance(plain, ir.Array) and not isinstance(ir.without_null(plain.item), ir.Array | ir.Map):
        return evolve(_kind(plain.item), many=True)
    if isinstance(plain, ir.Open):
        return ValueKind("str", "TEXT")
    if isinstance(plain, ir.Literals):
        shown = "|".join(str(value) for value in plain.values)
        return ValueKind("Any", f"[{shown}]", "choice", plain.values)
    return _SCALARS.get(plain.name, _JSON) if isinstance(plain, ir.Scalar) else _JSON


def _help(each: ir.Field, renamed: Mapping[str, str]) -> str:
    text = " ".join(prose(with_python_names(each.description, renamed)).split())
    parts = [text or f"`{prose(each.key)}` of the document."]
    parts[0] += "" if parts[0].endswith((".", "!", "?", "`")) else "."
    if each.default is not ir.NO_DEFAULT:
        parts.append(f"The service assumes {_word(each.default)} where it is left out.")
    plain = ir.without_null(each.type)
    if isinstance(plain, ir.Open):
        parts.append(f"Known values: {prose(', '.join(plain.known))}.")
    if each.deprecated:
        parts.append("Deprecated.")
    return " ".join(parts)
