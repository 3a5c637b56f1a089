"""The command that checks an installation: the key, the URL, the service, and drift from its document.

It makes calls that only read.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from .commands import Command, Program
from .errors import CommandState, Refused, described, reporting
from .exit_codes import FAILURE
from .output import console, to_data, write_json
from .terminal import one_line

# Seconds for each phase of a call: shorter than the client's default, as a person waits for the result.
_TIMEOUT: Final = 20.0


class ReadCommand(NamedTuple):
    """A command that only reads.

    Args:
        command: The command.
        needs: Where its argument is from: the words of an earlier command, the key of the rows in its result,
            and the key of the id in a row. None if it takes no argument.
    """

    command: Command
    needs: tuple[str, str, str] | None = None


class Finding(NamedTuple):
    """One thing that was checked.

    Args:
        name: What was checked.
        ok: Whether it is as it should be; None if it could not be checked.
        detail: What was found.
        advice: What to do about it; empty if there is nothing to do.
    """

    name: str
    ok: bool | None
    detail: str
    advice: str = ""


class _Examination:
    """One run of all checks: the findings, and the drift of responses from the document."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.findings: list[Finding] = []
        self.drift: list[Any] = []
        self._results: dict[str, Any] = {}
        self._has_responded: bool | None = None

    def add(self, name: str, ok: bool | None, detail: str, advice: str = "") -> None:  # noqa: FBT001 - the third value is None
        self.findings.append(Finding(name, ok, one_line(detail), one_line(advice)))

    @property
    def ok(self) -> bool:
        return all(each.ok is not False for each in self.findings)

    def check_keys(self) -> None:
        # One of several may be enough: which ones a call needs is known when it is made.
        set_ones = [variable for _, variable, _ in self.program.credentials if os.environ.get(variable)]
        others = bool(set_ones) or not self.program.needs_credential
        for _, variable, description in self.program.credentials:
            value = os.environ.get(variable)
            if not value or not value.strip():
                advice = f"Set it: export {variable}=... ({description})"
                self.add("key", None if others else False, f"{variable} is not set", advice)
            elif value != value.strip() or value.strip()[0] in "'\"":
                self.add("key", False, f"{variable} has spaces or quotes around it", "Set it without them.")
            else:
                self.add("key", True, f"{variable} is set")

    def check_address(self) -> None:
        variable = self.program.base_url_variable
        chosen = os.environ.get(variable)
        if not (chosen or self.program.base_url):
            self.add("address", False, f"{variable} is not set", f"Set it: export {variable}=https://...")
            return
        from .._runtime.request.base_url import shown_url

        address = shown_url(chosen) if chosen else self.program.base_url
        where = f"from {variable}" if chosen else f"the document's own; {variable} is not set"
        self.add("address", True, f"{address} ({where})")

    def call(self, client: Any, read: ReadCommand) -> None:
        name = read.command.words
        arguments = self._arguments(read)
        if arguments is None:
            self.add(name, None, "not tried: there is nothing to fetch")
            return
        started_at = time.monotonic()
        try:
            result = read.command.call(client)(*arguments)
        except Exception as error:  # noqa: BLE001 - every failure is a finding
            self._failed(name, error, read.command)
            return
        self._results[name] = to_data(result)
        self._note_response(ok=True)
        self.add(name, True, f"responded in {(time.monotonic() - started_at) * 1000:.0f} ms")

    def _arguments(self, read: ReadCommand) -> tuple[Any, ...] | None:
        if read.needs is None:
            return ()
        words, rows, key = read.needs
        result = self._results.get(words)
        found = result.get(rows) if isinstance(result, dict) else None
        first = found[0] if isinstance(found, list) and found else None
        value = first.get(key) if isinstance(first, dict) else None
        return None if value is None else (value,)

    def _failed(self, name: str, error: Exception, command: Command) -> None:
        state = command.initial_state()
        state.unreached = (
            f"Check the URL in {self.program.base_url_variable}, "
            "and what is between this machine and the server: a proxy, a firewall, a VPN."
        )
        _, what, advice = described(error, state)
        status = getattr(error, "status_code", None)
        self._note_response(ok=status is not None)
        self.add(name, False, what, advice)

    def _note_response(self, *, ok: bool) -> None:
        """Note once whether the server responds."""
        if self._has_responded is None:
            self._has_responded = ok
            self.add("reachable", ok, "the service responds" if ok else "no response came from this address")

    def check_drift(self) -> None:
        if not self._results:
            self.add("document", None, "not compared: there was no response")
            return
        wrong = sum(not each.is_addition for each in self.drift)
        added = len(self.drift) - wrong
        detail = f"responses differ from it in {wrong} places, and add to it in {added}"
        advice = "Check whether there is a newer version; the differences are listed below." if wrong else ""
        self.add("document", not wrong, detail if self.drift else "responses match it", advice)


def examine(program: Program, commands: Sequence[ReadCommand], *, as_json: bool) -> None:
    """Check everything, make the calls that only read in their order, and show the findings.

    Raises:
        SystemExit: A check failed.
    """
    run = _Examination(program)
    run.check_keys()
    run.check_address()
    if run.ok:
        _call_all(run, commands)
        run.check_drift()
    _show(run, as_json=as_json)
    if not run.ok:
        raise SystemExit(FAILURE)


def _call_all(run: _Examination, commands: Sequence[ReadCommand]) -> None:
    with reporting(CommandState()):
        try:
            client = run.program.open(on_drift=run.drift.append, max_retries=0, timeout=_TIMEOUT)
        except Refused as error:
            run.add("client", False, str(error), error.advice)
            return
        with client:
            for each in commands:
                run.call(client, each)


def _show(run: _Examination, *, as_json: bool) -> None:
    program = run.program
    if as_json:
        write_json(
            {
                "ok": run.ok,
                "version": program.version,
                "python": platform.python_version(),
                "checks": [each._asdict() for each in run.findings],
                "drift": [{**each._asdict(), "is_addition": each.is_addition} for each in run.drift],
            }
        )
        return
    _draw(run)


def _draw(run: _Examination) -> None:
    from rich.table import Table
    from rich.text import Text

    target = console()
    program = run.program
    target.print(f"{program.name} {program.version}, Python {platform.python_version()} on {sys.platform}\n")
    marks = {True: ("ok", "green"), False: ("wrong", "bold red"), None: ("-", "dim")}
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for each in run.findings:
        table.add_row(Text(*marks[each.ok]), Text(each.name), Text(each.detail))
        if each.advice:
            table.add_row("", "", Text(each.advice))
    target.print(table)
    if run.drift:
        target.print()
        listed = Table.grid(padding=(0, 2))
        for _ in ("where", "what"):
            listed.add_column(overflow="fold")
        for event in run.drift:
            place = f"{event.operation} {event.path}" if event.path else event.operation
            listed.add_row(Text(one_line(place)), Text(one_line(f"{event.detail} ({event.kind})")))
        target.print(listed)
