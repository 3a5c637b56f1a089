"""Run the stages of the generator."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from ..options import ROOT
from . import config, ir
from .document import load, partial, validate
from .document.problems import GenerationError, Problem, stop
from .ir import assemble, consistency, inventory, parser, prepare
from .render import calls, formatting, swap, templates
from .views.package import package_view

SPEC = ROOT / "openapi.yaml"
CONFIG = ROOT / "generator-config.yaml"
OUTPUT = ROOT / "generated"


@frozen
class Report:
    """The result of a run.

    Args:
        output: The folder that was written.
        files: The number of files in it.
        operations: The number of operations.
        models: The number of models.
        notes: Remarks on what the client does not do exactly as the document says.
        left_out: The problems of what was left out.
        changes: The files that are new, changed or removed, one line each.
    """

    output: Path
    files: int
    operations: int
    models: int
    notes: tuple[str, ...]
    left_out: tuple[Problem, ...] = ()
    changes: tuple[str, ...] = ()


def understand(spec: Path, config_path: Path | None) -> tuple[load.Source, ir.Api, config.Config]:
    """Convert a document to the ir, without writing anything.

    Args:
        spec: The document.
        config_path: The configuration, or None for the default one.

    Returns:
        The document, the ir and the configuration.

    Raises:
        GenerationError: Something is wrong with the document or the configuration.
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
    """Generate a client from a document.

    Args:
        spec: The document.
        config_path: The configuration, or None for the default one.
        output: The folder to replace.
        keep_going: Whether to leave out what cannot be generated, and generate the rest.

    Returns:
        What was written and what was left out.

    Raises:
        GenerationError: Something cannot be generated; the earlier output is unchanged.
    """
    swap.check_target(output)
    swap.recover(output)
    before = swap.content(output)
    source = load.load(spec)
    document = source.data
    left_out: tuple[Problem, ...] = ()
    with _located(source):
        if keep_going:
            (api, choices), document, left_out = partial.process_rest(
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
    kinds = {(False, True): "new", (True, False): "removed", (True, True): "changed"}
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
            yield f"{what} only sends the named fields of its body; the document allows others"
        for part in each.body.sent if each.body and each.body.kind in ("form", "multipart") else ():
            if part.field.pattern and not calls.is_checked(part.field.pattern):
                pattern = part.field.pattern
                yield f"{what} does not check {part.field.key}: Python does not support {pattern!r}"
