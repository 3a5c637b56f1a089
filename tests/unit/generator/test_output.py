"""What the generator writes: the same bytes everywhere, the runtime as it lies in templates, nothing lost."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from scripts.generate import main
from scripts.generator import ir, pipeline
from scripts.generator.document import load
from scripts.generator.document.problems import GenerationError
from scripts.generator.ir import inventory
from scripts.generator.render import templates
from tests.support.documents import document, reference, responding, write_document
from tests.support.paths import ROOT, files_of
from tests.support.subprocesses import run


def generate(output: Path, cwd: Path, **environment: str) -> dict[str, bytes]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "scripts.generate", "--spec", str(ROOT / "openapi.yaml")]
    command += ["--config", str(ROOT / "generator-config.yaml"), "--output", str(output)]
    done = run(command, cwd, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1", **environment)
    assert done.returncode == 0, done.stderr
    return files_of(output)


def test_same_input_same_bytes(tmp_path: Path) -> None:
    """Hash seed, locale, time zone, PATH, working folder and place of the output change no byte."""
    (tmp_path / "elsewhere").mkdir()

    first = generate(tmp_path / "one", ROOT, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    second = generate(
        tmp_path / "elsewhere" / "two",
        tmp_path,
        PYTHONHASHSEED="2",
        LC_ALL="C.UTF-8",
        TZ="Asia/Tokyo",
        PATH="/nonexistent",
    )

    assert first == second


def test_runtime_is_copied_as_it_lies() -> None:
    """The runtime inside the package is, byte for byte, the one that can be read under templates."""
    source = files_of(ROOT / "templates" / "runtime")
    copied = files_of(ROOT / "generated" / "tryleap" / "_runtime")
    rendered = {name.removesuffix(".jinja") for name in source if name.endswith(".jinja")}

    assert {name.removesuffix(".jinja") for name in source} == set(copied)
    assert rendered == {"_package.py"}
    assert all(source[name] == copied[name] for name in copied if name not in rendered)


def test_runtime_knows_no_api() -> None:
    """No module of the runtime names this API, none imports from outside the runtime but what it may."""
    root = ROOT / "templates" / "runtime"
    for path in sorted(root.rglob("*.py")):
        text = path.read_text()
        imports = [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        depth = len(path.relative_to(root).parts)
        absolute = {
            name.partition(".")[0]
            for node in imports
            for name in (
                [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            if isinstance(node, ast.Import) or node.level == 0
        }

        assert "leap" not in text.lower(), path.name
        assert not [each for each in imports if isinstance(each, ast.ImportFrom) and each.level > depth], path
        assert not absolute & {"requests", "tryleap", "templates"}, path
        assert "httpx" not in absolute or path.name == "_package.py", path


@pytest.fixture(scope="module")
def understood() -> tuple[load.Source, ir.Api]:
    """Our own document and its ir."""
    source, api, _ = pipeline.understand(ROOT / "openapi.yaml", ROOT / "generator-config.yaml")
    return source, api


def damaged(api: ir.Api, name: str) -> ir.Api:
    """Copy an ir without one thing."""
    resource = api.resources[0]
    operations = {each.id: each for each in resource.operations}
    get, train = operations["getModel"], operations["trainModel"]
    if name == "operation":
        del operations["getModel"]
    elif name == "parameter":
        operations["getModel"] = attrs.evolve(get, parameters=())
    elif name == "status":
        operations["getModel"] = attrs.evolve(get, responses=get.responses[1:])
    elif name == "media type":
        assert train.body
        operations["trainModel"] = attrs.evolve(train, body=attrs.evolve(train.body, media_type="text/plain"))
    elif name == "property of a body":
        assert train.body
        operations["trainModel"] = attrs.evolve(
            train, body=attrs.evolve(train.body, parts=train.body.parts[1:])
        )
    elif name == "property of a model":
        model = api.models[-2]
        models = [
            attrs.evolve(each, fields=each.fields[1:]) if each is model else each for each in api.models
        ]
        return attrs.evolve(api, models=tuple(models))
    elif name == "model":
        return attrs.evolve(api, models=api.models[1:])
    return attrs.evolve(api, resources=(attrs.evolve(resource, operations=tuple(operations.values())),))


@pytest.mark.parametrize(
    "name",
    ["operation", "parameter", "status", "media type", "property of a body", "property of a model", "model"],
)
def test_inventory_finds_what_is_lost(understood: tuple[load.Source, ir.Api], name: str) -> None:
    """Whatever is lost between document and ir is named with its place."""
    source, api = understood

    with pytest.raises(GenerationError, match="would be lost on the way to the client") as caught:
        inventory.check(source.data, damaged(api, name))

    assert all(
        problem.place.pointer.startswith("#/") for problem in caught.value.problems if "lost" in problem.what
    )


def test_the_keeper_sees_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run says that nothing changed, and one after a change of the document which files did."""
    spec, output = tmp_path / "openapi.yaml", tmp_path / "out"
    spec.write_text((ROOT / "openapi.yaml").read_text())
    command = ["--spec", str(spec), "--config", str(ROOT / "generator-config.yaml"), "--output", str(output)]
    main(command)
    capsys.readouterr()

    main(command)
    second = capsys.readouterr().out
    spec.write_text(spec.read_text().replace("The name of the model.", "Its name."))
    main(command)
    third = capsys.readouterr().out

    assert "none changed" in second
    assert "changed: tryleap/models/model_v2_entity.py\n" in third
    assert "resources/" not in third


@pytest.mark.parametrize(("beside", "alone"), [({}, True), ({"total": {"type": "integer"}}, False)])
def test_a_list_is_json_lines_where_nothing_is_beside_it(
    tmp_path: Path, beside: dict[str, Any], *, alone: bool
) -> None:
    """A command knows from the document whether a response has fields beside its list."""
    things = {"type": "array", "items": reference("Thing")}
    schemas = {
        "Things": {"type": "object", "properties": {"things": things, **beside}},
        "Thing": {"type": "object", "properties": {"id": {"type": "string"}}},
    }
    spec = write_document(tmp_path, document({"responses": responding(reference("Things"))}, schemas))
    pipeline.generate(spec, None, tmp_path / "out")

    text = (tmp_path / "out" / "small" / "_commands.py").read_text()
    assert ("alone=True" in text) is alone
    assert ("Write JSON Lines: one object a line." in text) is alone


@pytest.mark.parametrize(
    ("others", "notes"),
    [
        ({}, ()),
        (
            {"additionalProperties": {"type": "string"}},
            ("POST /it only sends the named fields of its body; the document allows others",),
        ),
    ],
)
def test_what_a_form_leaves_out_is_reported(
    tmp_path: Path, others: dict[str, Any], notes: tuple[str, ...]
) -> None:
    """Fields that a form may hold beside the named ones have no argument, and the run says so."""
    form = {"type": "object", "properties": {"name": {"type": "string"}}, **others}
    body = {"content": {"multipart/form-data": {"schema": form}}}
    operation = {"requestBody": body, "responses": {"204": {"description": "Made."}}}
    spec = write_document(tmp_path, document(operation, method="post", version="3.1.0"))

    assert pipeline.generate(spec, None, tmp_path / "out").notes == notes


def test_the_whole_body_gives_way_to_a_parameter_of_the_path(tmp_path: Path) -> None:
    """Where a parameter of the path is called body, the argument for the body is not."""
    content = {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}}
    operation = {
        "parameters": [{"name": "body", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": content},
        "responses": {"204": {"description": "Made."}},
    }
    spec = write_document(tmp_path, document(operation, method="put", path="/it/{body}"))
    pipeline.generate(spec, None, tmp_path / "out")
    code = (tmp_path / "out" / "small" / "operations" / "default.py").read_text(encoding="utf-8")

    assert "    body: str,\n    *,\n    body_: SequenceNotStr[str],\n" in code
    assert 'body=JsonBody(body_, ListOf(STR), "application/json")' in code


def test_template_lines_are_short() -> None:
    """No line of a template has more than 120 characters: what is longer goes on behind a backslash."""
    long = [
        f"{path.relative_to(pipeline.ROOT)}:{number}"
        for path in sorted((pipeline.ROOT / "templates").rglob("*.jinja"))
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > 120
    ]

    assert long == []


def test_a_line_of_a_template_goes_on_behind_a_backslash() -> None:
    """What is rendered does not show where a line of its template was divided."""
    template = templates.environment().from_string("{% if True \\\n      %}\na, \\\n        b{% endif %}")

    assert template.render() == "a, b"
