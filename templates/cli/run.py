"""What commands do: make a call, begin something and wait for it, delete after asking."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

from .exit_codes import FAILURE, Refused, Told, keep_secret, report_started, reporting
from .output import TableLayout, card, console, show, to_data, write_json
from .progress import uploading, waiting


class Program(NamedTuple):
    """What the commands must know of the package.

    Args:
        name: What the program is called.
        package: The import name of the package.
        version: The package's version.
        client: The name of the client's class.
        credentials: The client's arguments for credentials, the environment variable of each, and what it is.
        needs_credential: Whether no call is possible without any of them.
        base_url_variable: The environment variable that holds the address.
        base_url: The address where that is not set; may be empty.
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
        """What to do when no answer came."""
        return f"See what is wrong with: {self.name} doctor"

    def open(self, **options: Any) -> Any:
        """Make a client, whose credentials come from the environment.

        Args:
            options: Options of the client.

        Returns:
            The client, which the caller closes.
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
            # Reading the certificates takes longer than the call. A context without any trusts nobody, so
            # nothing is lost should there be TLS on the way after all.
            options.setdefault("verify", SSLContext(PROTOCOL_TLS_CLIENT))
        try:
            with _http_alone():
                client = getattr(import_module(self.package), self.client)(**options)
        except Exception as error:
            if isinstance(error, ValueError | _base_error()):
                raise self._misconfigured(error) from error
            raise
        _silence(self.package)
        return client

    def _misconfigured(self, error: Exception) -> Refused:
        """Say of variables what the client says of its arguments, which nobody gives here."""
        variables = {argument: variable for argument, variable, _ in self.credentials}
        variables["base_url"] = self.base_url_variable
        message = str(getattr(error, "summary", error))
        for argument, variable in variables.items():
            message = message.replace(argument, variable)
        names = " and ".join(variables.values())
        return Refused(message, f"Nothing was sent. Check the environment variables {names}.")


@contextmanager
def _http_alone() -> Iterator[None]:
    """Let httpx be imported without its own command line, which loads more than all of ours, for nothing."""
    theirs = "httpx._main"
    if "httpx" in sys.modules:
        yield
        return
    sys.modules[theirs] = None  # type: ignore[assignment]  # so that its import fails, as where it is not installed
    try:
        yield
    finally:
        sys.modules.pop(theirs, None)


def _silence(package: str) -> None:
    """Keep warnings of retries and departures from standard error, unless the user turned the log on."""
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
        call: Finds the method of a client.
        operation: Where the operation is described: a module of the package and a name in it.
        layout: How the result is shown.
        changes: Whether the call changes anything.
        verify_with: The words of the command that shows whether a call arrived, or None.
        progress: The argument that takes a hook for uploads, or None.
    """

    program: Program
    words: str
    call: Callable[[Any], Callable[..., Any]]
    operation: tuple[str, str]
    layout: TableLayout = TableLayout()
    changes: bool = False
    verify_with: str | None = None
    progress: str | None = None

    def told(self, wait: Wait | None = None) -> Told:
        """Say what an error of this command needs to know.

        Args:
            wait: What is waited for afterwards, or None.

        Returns:
            It, with the document's advice.
        """
        module, name = self.operation
        with _http_alone():
            operation = getattr(import_module(f"{self.program.package}.{module}"), name)
            from .._runtime.messages import ambiguity
        verify_with = f"{self.program.name} {self.verify_with}" if self.verify_with else None
        return Told(
            advice=dict(operation.advice),
            unreached=self.program.unreached,
            ambiguity=ambiguity(operation, f"`{verify_with}`" if verify_with else None),
            verify_with=verify_with,
            changes=self.changes,
            resume=f"{self.program.name} {wait.words}" if wait else None,
            id=wait.id if wait else None,
        )


class Wait(NamedTuple):
    """A command that waits for what another one began.

    Args:
        words: The command without the program's name.
        poll: The command that fetches it.
        call: Finds the method of a client that waits.
        id: The attribute that identifies it.
        status: The attribute that tells how far it is.
    """

    words: str
    poll: Command
    call: Callable[[Any], Callable[..., Any]]
    id: str
    status: str


def perform(command: Command, arguments: Sequence[Any], options: Mapping[str, Any], *, as_json: bool) -> None:
    """Make a call and show what it returns.

    Args:
        command: The command.
        arguments: What its method takes by position.
        options: What its method takes by name.
        as_json: Whether JSON was asked for.
    """
    told = command.told()
    with reporting(told), command.program.open() as client:
        show(_call(command, client, arguments, options, told), command.layout, as_json=as_json)


def begin(
    command: Command,
    wait: Wait,
    arguments: Sequence[Any],
    options: Mapping[str, Any],
    *,
    waits: bool,
    as_json: bool,
    timing: Mapping[str, Any],
) -> None:
    """Make a call that begins something, and wait for that if it is wanted.

    Args:
        command: The command.
        wait: How to wait.
        arguments: What the call's method takes by position.
        options: What it takes by name.
        waits: Whether to wait, or to show what has begun.
        as_json: Whether JSON was asked for.
        timing: What the waiting method takes by name.

    Raises:
        Refused: There is something to say of the waiting, and no waiting.
    """
    if timing and not waits:
        words = " and ".join(f"--{name.replace('_', '-')}" for name in timing)
        raise Refused(f"{words} says how to wait, and nothing is waited for", "Add --wait, or leave it out.")
    told = command.told(wait)
    with reporting(told), command.program.open() as client:
        begun = _call(command, client, arguments, options, told)
        if waits and told.waits_for is not None:
            report_started(told.waits_for, told.how_to_go_on or "")
            _wait(wait, client, told.waits_for, told, as_json=as_json, timing=timing)
            return
        show(begun, command.layout, as_json=as_json)
        if waits:
            raise ValueError(f"the answer has no {wait.id} that can be waited for")


def wait_for(wait: Wait, identifier: str, *, as_json: bool, timing: Mapping[str, Any]) -> None:
    """Wait for something that was begun before.

    Args:
        wait: How to wait.
        identifier: What identifies it.
        as_json: Whether JSON was asked for.
        timing: What the waiting method takes by name.
    """
    told = wait.poll.told(wait)
    with reporting(told), wait.poll.program.open() as client:
        _wait(wait, client, identifier, told, as_json=as_json, timing=timing)


def delete(
    command: Command,
    shown: Command | None,
    arguments: Sequence[Any],
    options: Mapping[str, Any],
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete something, once a person at a terminal has seen it and agreed.

    Args:
        command: The command.
        shown: The command that fetches what will be deleted, or None.
        arguments: What the methods take by position.
        options: What the method that deletes takes by name.
        yes: Whether not to ask.
        as_json: Whether JSON was asked for.
    """
    told = command.told()
    told.changes = False
    with reporting(told):
        if not yes and not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            raise Refused(
                f"{command.program.name} {command.words} asks first, and there is no terminal to ask on",
                "Add --yes to delete without being asked. Nothing was deleted.",
            )
        with command.program.open() as client:
            if not yes and not _agreed(shown, client, arguments):
                print("Nothing was deleted.", file=sys.stderr)  # noqa: T201 - the answer to a person's answer
                raise SystemExit(FAILURE)
            told.changes = True
            gone = _call(command, client, arguments, options, told)
            if yes or shown is None or as_json:
                show(gone, command.layout, as_json=as_json)
            else:
                print("Deleted.")  # noqa: T201 - whoever agreed has just seen what


def _agreed(shown: Command | None, client: Any, arguments: Sequence[Any]) -> bool:
    target = console(stderr=True)
    if shown is not None:
        data = to_data(shown.call(client)(*arguments))
        target.print(card(data, shown.layout) if isinstance(data, dict) else str(data))
    target.print("Delete this for good? [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _call(
    command: Command, client: Any, arguments: Sequence[Any], options: Mapping[str, Any], told: Told
) -> Any:
    method = command.call(client)
    if command.progress is None:
        result = method(*arguments, **options)
        told.succeeded(result)
        return result
    with uploading() as hook:
        result = method(*arguments, **options, **({command.progress: hook} if hook else {}))
        # Before the bar is taken away, which may fail like all that is written.
        told.succeeded(result)
    return result


def _wait(
    wait: Wait, client: Any, identifier: str, told: Told, *, as_json: bool, timing: Mapping[str, Any]
) -> None:
    from .._runtime.errors import OperationFailedError, WaitTimeoutError

    told.waits_for = identifier
    try:
        with waiting(identifier, wait.status) as hook:
            ended = wait.call(client)(identifier, on_update=hook, **timing)
    except (OperationFailedError, WaitTimeoutError) as error:
        # A script wants the model whatever came of it; a person reads the error.
        if as_json and error.model is not None:
            write_json(to_data(error.model))
        raise
    show(ended, wait.poll.layout, as_json=as_json)
