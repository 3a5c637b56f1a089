"""The kinds of commands: make a call, start something and wait for it, delete after confirmation."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from .errors import CommandState, Refused, reporting
from .exit_codes import FAILURE
from .output import TableLayout, card, console, show, to_data, write_json
from .progress import uploading, waiting
from .terminal import keep_secret, report_started


class Program(NamedTuple):
    """What commands need to know of the package.

    Args:
        name: The name of the program.
        package: The import name of the package.
        version: The package's version.
        client: The name of the client's class.
        credentials: The client's arguments for credentials, each with its environment variable and
            description.
        needs_credential: Whether a client without any of them is refused.
        base_url_variable: The environment variable with the URL of the service.
        base_url: The URL if that is not set; may be empty.
    """

    name: str
    package: str
    version: str
    client: str
    credentials: tuple[tuple[str, str, str], ...]
    needs_credential: bool
    base_url_variable: str
    base_url: str

    @property
    def unreached(self) -> str:
        """What to do if no response came."""
        return f"To find out what is wrong, run: {self.name} doctor"

    def open(self, **options: Any) -> Any:
        """Create a client with the credentials of the environment. The caller closes it.

        Raises:
            Refused: A credential is missing, or a variable has an invalid value.
        """
        from ssl import PROTOCOL_TLS_CLIENT, SSLContext

        values = [os.environ.get(variable) for _, variable, _ in self.credentials]
        for value in values:
            keep_secret(value)
        if self.credentials and self.needs_credential and not any(values):
            names = " or ".join(variable for _, variable, _ in self.credentials)
            raise Refused(f"{names} is not set", f"Set it: export {names}=... ({self.credentials[0][2]})")
        address = os.environ.get(self.base_url_variable) or self.base_url
        if address.strip().lower().startswith("http://"):
            # Loading the certificates takes longer than the call. A context without any trusts nobody, so it
            # is safe even if the call meets TLS after all.
            options.setdefault("verify", SSLContext(PROTOCOL_TLS_CLIENT))
        try:
            with _without_httpx_cli():
                client = getattr(import_module(self.package), self.client)(**options)
        except Exception as error:
            if isinstance(error, ValueError | _base_error()):
                raise self._misconfigured(error) from error
            raise
        _silence(self.package)
        return client

    def _misconfigured(self, error: Exception) -> Refused:
        """Name environment variables in place of the client's arguments, which no user of a command gives."""
        variables = {argument: variable for argument, variable, _ in self.credentials}
        variables["base_url"] = self.base_url_variable
        message = str(getattr(error, "summary", error))
        for argument, variable in variables.items():
            message = message.replace(argument, variable)
        names = " and ".join(variables.values())
        return Refused(message, f"Nothing was sent. Check the environment variables {names}.")


@contextmanager
def _without_httpx_cli() -> Iterator[None]:
    """Import httpx without its own command line, which would load more than all of ours."""
    theirs = "httpx._main"
    if "httpx" in sys.modules:
        yield
        return
    sys.modules[theirs] = None  # type: ignore[assignment]  # its import fails, as if it were not installed
    try:
        yield
    finally:
        sys.modules.pop(theirs, None)


def _silence(package: str) -> None:
    """Keep warnings about retries and drift off standard error, unless the user enabled logging."""
    from logging import NullHandler, getLogger

    logger = getLogger(package)
    if not logger.hasHandlers():
        logger.addHandler(NullHandler())


def _base_error() -> type[Exception]:
    from .._runtime._package import BaseError

    return BaseError


class Command(NamedTuple):
    """A command that makes one call.

    Args:
        program: The program.
        words: The command without the program's name.
        call: Returns the method of a client.
        operation: The module of the package and the name in it under which the operation is described.
        layout: How the result is shown.
        changes: Whether the call changes anything on the server.
        verify_with: The words of the command that shows whether a call took effect, or None.
        progress: The argument that takes a callback for upload progress, or None.
    """

    program: Program
    words: str
    call: Callable[[Any], Callable[..., Any]]
    operation: tuple[str, str]
    layout: TableLayout = TableLayout()
    changes: bool = False
    verify_with: str | None = None
    progress: str | None = None

    def initial_state(self, wait: Wait | None = None) -> CommandState:
        """Return the state, with the document's advice; `wait` waits for what the command starts."""
        module, name = self.operation
        with _without_httpx_cli():
            operation = getattr(import_module(f"{self.program.package}.{module}"), name)
            from .._runtime.error_messages import ambiguity
        verify_with = f"{self.program.name} {self.verify_with}" if self.verify_with else None
        return CommandState(
            advice=dict(operation.advice),
            unreached=self.program.unreached,
            ambiguity=ambiguity(operation, f"`{verify_with}`" if verify_with else None),
            verify_with=verify_with,
            changes=self.changes,
            resume=f"{self.program.name} {wait.words}" if wait else None,
            id=wait.id if wait else None,
        )


class Wait(NamedTuple):
    """A command that waits for what another one started.

    Args:
        words: The command without the program's name.
        poll: The command that fetches it.
        call: Returns the method of a client that waits.
        id: The attribute that identifies it.
        status: The attribute with its status.
    """

    words: str
    poll: Command
    call: Callable[[Any], Callable[..., Any]]
    id: str
    status: str


def perform(command: Command, arguments: Sequence[Any], options: Mapping[str, Any], *, as_json: bool) -> None:
    """Make a call with the arguments and options of its method, and show the result."""
    state = command.initial_state()
    with reporting(state), command.program.open() as client:
        show(_call(command, client, arguments, options, state), command.layout, as_json=as_json)


def start(
    command: Command,
    wait: Wait,
    arguments: Sequence[Any],
    options: Mapping[str, Any],
    *,
    waits: bool,
    as_json: bool,
    timing: Mapping[str, Any],
) -> None:
    """Make a call that starts something, and wait for that if `waits` is true.

    `arguments` and `options` are those of the call's method, `timing` are those of the method that waits.

    Raises:
        Refused: `timing` is given, and `waits` is false.
    """
    if timing and not waits:
        words = " and ".join(f"--{name.replace('_', '-')}" for name in timing)
        verb = "requires" if len(timing) == 1 else "require"
        raise Refused(f"{words} {verb} --wait", f"Add --wait, or leave out {words}.")
    state = command.initial_state(wait)
    with reporting(state), command.program.open() as client:
        started = _call(command, client, arguments, options, state)
        if waits and state.waits_for is not None:
            report_started(state.waits_for, state.wait_command or "")
            _wait(wait, client, state.waits_for, state, as_json=as_json, timing=timing)
            return
        show(started, command.layout, as_json=as_json)
        if waits:
            raise ValueError(f"the response has no {wait.id} to wait for")


def wait_for(wait: Wait, identifier: str, *, as_json: bool, timing: Mapping[str, Any]) -> None:
    """Wait for something that was started before; `timing` are the options of the method that waits."""
    state = wait.poll.initial_state(wait)
    with reporting(state), wait.poll.program.open() as client:
        _wait(wait, client, identifier, state, as_json=as_json, timing=timing)


def delete(
    command: Command,
    shown: Command | None,
    arguments: Sequence[Any],
    options: Mapping[str, Any],
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete something, after showing it and asking for confirmation.

    `shown` is the command that fetches what will be deleted, or None; with `yes` nobody is asked.
    """
    state = command.initial_state()
    # Until the user has confirmed, an interrupt changes nothing.
    state.changes = False
    with reporting(state):
        if not yes and not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            raise Refused(
                f"{command.program.name} {command.words} asks for confirmation, which needs a terminal",
                "Nothing was deleted. Add --yes to delete without confirmation.",
            )
        with command.program.open() as client:
            if not yes and not _confirmed(shown, client, arguments):
                print("Nothing was deleted.", file=sys.stderr)  # noqa: T201 - the response to the user's "no"
                raise SystemExit(FAILURE)
            state.changes = True
            deleted = _call(command, client, arguments, options, state)
            if yes or shown is None or as_json:
                show(deleted, command.layout, as_json=as_json)
            else:
                print("Deleted.")  # noqa: T201 - the user has just seen what


def _confirmed(shown: Command | None, client: Any, arguments: Sequence[Any]) -> bool:
    target = console(stderr=True)
    if shown is not None:
        data = to_data(shown.call(client)(*arguments))
        target.print(card(data, shown.layout) if isinstance(data, dict) else str(data))
    target.print("Delete this permanently? [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _call(
    command: Command, client: Any, arguments: Sequence[Any], options: Mapping[str, Any], state: CommandState
) -> Any:
    method = command.call(client)
    if command.progress is None:
        result = method(*arguments, **options)
        state.succeeded(result)
        return result
    with uploading() as hook:
        result = method(*arguments, **options, **({command.progress: hook} if hook else {}))
        # Before the progress bar is removed, which may fail like everything that writes.
        state.succeeded(result)
    return result


def _wait(
    wait: Wait, client: Any, identifier: str, state: CommandState, *, as_json: bool, timing: Mapping[str, Any]
) -> None:
    from .._runtime.errors import OperationFailedError, WaitTimeoutError

    state.waits_for = identifier
    try:
        with waiting(identifier, wait.status) as hook:
            result = wait.call(client)(identifier, on_update=hook, **timing)
    except (OperationFailedError, WaitTimeoutError) as error:
        # A script wants the model in any case; a person reads the error.
        if as_json and error.model is not None:
            write_json(to_data(error.model))
        raise
    show(result, wait.poll.layout, as_json=as_json)
