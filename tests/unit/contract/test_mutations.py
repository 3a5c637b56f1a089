"""Every single change of the contract is noticed, is generated or refused, and is classed rightly."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import documents
from scripts.generator import pipeline
from scripts.generator.document import load
from scripts.generator.document.problems import GenerationError
from scripts.generator.render import templates
from scripts.generator.views.package import package_view

from .mutation_table import TABLE
from .mutations import CHOICES, CLIENT, DOCUMENT, REFUSED, Mutation, field_mutations

OURS = load.load(pipeline.SPEC).data
COPY = "tryleap/openapi.json"
CHOSEN = load.load(pipeline.CONFIG).data
# The parts of the configuration that name something of the document.
NAMING = ("operations", "commands", "models", "tags")


def chosen_fields() -> dict[str, set[str]]:
    """The fields that the configuration names, for models and for the command line, by schema."""
    commands = CHOSEN["commands"]["operations"].values()
    sent = {key for each in commands for key in (*each.get("sources", []), *each.get("options", {}))}
    named = {
        schema: {key for keys in choices.values() for key in ([keys] if isinstance(keys, str) else keys)}
        for schema, choices in CHOSEN["models"].items()
    }
    named["ModelV2Entity"] |= {key for each in commands for key in each.get("columns", [])}
    return {**named, "CreateAndTrainModelDto": sent}


MUTATIONS = [*field_mutations(OURS, chosen_fields()), *TABLE]


def rendered(path: Path, choices: Path = pipeline.CONFIG) -> dict[str, bytes]:
    """Everything that is rendered. What is copied no document can reach."""
    source, api, config = pipeline.understand(path, choices)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templates, "_copied", lambda *_: ())
        return templates.render(source.data, api, config, package_view(api, config))


@pytest.fixture(scope="module")
def unchanged() -> dict[str, bytes]:
    return rendered(pipeline.SPEC)


def mutated(mutation: Mutation) -> dict[str, Any]:
    document = copy.deepcopy(OURS)
    mutation.change(document)
    assert document != OURS
    return document


def is_generated_without_choices(path: Path, folder: Path) -> bool:
    """Whether only the choices for operations, commands and tags stood in the way."""
    choices = folder / "choices.json"
    choices.write_text(json.dumps({key: each for key, each in CHOSEN.items() if key not in NAMING}))
    try:
        return bool(rendered(path, choices))
    except GenerationError:
        return False


def reach(document: dict[str, Any], folder: Path, unchanged: dict[str, bytes]) -> str:
    """How far a document's difference goes; whatever Python comes of it compiles."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    try:
        files = rendered(path)
    except GenerationError as error:
        problems = error.problems
    else:
        problems = ()
    if problems:
        assert all(problem.what and problem.way_out for problem in problems)
        return CHOICES if is_generated_without_choices(path, folder) else REFUSED
    changed = {name for name in {*files, *unchanged} if files.get(name) != unchanged.get(name)}
    assert COPY in changed, "the drift check would not see it"
    for name in changed & set(files):
        if name.endswith(".py"):
            compile(files[name], name, "exec")
    # Pages tell of callbacks and examples too, which are no part of the package.
    in_package = {name for name in changed if name.startswith("tryleap/")}
    return CLIENT if in_package > {COPY} else DOCUMENT


def test_the_table_is_large_and_says_each_thing_once() -> None:
    """At least sixty kinds of change, and no row twice."""
    names = [(each.group, each.name) for each in MUTATIONS]

    assert len(TABLE) >= 60
    assert len(names) == len(set(names))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: f"{each.group}: {each.name}")
def test_a_change_is_noticed_generated_and_classed(
    mutation: Mutation,
    unchanged: dict[str, bytes],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """The drift check fails before generating, generating works or refuses loudly, the class is right."""
    document = mutated(mutation)
    found = reach(document, tmp_path, unchanged)
    assert found == mutation.reach
    if not mutation.worst:  # nothing that could be compared
        record_property("mutation", (mutation.group, mutation.name, found, "refused"))
        return

    changes = documents.compare(OURS, document)
    worst = {f"{each.place}: {each.kind}" for each in changes if each.severity == changes[0].severity}

    assert mutation.worst in worst
    assert str(changes[0].severity) == mutation.severity
    record_property("mutation", (mutation.group, mutation.name, found, mutation.severity))
