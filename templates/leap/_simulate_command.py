"""Provide the command `tryleap simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from ._version import install_command

_EPILOG = "\b\nExample:\n  tryleap simulate --port 8020 --training-seconds 20"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "simulate",
        short_help="Run a simulator of the service on this machine.",
        epilog=_EPILOG,
        context_settings={"help_option_names": ["-h", "--help"]},
    )(simulate)


def simulate(
    *,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 chooses a free one.")
    ] = 0,
    training_seconds: Annotated[float, typer.Option(min=0, help="How long a training takes.")] = 20.0,
    failure_rate: Annotated[
        float, typer.Option(min=0, max=1, help="The fraction of trainings that fail, from 0 to 1.")
    ] = 0.0,
    seed: Annotated[
        int | None,
        typer.Option(help="A number that makes ids and failures the same in every run.", show_default=False),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the address as one line of JSON instead of text.")
    ] = False,
) -> None:
    """Run a simulator of the service on this machine until Ctrl-C. It is free.

    It accepts uploads, trains, fails and sends webhooks like the service. Open its address in a browser to
    see its models. It needs the extra `simulator`.
    """
    from ._cli.errors import Refused

    try:
        from .simulator import serve
    except ImportError as error:
        advice = f"Install it with its extra: {install_command('simulator')}"
        raise Refused("the simulator needs packages that cannot be imported", advice) from error
    try:
        serve(
            port=port,
            as_json=as_json,
            training_seconds=training_seconds,
            failure_rate=failure_rate,
            seed=seed,
        )
    except OSError as error:
        raise Refused(str(error), "Choose another port, or 0 for a free one.") from error
