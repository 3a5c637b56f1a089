"""Run the stages of the generator."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from . import config, ir
from .document import load, partial, validate
from .document.problems import GenerationError, Problem, stop
from .ir import assemble, consistency, inventory, parser, prepare
from .render import calls, formatting, swap, templates
from .views.package import package_view

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yaml"
OUTPUT = ROOT / "generated"


@frozen
class Report:
    """The result of a run: what was written, notes on the document, and what was left out."""

    output: Path
    files: int
    operations: int
    models: int
    notes: tuple[str, ...]
    left_out: tuple[Problem, ...] = ()
    changes: tuple[str, ...] = ()


def understand(spec: Path, config_path: Path | None) -> tuple[load.Source, ir.Api, config.Config]:
    """Go from a document to the ir, writing nothing.

    Args:
        spec: The document.
        config_path: The configuration, or None for names that come from the document's title.

    Returns:
        The document, the ir and the choices.

    Raises:
        GenerationError: Something is wrong with the document or the configuration; with file and line.
    """
    source = load.load(spec)
    with _located(source):
        validate.validate(source.data)
        api, choices = _built(source.data, config_path)
    return source, api, choices


def _built(document: dict[str, Any], config_path: Path | None) -> tuple[ir.Api, config.Config]:
    choices = config.read_config(config_path, str(document["info"]["title"]))
    prepared = prepare.prepare(document)
    parsed = parser.parse(prepared, choices.parser)
    api = assemble.assemble(prepared, parsed, choices)
    inventory.check(document, api)
    consistency.check(document, api, choices)
    return api, choices


@contextlib.contextmanager
def _located(source: load.Source) -> Iterator[None]:
    """Add file and line to errors, and turn unexpected exceptions into generation errors."""
    try:
        yield
    except GenerationError as error:
        raise source.locate(error) from error.__cause__
    except RecursionError as error:
        problem = stop("#", "the document is nested too deeply", "Flatten its schemas.")
        raise source.locate(problem) from error
    except Exception as error:
        raise source.locate(_unforeseen(error)) from error


def _unforeseen(error: Exception) -> GenerationError:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    what = f"the generator failed: {type(error).__name__}: {error} ({place})"
    return stop("#", what, "This is a bug; please report it with the document.")


def generate(
    spec: Path = SPEC, config_path: Path | None = CONFIG, output: Path = OUTPUT, *, keep_going: bool = False
) -> Report:
    """Write a client from a document.

    Args:
        spec: The document.
        config_path: The configuration, or None.
        output: The folder that is replaced.
        keep_going: Whether to leave out what cannot be generated, and generate the rest.

    Returns:
        What was done, and what was left out.

    Raises:
        GenerationError: Something is wrong; the earlier output is as it was.
    """
    swap.check_target(output)
    swap.recover(output)
    before = swap.content(output)
    source = load.load(spec)
    document = source.data
    left_out: tuple[Problem, ...] = ()
    with _located(source):
        if keep_going:
            (api, choices), document, left_out = partial.understand_rest(
                document, validate.validate, lambda rest: _built(rest, config_path)
            )
        else:
            validate.validate(document)
            api, choices = _built(document, config_path)
        files = templates.render(document, api, choices, package_view(api, choices))
        with swap.staged(output, files) as fresh:
            formatting.format_tree(fresh)
    missing = source.locate(GenerationError(left_out)).problems if left_out else ()
    return Report(
        output,
        len(files),
        len(api.operations),
        len(api.models),
        tuple(_notes(api)),
        missing,
        tuple(_changes(before, swap.content(output))),
    )


def _changes(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    kinds = {(False, True): "new", (True, False): "gone", (True, True): "changed"}
    return [
        f"{kinds[name in before, name in after]}: {name}"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _notes(api: ir.Api) -> Iterator[str]:
    for each in api.operations:
        what = f"{each.method} {each.path}"
        if each.body and each.body.other_media_types:
            others = ", ".join(each.body.other_media_types)
            yield f"{what} is sent as {each.body.media_type}; the document also offers {others}"
        if each.body and each.body.leaves_out:
            yield f"{what} sends the named fields of its body alone; the document allows others beside them"
        for part in each.body.sent if each.body and each.body.kind in ("form", "multipart") else ():
            if part.field.pattern and not calls.is_checked(part.field.pattern):
                yield f"{what} does not check {part.field.key}: Python does not know {part.field.pattern!r}"
