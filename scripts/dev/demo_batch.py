"""Train twelve models from a manifest, kill the process twice, and count what is billed: `make demo-batch`.

It uses the simulator. Each run is a process of the command line. The first is killed while responses are on
their way, the second while it waits, and the third finishes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..options import ROOT, command_parser
from .demo import DemoError, say

if TYPE_CHECKING:  # it is generated
    from tryleap.simulator import Simulator

GENERATED = ROOT / "generated"

PEOPLE = ("Ada", "Bob", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Leo")
PICTURES = 4
CONCURRENCY = 2
RESPONDED = 5  # trainings whose responses arrive before the first kill
TRAINING_SECONDS = 4.0
PATIENCE = 60.0  # seconds until a step fails that should take two


def write_manifest(folder: Path) -> Path:
    """Write a folder of images for each person, and the manifest; return its path."""
    from tryleap.images import sample_image

    lines = ["key,name,images"]
    for number, person in enumerate(PEOPLE):
        pictures = folder / person.lower()
        pictures.mkdir()
        for variant in range(PICTURES):
            (pictures / f"{variant}.png").write_bytes(sample_image(number * PICTURES + variant))
        lines.append(f"order-{number + 1},{person},{pictures.name}/")
    manifest = folder / "people.csv"
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return manifest


@contextmanager
def command(manifest: Path, base_url: str) -> Iterator[subprocess.Popen[str]]:
    """Run `tryleap trainings run` and print its progress; yields the process, and kills it at the end."""
    words = ["trainings", "run", manifest.name, "--concurrency", str(CONCURRENCY), "--poll-interval", "0.5"]
    say(f"   $ tryleap {' '.join(words)}")
    environment = {**os.environ, "LEAP_BASE_URL": base_url, "LEAP_API_KEY": "any-key"}
    environment |= {"PYTHONPATH": str(GENERATED), "PYTHONUTF8": "1"}
    process = subprocess.Popen(  # noqa: S603 - a command of ours
        [sys.executable, "-m", "tryleap", *words],
        cwd=manifest.parent,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    printer = threading.Thread(target=_print_lines, args=[process])
    printer.start()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        printer.join()


def _print_lines(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None  # noqa: S101 - it is piped
    for line in process.stderr:
        say(f"     {line.rstrip()}")
    process.stderr.close()


def wait_until(what: str, is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for a condition.

    Args:
        what: The condition, for messages.
        is_so: Whether it holds.
        process: The process that brings it about.

    Raises:
        DemoError: The process has ended, or it takes too long.
    """
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        if process.poll() is not None:
            raise DemoError(f"the process ended with status {process.returncode} before {what}")
        if time.monotonic() > ends_at:
            raise DemoError(f"{what} did not happen within {PATIENCE:.0f} s")
        time.sleep(0.02)


def go_through(simulator: Simulator, manifest: Path) -> None:
    """Run the manifest three times, and kill the first two."""
    say("2. The first run is killed while two responses are on their way back")
    # Each request uses up one fault, so that no response arrives after the first five.
    simulator.faults.add("train_model", delay=0.01, count=RESPONDED)
    simulator.faults.add("train_model", delay=PATIENCE, count=None)
    with command(manifest, simulator.base_url) as process:
        sent = RESPONDED + CONCURRENCY
        wait_until(f"{sent} trainings were sent", lambda: len(simulator.uploads) >= sent, process)
        process.kill()
    say(f"   killed: the service has started {len(simulator.uploads)}")
    simulator.faults.clear()

    say("3. The second run is killed while it waits")
    with command(manifest, simulator.base_url) as process:
        wait_until("all were sent", lambda: len(simulator.uploads) >= len(PEOPLE), process)
        polls = len(simulator.requests) + 2
        wait_until("it waits", lambda: len(simulator.requests) >= polls, process)
        process.kill()
    say(f"   killed: the service has started {len(simulator.uploads)}")

    say("4. The third run ends")
    with command(manifest, simulator.base_url) as process:
        status = process.wait(PATIENCE)
    if status:
        raise DemoError(f"the third run ended with status {status}")


def report(simulator: Simulator, manifest: Path) -> None:
    """Print what is billed, and compare it with the manifest and the journal.

    Raises:
        DemoError: A training is billed twice, or one is missing.
    """
    from tryleap import Leap
    from tryleap.trainings import Trainings

    billed = [(each.model_id, each.fields["name"][0]) for each in simulator.uploads]
    with (
        Leap("any-key", base_url=simulator.base_url) as leap,
        Trainings(leap, manifest.parent / "trainings.db") as trainings,
    ):
        recorded = {each.model_id: each for each in trainings.list()}
    say("5. What is billed")
    for model_id, name in billed:
        training = recorded.get(model_id)
        if training is None:
            raise DemoError(f"model {model_id}, {name!r}, is billed, and the journal does not have it")
        say(f"   {model_id}  {name:<24}  {training.key:<8}  {training.state}")
    if len(billed) != len(PEOPLE) or {each.state for each in recorded.values()} != {"finished"}:
        raise DemoError(f"{len(billed)} trainings are billed for {len(PEOPLE)} rows")


def run() -> None:
    """Go through all steps."""
    sys.path.insert(0, str(GENERATED))
    from tryleap.simulator import running

    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="tryleap-demo-") as folder,
        running(training_seconds=TRAINING_SECONDS) as simulator,
    ):
        say(f"1. Making pictures of {len(PEOPLE)} people; the simulator listens on {simulator.base_url}")
        manifest = write_manifest(Path(folder))
        go_through(simulator, manifest)
        report(simulator, manifest)
        seconds = time.monotonic() - began
        say(
            f"Done in {seconds:.0f} s: {len(PEOPLE)} rows, 2 kills, 3 runs,"
            f" {len(simulator.uploads)} trainings billed."
        )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    command_parser("dev.demo_batch", __doc__).parse_args(arguments)
    try:
        run()
    except DemoError as error:
        print(f"demo-batch: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
