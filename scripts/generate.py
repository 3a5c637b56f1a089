"""Generate the client from the document: `python -m scripts.generate`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from pathlib import Path

from .dev import make_sync
from .generator import pipeline
from .generator.document.problems import GenerationError
from .generator.render import differences
from .options import command_parser

_MAX_CHANGES = 20


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line without the program's name; that of the process by default.

    Returns:
        0 if the output was written, or is up to date (--check). 1 if nothing could be generated, if something
        was left out, or if a file differs (--check).
    """
    options = _options().parse_args(arguments)
    ours = options.spec is None
    spec = pipeline.SPEC if ours else options.spec
    config = options.config or (pipeline.CONFIG if ours else None)
    if not ours and options.output is None:
        print("error: --spec needs --output: generated/ is for the document of this project", file=sys.stderr)
        return 1
    sources = (_relative(spec), config and _relative(config))
    output = options.output or pipeline.OUTPUT
    if stale := make_sync.first_out_of_date(remember=not options.check):
        print(f"error: {_relative(stale)} is out of date: run `make generate`", file=sys.stderr)
        return 1
    try:
        if options.check:
            return _check(*sources, output)
        report = pipeline.generate(*sources, output, keep_going=options.keep_going)
    except GenerationError as error:
        what = "compared" if options.check else "written"
        print(f"error: nothing was {what}: {_count(len(error.problems))}", file=sys.stderr)
        print(error, file=sys.stderr)
        return 1
    for note in report.notes:
        print(f"note: {note}")
    for change in report.changes[:_MAX_CHANGES]:
        print(change)
    if len(report.changes) > _MAX_CHANGES:
        print(f"... and {len(report.changes) - _MAX_CHANGES} more files")
    print(
        f"{_relative(report.output)}: {report.files} files from {_relative(spec)} "
        f"({report.operations} operations, {report.models} models), {len(report.changes) or 'none'} changed"
    )
    if report.left_out:
        print(f"error: left out, for {_count(len(report.left_out))}:", file=sys.stderr)
        print("\n".join(str(problem) for problem in report.left_out), file=sys.stderr)
    return 1 if report.left_out else 0


def _check(spec: Path, config: Path | None, output: Path) -> int:
    """Generate into a temporary folder and compare, without changing the output folder."""
    with tempfile.TemporaryDirectory(prefix="tryleap-check-") as scratch:
        report = pipeline.generate(spec, config, Path(scratch) / output.name)
        differing = differences.describe(output, report.output)
    if not differing:
        print(f"{_relative(output)} is up to date with {spec} ({report.files} files)")
        return 0
    print(differences.shorten(differing))
    print(
        f"\nerror: {len(differing)} file{'s' * (len(differing) != 1)} in {_relative(output)} "
        f"differ{'s' * (len(differing) == 1)} from what is generated. Never edit generated files: change "
        "the document, the configuration or templates/, then run\n\n    make generate\n",
        file=sys.stderr,
    )
    return 1


def _count(problems: int) -> str:
    return f"{problems} problem{'s' * (problems != 1)}"


def _options() -> argparse.ArgumentParser:
    parser = command_parser("generate", __doc__)
    parser.add_argument(
        "--spec", type=Path, metavar="FILE", help="the OpenAPI document (default: openapi.yaml)"
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="the configuration (default: generator-config.yaml, or for another document its title)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="the folder to replace (default: generated)"
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--check", action="store_true", help="write nothing; fail with a diff if the output is out of date"
    )
    mode.add_argument(
        "--keep-going",
        action="store_true",
        help="leave out what cannot be generated, list it, and write the rest; the exit status is still 1",
    )
    return parser


def _relative(path: Path) -> Path:
    """Return a path relative to the working folder, if it is in it."""
    absolute = path.absolute()
    here = Path(os.path.normpath(Path.cwd()))
    return absolute.relative_to(here) if absolute.is_relative_to(here) else absolute


if __name__ == "__main__":
    # Nearly all objects live until the end, so collecting garbage, also at exit, would only take time.
    gc.disable()
    exit_status = main()
    gc.freeze()
    sys.exit(exit_status)
