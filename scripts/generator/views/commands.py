"""Compute the views of the command line, with a command for each operation and each wait.

If a field has the name of a common option, the common option is renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import evolve, frozen

from templates.cli import exit_codes

from .. import ir
from ..config import CommandChoice, Config, OperationChoice
from ..document.problems import stop
from ..render.text import prose
from . import command_options, command_tables, credentials
from .command_options import OptionView
from .descriptions import of_operation
from .resources import MethodView, ResourceView

_READ_METHODS = ("GET", "HEAD", "OPTIONS")


@frozen
class CommandView:
    """A command that makes one call."""

    method: MethodView
    constant: str
    function: str
    name: str
    words: str
    summary: str
    help: str
    example: str
    kind: Literal["call", "start", "delete"]
    options: command_options.Options
    table: command_tables.TableView
    verify_with: str | None
    check: str | None
    shown: str | None
    wait: WaitCommandView | None

    @property
    def changes(self) -> bool:
        """Whether the call can change anything on the server."""
        return self.method.operation.method not in _READ_METHODS


@frozen
class WaitCommandView:
    """A command that waits for the result of a long-running operation."""

    constant: str
    function: str
    name: str
    words: str
    help: str
    example: str
    argument: OptionView
    poll: str


@frozen
class ReadCommandView:
    """A call of the doctor, and where its argument comes from: command, key of the rows, key in a row."""

    constant: str
    needs: tuple[str, str, str] | None = None


@frozen
class GroupView:
    """The commands of one resource."""

    resource: ResourceView
    variable: str
    name: str
    help: str
    commands: tuple[CommandView, ...]


@frozen
class CommandLineView:
    """The whole command line."""

    program: str
    help: str
    epilog: str
    doctor: str
    credentials: tuple[tuple[str, str, str], ...]
    groups: tuple[GroupView, ...]
    read_commands: tuple[ReadCommandView, ...]


def command_line_view(api: ir.Api, resources: Iterable[ResourceView], config: Config) -> CommandLineView:
    """Return the view of the command line.

    Raises:
        GenerationError: The configuration names something unknown, or two commands have one name.
    """
    _check_choices(api, config)
    program = config.commands.program or config.distribution
    groups = tuple(_group(each, api, config, program) for each in resources)
    _check_names(groups)
    by_id = {each.method.operation.id: each for group in groups for each in group.commands}
    groups = tuple(
        evolve(group, commands=tuple(_connected(each, by_id) for each in group.commands)) for group in groups
    )
    taken = {each.name for each in groups}
    return CommandLineView(
        program=program,
        help=_plain(api.description or api.title),
        epilog=_statuses(groups),
        doctor=f"{program}-doctor" if "doctor" in taken else "doctor",
        credentials=_credentials(api, config),
        groups=groups,
        read_commands=tuple(_read_commands([each for group in groups for each in group.commands], api)),
    )


def _group(resource: ResourceView, api: ir.Api, config: Config, program: str) -> GroupView:
    name = config.commands.groups.get(resource.resource.tag) or resource.name.replace("_", "-")
    return GroupView(
        resource=resource,
        variable=f"_{resource.name}",
        name=name,
        help=_plain(resource.resource.description or f"The operations of {resource.resource.tag}."),
        commands=tuple(_command(each, name, resource, api, config, program) for each in resource.methods),
    )


def _command(  # noqa: PLR0917 - all of it decides how the command is written
    method: MethodView, group: str, resource: ResourceView, api: ir.Api, config: Config, program: str
) -> CommandView:
    operation = method.operation
    choice = config.commands.operations.get(operation.id, CommandChoice())
    name = choice.name or operation.name.replace("_", "-")
    kind: Literal["call", "start", "delete"] = (
        "start" if method.wait else "delete" if operation.method == "DELETE" else "call"
    )
    options = command_options.options(method, choice, program)
    words = f"{group} {name}"
    example = " ".join(
        [program, words, *options.example, *([options.flags["wait"]] if kind == "start" else [])]
    )
    described = of_operation(operation, options.renamed)
    summary = _plain(method.summary)
    return CommandView(
        method=method,
        constant=f"_{resource.name}_{method.name}".upper(),
        function=f"{resource.name}_{method.name}_command",
        name=name,
        words=words,
        summary=summary,
        help=f"{summary}\n\n{_plain(described)}".strip(),
        example=example,
        kind=kind,
        options=options,
        table=command_tables.table_view(operation, resource.resource, api, choice),
        verify_with=config.operations.get(operation.id, OperationChoice()).verify_with,
        check=choice.check if choice.sources else None,
        shown=None,
        wait=_wait_command(method, group, resource, choice, program) if method.wait else None,
    )


def _wait_command(
    method: MethodView, group: str, resource: ResourceView, choice: CommandChoice, program: str
) -> WaitCommandView:
    wait = method.wait
    assert wait is not None  # noqa: S101 - the caller looked
    poll = next(each for each in resource.methods if each.name == wait.poll)
    parameter = next(each for each in poll.operation.parameters if each.location == "path")
    argument = command_options.positional(parameter.field, alone=True)
    words = f"{group} {choice.wait_name}"
    help_text = (
        f"Wait until what `{group} {choice.name or method.name}` started has finished.\n\n"
        "You can run it again at any time; it shows the result."
    )
    return WaitCommandView(
        constant=f"_{resource.name}_{wait.method}".upper(),
        function=f"{resource.name}_{wait.method}_command",
        name=choice.wait_name,
        words=words,
        help=help_text,
        example=f"{program} {words} {argument.example} --timeout 45m",
        argument=argument,
        poll=f"_{resource.name}_{poll.name}".upper(),
    )


def _connected(each: CommandView, by_id: Mapping[str, CommandView]) -> CommandView:
    """Add the references to other commands."""
    found = by_id.get(each.verify_with or "")
    path = each.method.operation.path
    twin = next(
        (
            other.constant
            for other in by_id.values()
            if other.method.operation.path == path
            and other.method.operation.method == "GET"
            and all(not argument.is_required for argument in other.method.keyword)
        ),
        None,
    )
    return evolve(
        each,
        verify_with=found.words if found else None,
        shown=twin if each.kind == "delete" else None,
    )


def _read_commands(commands: list[CommandView], api: ir.Api) -> Iterable[ReadCommandView]:
    """Yield the calls that only read and need no argument, or one that the result of such a call has."""
    read_only = [
        each
        for each in commands
        if each.method.operation.method == "GET"
        and all(not argument.is_required for argument in each.method.keyword)
    ]
    listing = [each for each in read_only if not each.method.positional]
    for each in listing:
        yield ReadCommandView(each.constant)
    for each in read_only:
        found = command_tables.source_of_argument(
            each.method.operation, [x.method.operation for x in listing], api
        )
        if found is not None:
            listed, rows, key = found
            words = next(x.words for x in listing if x.method.operation is listed)
            yield ReadCommandView(each.constant, (words, rows, key))


def _check_choices(api: ir.Api, config: Config) -> None:
    choices = config.commands
    for key, chosen, known in (
        ("operations", choices.operations, [each.id for each in api.operations]),
        ("groups", choices.groups, [each.tag for each in api.resources]),
    ):
        for name in chosen:
            if name not in known:
                raise stop(
                    "#/commands",
                    f"{name!r} is among commands.{key} of the configuration, and not in the document",
                    f"Known are: {', '.join(known)}.",
                )


def _check_names(groups: Iterable[GroupView]) -> None:
    seen: set[str] = set()
    for group in groups:
        for each in group.commands:
            for words in (each.words, *([each.wait.words] if each.wait else [])):
                if words in seen:
                    raise stop(
                        each.method.operation.pointer,
                        f"two commands are called {words!r}",
                        "Name one of them under commands.operations of the configuration.",
                    )
                seen.add(words)


def _credentials(api: ir.Api, config: Config) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (each.argument, each.variable, _plain(each.scheme.description).rstrip(".") or "a credential")
        for each in credentials.named(api, config)
        if each.variable
    )


def _statuses(groups: Iterable[GroupView]) -> str:
    commands = [each for group in groups for each in group.commands]
    absent: set[int] = set()
    if not any(each.wait for each in commands):
        absent |= {exit_codes.OPERATION_FAILED, exit_codes.WAIT_TIMED_OUT}
    if not any(each.changes for each in commands):
        absent.add(exit_codes.FAILED_AFTERWARDS)
    return exit_codes.listed(code for code in exit_codes.MEANINGS if code not in absent)


def _plain(text: str) -> str:
    return prose(text).strip()
