"""The way through the generator, one stage after the other."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from . import assemble, config, form, format, inventory, load, parser, prepare, render, swap, validate  # noqa: A004
from .problems import GenerationError, stop

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yaml"
OUTPUT = ROOT / "generated"


@frozen
class Report:
    """What a run has to tell: the files that it wrote, and what a reader of the document may wonder about."""

    output: Path
    files: int
    operations: int
    models: int
    notes: tuple[str, ...]


def understand(spec: Path, config_path: Path | None) -> tuple[load.Source, form.Form, config.Config]:
    """Go from a document to the form, writing nothing.

    Args:
        spec: The document.
        config_path: The configuration, or None for names that come from the document's title.

    Returns:
        The document, the form and the choices.

    Raises:
        GenerationError: Something is wrong with the document or the configuration; with file and line.
    """
    source = load.load(spec)
    try:
        document = source.data
        validate.validate(document)
        choices = config.read_config(config_path, str(document["info"]["title"]))
        prepared = prepare.prepare(document)
        parsed = parser.parse(prepared, choices.parser)
        built = assemble.assemble(prepared, parsed, choices)
        inventory.check(document, built)
    except GenerationError as error:
        raise source.locate(error) from error.__cause__
    except RecursionError as error:
        raise source.locate(stop("#", "the document is nested too deeply", "Flatten its schemas.")) from error
    return source, built, choices


def generate(spec: Path = SPEC, config_path: Path | None = CONFIG, output: Path = OUTPUT) -> Report:
    """Write a client from a document.

    Args:
        spec: The document.
        config_path: The configuration, or None.
        output: The folder that is replaced.

    Returns:
        What was done.

    Raises:
        GenerationError: Something is wrong; the earlier output is as it was.
    """
    swap.check_target(output)
    swap.recover(output)
    source, built, choices = understand(spec, config_path)
    try:
        files = render.render(source.data, built, choices)
        with swap.staged(output, files) as fresh:
            format.format_tree(fresh)
    except GenerationError as error:
        raise source.locate(error) from error.__cause__
    return Report(output, len(files), len(built.operations), len(built.models), tuple(_notes(built)))


def _notes(built: form.Form) -> list[str]:
    return [
        f"{each.method} {each.path} is sent as {each.body.media_type}; the document also offers "
        f"{', '.join(each.body.other_media_types)}"
        for each in built.operations
        if each.body and each.body.other_media_types
    ]
