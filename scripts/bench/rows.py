"""Measure the rows of the table."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from ..options import ROOT
from . import measure, peers, server
from .documents import write_document
from .measure import Figure, case, figure, interleaved, process_cpu, ratios
from .peers import Peer

_MEGABYTE = 1024 * 1024
_GIBIBYTE = 1024**3
# The name in the table of what most rows are compared with.
_BARE = "bare httpx"


@frozen
class Row:
    """One row of the table.

    Args:
        name: What is measured.
        beside: What it is compared with, or "".
        figure: A ratio, or a value in `unit`.
        goal: The largest value that meets the goal; None if there is no goal.
        unit: The unit, or "" for a ratio.
    """

    name: str
    beside: str
    figure: Figure
    goal: float | None
    unit: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None if there is none."""
        return None if self.goal is None else self.figure.median <= self.goal


@frozen
class Bench:
    """The settings of a run of the benchmarks."""

    base_url: str
    folder: Path
    runs: int
    ours: Peer
    bare: Peer

    def beside(
        self, name: str, goal: float | None, *, what: str, other: Peer, other_case: str, called: str = _BARE
    ) -> Row:
        """Compare the CPU time of a case of ours with that of another peer.

        Args:
            name: Our case.
            goal: The goal, or None.
            what: The name of the row.
            other: The other peer.
            other_case: Its case.
            called: Its name.

        Returns:
            The row.
        """
        mine, theirs = interleaved(
            self.runs * 4,
            lambda: case(self.ours, f"ours.{name}", self.base_url)["cpu"],
            lambda: case(other, other_case, self.base_url)["cpu"],
        )
        return Row(what, called, ratios(mine, theirs), goal)


def rows(runs: int, only: str | None) -> Iterator[Row]:
    """Yield the rows as they are measured.

    Args:
        runs: How often each case runs.
        only: The name of a group, or None for all.
    """
    groups: dict[str, Callable[[Bench], Iterator[Row]]] = {
        "start": _starts,
        "stall": _stalls,
        "call": _calls,
        "peers": _other_peers,
        "decoding": _decoding,
        "upload": _uploads,
        "trainings": _trainings,
        "async": _asynchronous,
        "generating": _generating,
        "command": _command_line,
    }
    if only is not None and only not in groups:
        raise SystemExit(f"there is no group {only!r}; there are {', '.join(groups)}")
    with tempfile.TemporaryDirectory() as folder, measure.canned_server() as base_url:
        bench = Bench(base_url, Path(folder), runs, peers.ours(), peers.bare())
        for name, group in groups.items():
            if only in (None, name):
                yield from group(bench)


def _starts(bench: Bench) -> Iterator[Row]:
    def process(peer: Peer, name: str) -> Callable[[], float]:
        return lambda: process_cpu(peer, [str(measure.CASES / f"first_list_{name}.py"), bench.base_url])

    mine, theirs = interleaved(bench.runs * 6, process(bench.ours, "ours"), process(bench.bare, "bare"))
    yield Row("a process that lists once", _BARE, ratios(mine, theirs), 1.25)


def _stalls(bench: Bench) -> Iterator[Row]:
    mine, theirs = interleaved(
        bench.runs * 4,
        lambda: case(bench.ours, "ours.first_steps", bench.base_url)["ms"],
        lambda: case(bench.bare, "bare.first_steps", bench.base_url)["ms"],
    )
    longer = [our - other for our, other in zip(mine, theirs, strict=True)]
    name = "longest stall of the loop, first client, list, training and error: over bare httpx"
    yield Row(name, "", figure(longer), 5.0, "ms")


def _calls(bench: Bench) -> Iterator[Row]:
    yield bench.beside("one", 0.85, what="one call", other=bench.bare, other_case="bare.one")
    on_httpx2 = peers.httpx2()
    mine, theirs = interleaved(
        bench.runs * 4,
        lambda: case(on_httpx2, "ours.one", bench.base_url)["cpu"],
        lambda: case(bench.bare, "bare.one", bench.base_url)["cpu"],
    )
    yield Row("one call, on httpx2", _BARE, ratios(mine, theirs), 0.75)
    yield bench.beside("list", 1.15, what="list of 100", other=bench.bare, other_case="bare.list")


def _other_peers(bench: Bench) -> Iterator[Row]:
    others = (
        ("http.client, the floor", bench.bare, "floor", None),
        ("openapi-python-client", peers.stock(), "stock_client", 1.0),
        ("leap-python-sdk", peers.sdk(), "leap_sdk", 1.0),
        ("openai (its list of models)", peers.openai(), "openai_sdk", None),
        ("openapi-generator", peers.openapi_generator(), "openapi_generator", 1.0),
    )
    for name, peer, file, goal in others:
        if peer.missing:
            print(f"skipped: {peer.missing}")
            continue
        yield bench.beside("one", None, what="one call", other=peer, other_case=f"{file}.one", called=name)
        # openai's API has no such list.
        if file != "openai_sdk":
            yield bench.beside(
                "list", goal, what="list of 100", other=peer, other_case=f"{file}.list", called=name
            )


def _decoding(bench: Bench) -> Iterator[Row]:
    text = bench.folder / "models.json"
    text.write_text(json.dumps({"models": [server.model() for _ in range(10_000)]}))
    values = [case(bench.ours, "ours.decode", str(text))["ratio"] for _ in range(bench.runs)]
    yield Row("decoding 10,000 models", "json.loads alone", figure(values), 1.5)


def _uploads(bench: Bench) -> Iterator[Row]:
    small = []
    for number in range(8):
        path = bench.folder / f"{number}.png"
        path.write_bytes(bytes(4 * _MEGABYTE))
        small.append(str(path))
    # On several CPUs, a sender does the receiver's share of the loopback interface in some processes and not
    # in others, which doubles its CPU time or not.
    with measure.on_one_cpu() as base_url:
        mine, theirs = interleaved(
            bench.runs * 4,
            lambda: case(bench.ours, "ours.upload", base_url, *small)["cpu"],
            lambda: case(bench.bare, "bare.upload", base_url, *small)["cpu"],
        )
    yield Row("upload of 32 MB in 8 files", _BARE, ratios(mine, theirs), 1.0)
    large = bench.folder / "large.png"
    with large.open("wb") as file:
        file.truncate(_GIBIBYTE)
    rises = [case(bench.ours, "ours.upload", bench.base_url, str(large))["rise"] / 1024 for _ in range(3)]
    yield Row("peak memory of a 1 GiB upload, over idle", "", figure(rises), 16.0, "MiB")
    stalls = [case(bench.ours, "ours.stall", bench.base_url)["ms"] for _ in range(bench.runs)]
    yield Row("longest stall of the loop, upload from a slow disk", "", figure(stalls), 5.0, "ms")


def _trainings(bench: Bench) -> Iterator[Row]:
    paths = []
    for number in range(10):
        path = bench.folder / f"picture-{number}.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200_000))
        paths.append(str(path))
    journal = peers.journal()
    rises: list[float] = []
    # On one CPU for the same reason as the uploads.
    with measure.on_one_cpu() as base_url:
        arguments = (base_url, "1000", *paths)

        def ours() -> float:
            found = case(journal, "trainings.run", *arguments)
            rises.append(found["rise"] / 1024)
            return found["cpu"]

        mine, by_hand, theirs = interleaved(
            5,
            ours,
            lambda: case(bench.bare, "journal_by_hand.run", *arguments)["cpu"],
            lambda: case(bench.bare, "bare.train_many", *arguments)["cpu"],
        )
    name = "1,000 trainings of 10 files in a journal"
    yield Row(name, _BARE, ratios(mine, theirs), 1.25)
    yield Row(name, f"{_BARE} with a journal by hand", ratios(mine, by_hand), None)
    yield Row(f"{name} by hand", _BARE, ratios(by_hand, theirs), None)
    yield Row("1,000 trainings in a journal: memory over idle", "", figure(rises), 64.0, "MiB")
    polls = [case(journal, "trainings.wait", bench.base_url)["requests_a_poll"] for _ in range(2)]
    yield Row("1,000 waits in a journal: requests a poll", "", figure(polls), 1.0, "requests")


def _asynchronous(bench: Bench) -> Iterator[Row]:
    mine, theirs = interleaved(
        bench.runs,
        lambda: case(bench.ours, "ours.many", bench.base_url)["cpu"],
        lambda: case(bench.bare, "bare.many", bench.base_url)["cpu"],
    )
    yield Row("2,000 async calls, 100 at once", _BARE, ratios(mine, theirs), 0.3)
    waits = [case(bench.ours, "ours.wait", bench.base_url) for _ in range(3)]
    yield Row("1,000 waits at once: memory", "", figure([each["peak"] / 1024 for each in waits]), 60.0, "MiB")
    yield Row("1,000 waits at once: CPU a poll", "", figure([each["ms_a_poll"] for each in waits]), 2.0, "ms")


def _generating(bench: Bench) -> Iterator[Row]:
    specs = [("our document", ROOT / "generated" / "tryleap" / "openapi.json")]
    specs += [
        (f"{count} operations", write_document(bench.folder / f"{count}.json", count)) for count in (100, 500)
    ]
    seconds = {}
    for name, spec in specs:
        output, theirs_output = bench.folder / "generated", bench.folder / "stock" / "package"
        command = ["-m", "scripts.generate", "--spec", str(spec), "--output", str(output)]
        generator = Peer(Path(sys.executable), (ROOT,))

        def ours(command: list[str] = command, generator: Peer = generator) -> float:
            return process_cpu(generator, command)

        def stock(spec: Path = spec, output: Path = theirs_output) -> float:
            return measure.children_cpu(lambda: peers.write_stock(spec, output))

        mine, theirs = interleaved(2, ours, stock)
        seconds[name] = figure(mine).median
        yield Row(f"generating: {name}", "openapi-python-client", ratios(mine, theirs), 2.0)
    growth = seconds["500 operations"] / seconds["100 operations"] / 5
    yield Row("generating: growth from 100 to 500, a unit of size", "", Figure(growth, growth, growth), 1.0)


def _command_line(bench: Bench) -> Iterator[Row]:
    environment = peers.command()
    bare = Peer(environment.python)
    listing = ["-c", _LISTING, bench.base_url]
    for name, arguments, goal in (
        ("tryleap --help", ["-m", "tryleap", "--help"], 1.7),
        ("tryleap models list --json", listing, 2.3),
    ):

        def run(arguments: list[str] = arguments) -> float:
            return process_cpu(environment, arguments)

        mine, theirs = interleaved(bench.runs * 2, run, lambda: process_cpu(bare, ["-c", "import httpx"]))
        yield Row(name, "import httpx", ratios(mine, theirs), goal)


_LISTING = """
import os, sys
os.environ.update(LEAP_API_KEY="key", LEAP_BASE_URL=sys.argv[1])
sys.argv = ["tryleap", "models", "list", "--json"]
from tryleap.cli import main
sys.exit(main())
"""
