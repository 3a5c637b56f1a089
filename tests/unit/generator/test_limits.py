"""Small documents that would take for ever are refused at once, and no document ends in a traceback."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.generator import pipeline
from scripts.generator.document import load, patterns
from scripts.generator.document.problems import GenerationError
from scripts.generator.render import templates
from scripts.generator.views.package import package_view
from tests.support.documents import document, reference, responding, write_document
from tests.support.paths import ROOT

# Seconds that a refusal may take on a busy machine; without the limits it would be hours.
PATIENCE = 20
LEAF = {"type": "object", "properties": {"x": {"type": "string"}}}


def responding_with_a0(schemas: dict[str, Any], version: str = "3.0.3") -> dict[str, Any]:
    """A document with these schemas and one operation that responds with A0."""
    return document({"responses": responding(reference("A0"))}, schemas, version=version)


def understood(path: Path) -> dict[str, bytes]:
    source, api, config = pipeline.understand(path, None)
    return templates.render(source.data, api, config, package_view(api, config))


def refusal(path: Path) -> str:
    started = time.monotonic()
    with pytest.raises(GenerationError) as caught:
        understood(path)
    assert time.monotonic() - started < PATIENCE
    return str(caught.value)


@pytest.mark.parametrize("where", ["x-a9: *a8", "components: {schemas: {A: {example: *a8}}}"])
def test_aliases_that_multiply_are_refused(where: str, tmp_path: Path) -> None:
    """YAML aliases that make millions of values of a few lines are refused with place and way out."""
    lines = ["openapi: 3.0.3", "info: {title: Large, version: '1'}", "paths: {}", "x-a0: &a0 [x, x, x, x, x]"]
    lines += [f"x-a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join([*lines, where, ""]))

    message = refusal(path)

    assert "YAML aliases make" in message
    assert "Name what repeats under components, and use a $ref." in message


def chain(length: int, link: Callable[[dict[str, str]], dict[str, Any]]) -> dict[str, Any]:
    """Schemas A0, A1 and so on, each made from a reference to the next; the last is an object."""
    return {**{f"A{i}": link(reference(f"A{i + 1}")) for i in range(length)}, f"A{length}": LEAF}


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = LEAF
    for _ in range(depth):
        schema = {"type": "object", "properties": {"n": schema}}
    return schema


DEFAULT = {"type": "string", "pattern": "^[a-z]+$", "default": "A1"}
ENDLESS = {
    **{
        f"{keyword} that doubles with each level": (
            chain(40, lambda following, keyword=keyword: {keyword: [following, following]}),
            ["#/components/schemas/A0: the schema is composed of more than 10,000 others"],
        )
        for keyword in ("allOf", "oneOf", "anyOf")
    },
    # Not added up for minutes.
    "a long chain of allOf": (
        chain(400, lambda following: {"allOf": [following, LEAF]}),
        ["the schema extends a chain of more than 200 schemas by allOf"],
    ),
    "deep nesting": (
        {"A0": nested(200)},
        [
            "#/components/schemas/A0/properties/n/properties/n",
            "levels deep; at most 150 are supported",
        ],
    ),
    # Patterns are still compared with defaults; only for how long is limited.
    "a default that does not match": (
        {"A0": {"type": "object", "properties": {"p": DEFAULT}}},
        ["#/components/schemas/A0/properties/p/default: 'A1' does not match '^[a-z]+$'"],
    ),
}


@pytest.mark.parametrize(("schemas", "said"), ENDLESS.values(), ids=ENDLESS)
def test_schemas_are_refused_in_their_place(schemas: dict[str, Any], said: list[str], tmp_path: Path) -> None:
    """What cannot be worked on to an end is refused where it begins."""
    message = refusal(write_document(tmp_path, responding_with_a0(schemas)))

    assert [part for part in said if part not in message] == []


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("depth", [28, 300])
def test_chains_of_ordinary_models_are_generated(depth: int, tmp_path: Path, *, required: bool) -> None:
    """Models that each hold the next one twice are generated, with samples that have an end."""
    names = {"required": ["l", "r"]} if required else {}
    schemas = chain(depth, lambda each: {"type": "object", "properties": {"l": each, "r": each}, **names})
    started = time.monotonic()

    files = understood(write_document(tmp_path, responding_with_a0(schemas)))

    assert time.monotonic() - started < PATIENCE
    assert f"small/models/a{depth}.py" in files
    assert max(map(len, files.values())) < 500_000


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_pattern_without_an_end_is_refused(version: str, tmp_path: Path) -> None:
    """A default value that its pattern would be compared with for years is refused after a moment."""
    field = {"type": "string", "pattern": "^(a+)+$", "default": "a" * 50 + "b"}
    content = responding_with_a0({"A0": {"type": "object", "properties": {"p": field}}}, version)

    message = refusal(write_document(tmp_path, content))

    assert f"'^(a+)+$' takes more than {patterns.LIMIT:g} s for the default value" in message


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"parameters": [reference("A0")]}, "is not a parameter"),
        ({"requestBody": reference("A0")}, "is not a body"),
        ({"responses": {"200": reference("A0")}}, "is not a response"),
    ],
)
def test_a_reference_to_another_kind_of_object_is_refused(
    broken: dict[str, Any], said: str, tmp_path: Path
) -> None:
    """A reference leads to what its place wants, and is named where it does not."""
    content = document({"responses": responding(reference("A0")), **broken}, {"A0": LEAF})

    assert f"the reference '#/components/schemas/A0' {said}" in refusal(write_document(tmp_path, content))


def test_what_nobody_foresaw_is_reported_as_a_bug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of the generator itself names itself and asks to be reported; it is no traceback."""

    def fail(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(pipeline.prepare, "prepare", fail)

    message = refusal(write_document(tmp_path, responding_with_a0({"A0": LEAF})))

    assert "the generator failed: KeyError: 'lost' (test_limits.py:" in message
    assert "This is a bug; please report it with the document." in message


VALUES: list[Any] = [
    *(None, True, 0, -1, 1.5, "", "x", "#/paths", "object", "\x00", "{id}"),
    *([], [None], ["a", "a"], {}, {"a": 1}, {"type": "object"}, {"type": ["string", "null"]}, {"enum": [{}]}),
    *({"$ref": "#"}, {"$ref": 1}, {"$ref": "#/paths"}, {"$ref": "#/components/schemas/none"}),
]
KEYS = (
    *("$ref", "allOf", "oneOf", "items", "enum", "const", "default", "example", "additionalProperties"),
    *("discriminator", "required", "properties", "type", "format", "style", "content", "schema"),
    *("parameters", "security", "servers", "links", "callbacks", "operationId", "tags"),
    *("x-long-running", "x-extensible-enum"),
)
FEATURES = "tests/integration/features"
BASES = ("openapi.yaml", f"{FEATURES}/features.yaml", f"{FEATURES}/security.yaml")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in named:
        yield from places(each, (*path, key))


def mutated(content: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """Copy a document with one thing removed, replaced, renamed, doubled or moved somewhere else."""
    found = copy.deepcopy(content)
    everywhere = list(places(found))
    *path, key = rng.choice(everywhere)
    holder: Any = found
    for step in path:
        holder = holder[step]
    action = rng.randrange(5)
    if action == 0:
        del holder[key]
    elif action == 1:
        holder[key] = copy.deepcopy(rng.choice(VALUES))
    elif action == 2 and isinstance(holder, dict):
        holder[rng.choice(KEYS)] = copy.deepcopy(rng.choice(VALUES))
    elif action == 3 and isinstance(holder, dict):
        holder[rng.choice(KEYS)] = holder.pop(key)
    else:
        other: Any = content
        for step in rng.choice(everywhere):
            other = other[step]
        holder[key] = copy.deepcopy(other)
    return found


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("base", BASES, ids=lambda path: Path(path).stem)
def test_no_mutation_ends_in_a_traceback(base: str, seed: int, tmp_path: Path) -> None:
    """A document that was changed at random is generated, or refused with an error that names a place."""
    content = load.load(ROOT / base).data
    for number in range(5):
        path = write_document(tmp_path, mutated(content, random.Random(f"{base} {seed} {number}")))
        try:
            understood(path)
        except GenerationError as error:
            assert "This is a bug" not in str(error)  # noqa: PT017 - many are fine as they are
