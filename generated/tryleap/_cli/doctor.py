"""The doctor: is there a key, does the service answer, and does it answer as its document says?

It makes calls that only read.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from .exit_codes import FAILURE, Refused, Told, described, one_line, reporting
from .output import console, to_data, write_json
from .run import Command, Program

# Seconds for each phase of a call: who runs the doctor wants to know soon.
_PATIENCE: Final = 20.0


class Reading(NamedTuple):
    """A call that only reads.

    Args:
        command: The command that makes it.
        needs: Where its argument comes from: the words of an earlier reading, the key of that answer's rows,
            and the key of a row's id. None where it takes no argument.
    """

    command: Command
    needs: tuple[str, str, str] | None = None


class Finding(NamedTuple):
    """One thing that was checked.

    Args:
        name: What it is.
        ok: Whether it is as it should be; None where it could not be checked.
        detail: What was seen.
        advice: What to do about it; empty where there is nothing to do.
    """

    name: str
    ok: bool | None
    detail: str
    advice: str = ""


class _Examination:
    """One run: what was found, and how answers depart from the document."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.findings: list[Finding] = []
        self.departures: list[Any] = []
        self._answers: dict[str, Any] = {}
        self._reached: bool | None = None

    def add(self, name: str, ok: bool | None, detail: str, advice: str = "") -> None:  # noqa: FBT001 - what it says
        self.findings.append(Finding(name, ok, one_line(detail), one_line(advice)))

    @property
    def ok(self) -> bool:
        return all(each.ok is not False for each in self.findings)

    def check_keys(self) -> None:
        # One of several may be enough: which ones a call takes is known when it is made.
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
            self.add("address", False, "there is none", f"Set it: export {variable}=https://...")
            return
        from .._runtime.request.base_url import shown_url

        address = shown_url(chosen) if chosen else self.program.base_url
        where = f"from {variable}" if chosen else f"the document's own; {variable} is not set"
        self.add("address", True, f"{address} ({where})")

    def call(self, client: Any, reading: Reading) -> None:
        name = reading.command.words
        arguments = self._arguments(reading)
        if arguments is None:
            self.add(name, None, "not tried: there is nothing to fetch")
            return
        began = time.monotonic()
        try:
            result = reading.command.call(client)(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            self._failed(name, error, reading.command)
            return
        self._answers[name] = to_data(result)
        self._reach(ok=True)
        self.add(name, True, f"answered in {(time.monotonic() - began) * 1000:.0f} ms")

    def _arguments(self, reading: Reading) -> tuple[Any, ...] | None:
        if reading.needs is None:
            return ()
        words, rows, key = reading.needs
        answer = self._answers.get(words)
        found = answer.get(rows) if isinstance(answer, dict) else None
        first = found[0] if isinstance(found, list) and found else None
        value = first.get(key) if isinstance(first, dict) else None
        return None if value is None else (value,)

    def _failed(self, name: str, error: Exception, command: Command) -> None:
        told = command.told()
        told.unreached = (
            f"Check the address, which comes from {self.program.base_url_variable}, "
            "and at what stands between here and there: a proxy, a firewall, a VPN."
        )
        _, what, advice = described(error, told)
        status = getattr(error, "status_code", None)
        self._reach(ok=status is not None)
        self.add(name, False, what, advice)

    def _reach(self, *, ok: bool) -> None:
        """Say once whether anybody answers at the address."""
        if self._reached is None:
            self._reached = ok
            self.add("reachable", ok, "the service answers" if ok else "no answer came from the address")

    def check_drift(self) -> None:
        if not self._answers:
            self.add("document", None, "not compared: there was no answer")
            return
        wrong = sum(not each.is_addition for each in self.departures)
        added = len(self.departures) - wrong
        detail = f"answers depart from it in {wrong} places, and add to it in {added}"
        advice = "See whether there is a newer version; the departures are listed below." if wrong else ""
        self.add("document", not wrong, detail if self.departures else "answers are as it says", advice)


def examine(program: Program, readings: Sequence[Reading], *, as_json: bool) -> None:
    """Check everything, and show what was found.

    Args:
        program: The program.
        readings: The calls that only read.
        as_json: Whether JSON was asked for.

    Raises:
        SystemExit: Something is not as it should be.
    """
    run = _Examination(program)
    run.check_keys()
    run.check_address()
    if run.ok:
        _call_all(run, readings)
        run.check_drift()
    _show(run, as_json=as_json)
    if not run.ok:
        raise SystemExit(FAILURE)


def _call_all(run: _Examination, readings: Sequence[Reading]) -> None:
    with reporting(Told()):
        try:
            client = run.program.open(on_drift=run.departures.append, max_retries=0, timeout=_PATIENCE)
        except Refused as error:
            run.add("client", False, str(error), error.advice)
            return
        with client:
            for reading in readings:
                run.call(client, reading)


def _show(run: _Examination, *, as_json: bool) -> None:
    program = run.program
    if as_json:
        write_json(
            {
                "ok": run.ok,
                "version": program.version,
                "python": platform.python_version(),
                "checks": [each._asdict() for each in run.findings],
                "departures": [
                    {**each._asdict(), "is_addition": each.is_addition} for each in run.departures
                ],
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
    if run.departures:
        target.print()
        listed = Table.grid(padding=(0, 2))
        for _ in ("where", "what"):
            listed.add_column(overflow="fold")
        for event in run.departures:
            place = f"{event.operation} {event.path}" if event.path else event.operation
            listed.add_row(Text(one_line(place)), Text(one_line(f"{event.detail} ({event.kind})")))
        target.print(listed)
