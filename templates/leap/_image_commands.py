"""Provide the commands `tryleap images`, and the check before a training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

# Problems that make an image useless for training. The others may be intended.
_USELESS: Final = frozenset({"unreadable", "empty", "not_an_image", "damaged", "duplicate"})
_CONTEXT: Final = {"help_option_names": ["-h", "--help"]}
_CHECK_EPILOG: Final = "\b\nExample:\n  tryleap images check photos/"
_PREPARE_EPILOG: Final = "\b\nExample:\n  tryleap images prepare photos/ --to prepared/ --max-size 2048"

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES",
        help="Image files. A directory means all images in it, a pattern all files that match.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON Lines: one object on each line.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    images = typer.Typer(rich_markup_mode=None)
    images.command(
        "check",
        short_help="Find problems with sample images.",
        epilog=_CHECK_EPILOG,
        context_settings=_CONTEXT,
    )(check_command)
    images.command(
        "prepare",
        short_help="Write upright copies of images, without metadata.",
        epilog=_PREPARE_EPILOG,
        context_settings=_CONTEXT,
    )(prepare_command)
    app.add_typer(
        images,
        name="images",
        help="Check and prepare sample images before a training.",
        context_settings=_CONTEXT,
        no_args_is_help=True,
    )


def check(files: Sequence[Path]) -> list[str]:
    """Return a sentence for each useless file, as `tryleap models train` does before it sends them."""
    from .images import check_images

    return [problem.detail for problem in check_images(files) if problem.kind in _USELESS]


def check_command(files: Files, *, as_json: AsJson = False) -> None:
    """Find problems with sample images. Nothing is changed or sent.

    It reports empty and damaged files, files that are not images, wrong extensions, duplicates, tiny images,
    images that are rotated only by EXIF data, and images that contain the place where they were taken.

    Exit status: 0 if there are no problems, 1 if there are.
    """
    from ._cli.file_arguments import read_sources
    from ._cli.output import TableLayout, console, show, write_json
    from .images import check_images

    chosen = read_sources(files, urls=False, images=True).files
    rows = [
        {"file": str(problem.file), "kind": problem.kind, "detail": problem.detail}
        for problem in check_images(chosen)
    ]
    if as_json:
        for row in rows:
            write_json(row)
    elif rows:
        show(rows, TableLayout(columns=(("kind", "problem"), ("detail", "detail"))), as_json=False)
    else:
        console().print(f"No problems found in {len(chosen)} image{'s' * (len(chosen) != 1)}.")
    raise typer.Exit(bool(rows))


def prepare_command(
    files: Files,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIRECTORY", help="The directory for the copies.")],
    max_size: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="PIXELS",
            show_default=False,
            help="Scale down images whose longer side is longer.",
        ),
    ] = None,
    quality: Annotated[int, typer.Option(min=1, max=100, help="The JPEG quality of the copies.")] = 95,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace existing files in the directory.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write upright copies of images, without metadata, as JPEG or PNG.

    The EXIF orientation is applied, and EXIF data is removed, including the place where a picture was taken.
    HEIC becomes JPEG. The originals are never changed. It needs the extra `images`.
    """
    from ._cli.errors import Refused
    from ._cli.file_arguments import read_sources
    from ._cli.output import write_json
    from .images import ImagePreparationError, prepare_images

    chosen = read_sources(files, urls=False, images=True).files
    try:
        copies = prepare_images(chosen, to, max_size=max_size, quality=quality, overwrite=overwrite)
    except ImportError as error:
        raise Refused("preparing images needs packages that cannot be imported", str(error)) from error
    except ImagePreparationError as error:
        raise Refused(str(error), "Remove or fix these files.") from error
    except OSError as error:
        raise Refused(f"{to}: {error.strerror}", "Choose another directory with --to.") from error
    for original, copy in zip(chosen, copies, strict=True):
        if as_json:
            write_json({"file": str(original), "copy": str(copy)})
        else:
            print(copy)  # noqa: T201 - the result
