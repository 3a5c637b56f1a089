"""Provide the commands `tryleap trainings`: run, list, wait, reconcile and resolve."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ._cli.errors import CommandState, Refused, Terminated, reporting
from ._cli.exit_codes import FAILURE, INTERRUPTED, OPERATION_FAILED, TERMINATED, WRONG_USE
from ._cli.output import console, write_json
from ._cli.terminal import report_error
from ._training_output import (
    advise,
    ask_for_decision,
    is_confirmed,
    show_evidence,
    show_plan,
    show_trainings,
)

if TYPE_CHECKING:
    from ._training_manifest import ManifestRow
    from .trainings import Training, Trainings
    from .trainings._journal import Journal as Rows

# It is unknown whether a training was started: a person has to decide.
UNKNOWN: Final = 6
_CONTEXT: Final = {"help_option_names": ["-h", "--help"]}
Journal = Annotated[
    str,
    typer.Option(
        "--journal",
        metavar="FILE-OR-URL",
        envvar="TRYLEAP_JOURNAL",
        help="The journal: an SQLite file, or the URL of a PostgreSQL database.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON Lines: one object a line.")]
PollInterval = Annotated[
    float | None,
    typer.Option(
        min=0.01, metavar="SECONDS", show_default=False, help="Seconds between the first two polls."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    trainings = typer.Typer(rich_markup_mode=None)
    for name, function, summary, example in (
        ("run", run_command, "Train a model for each row of a manifest.", "people.csv --max-trainings 30"),
        ("list", list_command, "List the trainings of a journal.", "--state unknown"),
        ("wait", wait_command, "Wait until trainings have ended.", "order-1042"),
        ("reconcile", reconcile_command, "Find the models of unknown trainings.", ""),
        ("resolve", resolve_command, "Resolve an unknown training.", "order-1042"),
    ):
        trainings.command(
            name,
            short_help=summary,
            epilog=f"\b\nExample:\n  tryleap trainings {name} {example}".rstrip(),
            context_settings=_CONTEXT,
        )(function)
    app.add_typer(
        trainings,
        name="trainings",
        help="Train many models, each at most once. A journal records what was sent.",
        context_settings=_CONTEXT,
        no_args_is_help=True,
    )


def run_command(
    manifest: Annotated[
        Path,
        typer.Argument(
            metavar="MANIFEST",
            help="A CSV or JSON Lines file with the columns key, images, name, subject_keyword, subject_type"
            " and webhook_url. Only key and images are required. An entry of images is a directory, files,"
            " patterns or URLs, separated by semicolons.",
        ),
    ],
    *,
    journal: Journal = "trainings.db",
    concurrency: Annotated[int, typer.Option(min=1, help="The maximum number of concurrent uploads.")] = 4,
    max_trainings: Annotated[
        int | None,
        typer.Option(
            min=0, show_default=False, help="The maximum number of trainings that the journal ever sends."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen to each row, and send nothing.")
    ] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Send images without checking them.")] = False,
    poll_interval: PollInterval = None,
    as_json: AsJson = False,
) -> None:
    """Train a model for each row of a manifest, and wait until all have ended.

    Run it again after a crash to continue: no row is trained twice. Unknown trainings are not sent again;
    they are listed with advice.

    Exit status: 0 if all finished, 1 if some were not started, 2 if a row cannot be sent, 3 if some failed or
    were rejected, 6 if some are unknown. With --dry-run: 0 or 2.
    """
    from ._training_manifest import read_manifest

    with _reporting():
        from .trainings._states import CLAIM

        rows = read_manifest(manifest)
        sent = {each.key for each in _recorded(journal) if each.state not in CLAIM.sources}
        to_send = [row for row in rows if row.key not in sent]
        if not no_check:
            _check_images(to_send)
        if dry_run:
            from ._training_plan import plan_of

            plan = plan_of(rows, journal if _rows(journal).exists() else None, max_trainings)
            show_plan(plan, as_json=as_json)
            return
        with _opened(journal, create=True) as trainings:
            _end(*_run(trainings, rows, concurrency, max_trainings, poll_interval), as_json=as_json)


def list_command(
    *,
    journal: Journal = "trainings.db",
    state: Annotated[
        str | None,
        typer.Option(
            show_default=False,
            help="List only trainings in this state: pending, sending, unknown, rejected, started, finished,"
            " failed or gone.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the trainings recorded in a journal, without contacting the service."""
    with _reporting():
        _refuse_missing(journal)
        from .trainings._states import STATES

        if state is not None and state not in STATES:
            raise Refused(f"there is no state {state!r}", f"Use one of {', '.join(STATES)}.")
        show_trainings([each for each in _recorded(journal) if state in (None, each.state)], as_json=as_json)


def wait_command(
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEYS", show_default=False, help="The keys to wait for; all by default."),
    ] = None,
    *,
    journal: Journal = "trainings.db",
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0, metavar="SECONDS", show_default=False, help="Seconds to wait; no limit by default."
        ),
    ] = None,
    poll_interval: PollInterval = None,
    as_json: AsJson = False,
) -> None:
    """Wait until trainings have ended. Nothing is sent, so pending trainings stay pending.

    Exit status: as of run, and 4 where some had not ended after --timeout.
    """
    with _reporting():
        _refuse_missing(journal)
        recorded = [each.key for each in _recorded(journal)]
        missing = [key for key in keys or () if key not in recorded]
        if missing:
            raise Refused(
                f"the journal has no training {missing[0]!r}", "See its keys with: tryleap trainings list"
            )
        chosen = list(dict.fromkeys(keys or recorded))
        from ._training_progress import following

        with _opened(journal) as trainings:
            # Adopts those that are unknown and whose tags are there by now.
            trainings.refresh()
            with following(chosen) as on_update:
                trainings.wait_all(
                    keys=chosen, timeout=timeout, poll_interval=poll_interval, on_update=on_update
                )
            _end(_of_keys(trainings, chosen), [], as_json=as_json)


def reconcile_command(*, journal: Journal = "trainings.db", as_json: AsJson = False) -> None:
    """Find the models of unknown trainings by the tags in their names. No training is sent.

    Exit status: 0 if no training is unknown any more, 6 if some are.
    """
    with _reporting():
        with _opened(journal) as trainings:
            found = trainings.reconcile()
        if as_json:
            for each in (*found.adopted, *found.unknown):
                models = [model.to_dict() for model in found.candidates.get(each.key, ())]
                write_json({**each.to_dict(), "candidates": models})
        else:
            target = console()
            target.print(f"{len(found.adopted)} found by their tags, {len(found.unknown)} unknown.")
            if found.adopted or found.unknown:
                show_trainings([*found.adopted, *found.unknown], as_json=False)
        advise(found.unknown)
        if found.unknown:
            raise SystemExit(UNKNOWN)


def resolve_command(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The training's key.")],
    *,
    journal: Journal = "trainings.db",
    model_id: Annotated[
        str | None,
        typer.Option(metavar="ID", show_default=False, help="The id of the training's model."),
    ] = None,
    not_started: Annotated[
        bool,
        typer.Option("--not-started", help="The service has not started it, so the next run sends it again."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Resolve an unknown training. The evidence is shown before you decide.

    A wrong decision can cost a second training.
    """
    with _reporting():
        _refuse_missing(journal)
        if model_id is not None and not_started:
            raise Refused("--model-id and --not-started exclude each other", "Give one of them.")
        asks = not yes or (model_id is None and not not_started)
        if asks and not all(stream.isatty() for stream in (sys.stdin, sys.stderr)):
            raise Refused(
                "resolve asks for confirmation, which needs a terminal",
                "Nothing was changed. Add --yes, and --model-id or --not-started.",
            )
        with _opened(journal) as trainings:
            training = trainings.get(key)
            if training is None:
                raise Refused(
                    f"the journal has no training {key!r}", "See its keys with: tryleap trainings list"
                )
            found = trainings.reconcile()
            unknown = next((each for each in found.unknown if each.key == key), None)
            if unknown is None:
                show_trainings([_of_keys(trainings, [key])[0]], as_json=as_json)
                return
            if asks:
                show_evidence(unknown, found.candidates.get(key, []))
                if model_id is None and not not_started:
                    model_id, not_started = ask_for_decision()
                elif not is_confirmed("that it was not started" if not_started else f"that it is {model_id}"):
                    raise SystemExit(FAILURE)
            show_trainings(
                [trainings.resolve(key, model_id=model_id, not_started=not_started)], as_json=as_json
            )


@contextmanager
def _reporting() -> Iterator[None]:
    from .operations.image_models import TRAIN_MODEL

    unreached = "To find out what is wrong, run: tryleap doctor"
    with reporting(CommandState(advice=dict(TRAIN_MODEL.advice), unreached=unreached)):
        try:
            from . import trainings  # noqa: F401 - its error names the missing extra
        except ImportError as error:
            raise Refused("trainings need packages that cannot be imported", str(error)) from error
        yield


def _interrupted(error: KeyboardInterrupt) -> int:
    report_error(
        "interrupted; trainings that were started continue on the service",
        "Run the command again to continue: nothing is trained twice.",
    )
    return TERMINATED if isinstance(error, Terminated) else INTERRUPTED


@contextmanager
def _opened(journal: str, *, create: bool = False) -> Iterator[Trainings]:
    from ._commands import _PROGRAM
    from .trainings import Trainings

    if not create:
        _refuse_missing(journal)
    try:
        with _PROGRAM.open() as leap, Trainings(leap, journal) as trainings:
            yield trainings
    except KeyboardInterrupt as error:
        raise SystemExit(_interrupted(error)) from None


def _rows(journal: str) -> Rows:
    from .trainings._journal import Journal as Rows

    return Rows(journal)


def _refuse_missing(journal: str) -> None:
    rows = _rows(journal)
    if not rows.exists():
        raise Refused(
            f"there is no journal {rows.location}", "Pass the journal that `run` used with --journal."
        )


def _recorded(journal: str) -> list[Training]:
    """Return the trainings of a journal. This neither creates it nor needs an API key."""
    rows = _rows(journal)
    if not rows.exists():
        return []
    try:
        return rows.list()
    finally:
        rows.close()


def _check_images(rows: Sequence[ManifestRow]) -> None:
    from ._image_commands import check

    problems = [f"{row.place}: {problem}" for row in rows for problem in check(row.files)]
    if problems:
        raise Refused(
            f"{len(problems)} files cannot be used: {'; '.join(problems)}",
            "Nothing was sent. Remove them, or skip the check with --no-check.",
        )


def _run(
    trainings: Trainings,
    rows: Sequence[ManifestRow],
    concurrency: int,
    max_trainings: int | None,
    poll_interval: float | None,
) -> tuple[list[Training], list[str]]:
    from ._training_progress import following

    keys = [row.key for row in rows]
    places = {row.key: row.place for row in rows}
    problems: list[str] = []
    with following(keys) as on_update:
        try:
            ended = trainings.run(
                (row.arguments for row in rows),
                concurrency=concurrency,
                max_trainings=max_trainings,
                poll_interval=poll_interval,
                on_update=on_update,
            )
        except ExceptionGroup as group:
            problems = [str(each) for each in group.exceptions]
            ended = _of_keys(trainings, list(places))
    return ended, problems


def _of_keys(trainings: Trainings, keys: Sequence[str]) -> list[Training]:
    by_key = {each.key: each for each in trainings.list()}
    return [by_key[key] for key in keys if key in by_key]


def _end(trainings: Sequence[Training], problems: Sequence[str], *, as_json: bool) -> None:
    """Show the trainings and exit with their status."""
    show_trainings(trainings, as_json=as_json)
    for problem in problems:
        report_error(problem, "This row was not sent. Fix it and run the command again.")
    advise([each for each in trainings if each.state == "unknown"])
    states = {each.state for each in trainings}
    if problems:
        raise SystemExit(WRONG_USE)
    if "unknown" in states:
        raise SystemExit(UNKNOWN)
    if states & {"failed", "gone", "rejected"}:
        raise SystemExit(OPERATION_FAILED)
    if states - {"finished"}:
        raise SystemExit(FAILURE)
