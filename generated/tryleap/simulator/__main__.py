"""Run the simulator in the foreground until Ctrl-C."""

from __future__ import annotations

import argparse

from . import serve


def main(arguments: list[str] | None = None) -> None:
    """Parse the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tryleap.simulator", description=__doc__)
    option = parser.add_argument
    option("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    # As in `tryleap simulate`: long enough to watch the statuses change, unlike the 2 s of `Settings`.
    option(
        "--training-seconds", type=float, default=20.0, help="duration of a training (default: %(default)s)"
    )
    option(
        "--failure-rate",
        type=float,
        default=0.0,
        help="fraction of trainings that fail, from 0 to 1 (default: 0)",
    )
    option("--seed", type=int, help="number that makes ids and failures the same in every run")
    try:
        serve(**vars(parser.parse_args(arguments)))
    except (OSError, ValueError) as problem:
        parser.error(str(problem))


if __name__ == "__main__":
    main()
